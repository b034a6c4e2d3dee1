//go:build real

package inventory_test

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/inventory"
)

// command runs a tool and gives what it prints.
func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	var bad bytes.Buffer
	c.Stderr = &bad
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, bad.String())
	}
	return string(out)
}

// names are "name version" of the packages of an ecosystem below a path.
func names(inv *inventory.Inventory, e ecosystem.Ecosystem, below string) []string {
	var out []string
	for i := range inv.Packages {
		p := &inv.Packages[i]
		if p.Ecosystem == string(e) && strings.HasPrefix(p.Path, below) {
			out = append(out, e.Fold(p.Name)+" "+p.Version)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func lines(text string) []string {
	out := strings.Split(strings.TrimSpace(text), "\n")
	slices.Sort(out)
	return slices.Compact(out)
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("%s: the tool lists %d, we %d: %.2000q against %.2000q", what, len(want), len(got), want, got)
	}
	t.Logf("%s: %d", what, len(got))
}

// difference packs what of a tree is not in another one.
func difference(t *testing.T, tree, base string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	err := filepath.WalkDir(tree, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(tree, p)
		info, err := d.Info()
		if err != nil || rel == "." {
			return err
		}
		if old, err := os.Lstat(filepath.Join(base, rel)); err == nil && (d.IsDir() || old.Size() == info.Size() && old.ModTime().Equal(info.ModTime())) {
			return nil
		}
		link := ""
		if info.Mode()&fs.ModeSymlink != 0 {
			link, _ = os.Readlink(p)
		}
		h, err := tar.FileInfoHeader(info, link)
		if err != nil {
			return nil // a socket
		}
		if h.Name = rel; d.IsDir() {
			h.Name += "/"
		}
		if err := w.WriteHeader(h); err != nil || !info.Mode().IsRegular() {
			return err
		}
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	return b.Bytes()
}

// A Debian system with Python, npm and Go programs, made by the tools
// themselves in three layers, holds exactly what the tools list. It needs root,
// debootstrap, pip, npm, and the packages' own mirrors.
func TestRealSystem(t *testing.T) {
	dir := t.TempDir()
	first, second, root := filepath.Join(dir, "1"), filepath.Join(dir, "2"), filepath.Join(dir, "3")
	command(t, "debootstrap", "--variant=minbase", "--include=python3,ca-certificates", "bookworm", first)
	command(t, "cp", "-a", first, second)
	command(t, "chroot", second, "apt-get", "install", "-y", "--no-install-recommends", "jq")
	command(t, "cp", "-a", second, root)
	site := "usr/local/lib/python3.11/dist-packages"
	command(t, "pip", "install", "--quiet", "--no-compile", "--target", filepath.Join(root, site), "openai", "flask")
	command(t, "npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", filepath.Join(root, "srv/app"), "express", "openai")
	tool := filepath.Join(root, "usr/local/bin/tool")
	command(t, "go", "build", "-o", tool, "github.com/bailiwick-dev/bailiwick/cmd/bailiwick")

	var layers []inventory.Layer
	for _, l := range [][]byte{difference(t, first, os.DevNull), difference(t, second, first), difference(t, root, second)} {
		layers = append(layers, inventory.Layer{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(l)), nil }})
	}
	image := inventory.Layers(layers, inventory.Options{})
	folder := inventory.Folder(root, inventory.Options{})
	for what, inv := range map[string]*inventory.Inventory{"layers": &image, "folder": &folder} {
		for _, p := range inv.Problems {
			t.Errorf("%s: %s: %s", what, p.Path, p.Message)
		}
		equal(t, what+" dpkg", names(inv, ecosystem.Deb, ""), lines(command(t, "dpkg-query", "--root="+root, "-W", "-f", "${Package} ${Version}\\n")))
		var pip []struct{ Name, Version string }
		if err := json.Unmarshal([]byte(command(t, "pip", "list", "--path", filepath.Join(root, site), "--format", "json")), &pip); err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, p := range pip {
			want = append(want, ecosystem.PyPI.Fold(p.Name)+" "+p.Version)
		}
		slices.Sort(want)
		equal(t, what+" pip", names(inv, ecosystem.PyPI, site), want)
		want = nil
		for _, l := range lines(command(t, "npm", "ls", "--all", "--parseable", "--long", "--prefix", filepath.Join(root, "srv/app"))) {
			f := strings.Split(l, ":")
			if at := strings.LastIndexByte(f[1], '@'); at > 0 && strings.Contains(f[0], "node_modules") {
				want = append(want, f[1][:at]+" "+f[1][at+1:])
			}
		}
		slices.Sort(want)
		equal(t, what+" npm", names(inv, ecosystem.NPM, "srv/app/"), slices.Compact(want))
		want = nil
		for _, l := range lines(command(t, "go", "version", "-m", tool)) {
			if f := strings.Fields(l); len(f) >= 3 && f[0] == "dep" {
				want = append(want, f[1]+" "+f[2])
			}
		}
		slices.Sort(want)
		got := slices.DeleteFunc(names(inv, ecosystem.Go, "usr/local/bin/tool"), func(s string) bool {
			return strings.HasPrefix(s, "stdlib ") || strings.HasPrefix(s, "github.com/bailiwick-dev/bailiwick ")
		})
		equal(t, what+" go", got, want)
	}
	// A package is in the layer in which it came.
	for i := range image.Packages {
		p := &image.Packages[i]
		want := 0
		switch {
		case p.Ecosystem == "deb" && (p.Name == "jq" || p.Name == "libjq1" || p.Name == "libonig5"):
			want = 2
		case p.Ecosystem == "deb":
			want = 1
		case p.Ecosystem == "go", p.Ecosystem == "npm":
			want = 3
		}
		if want != 0 && p.Layer != want {
			t.Errorf("%s %s is in layer %d, want %d", p.Ecosystem, p.Name, p.Layer, want)
		}
	}
}

// The database that rpm itself makes (SQLite), and its headers in the form that
// the tools of Berkeley DB make, hold what rpm lists. The third form no tool here
// writes: it is written by the test. It needs rpm, rpmbuild and db5.3_load.
func TestRealRPM(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for i := range 40 {
		spec := filepath.Join(dir, fmt.Sprintf("p%d.spec", i))
		text := fmt.Sprintf("Name: pkg%d\nVersion: 1.%d\nRelease: 2\nSummary: s\nLicense: MIT\nVendor: Clinic\nBuildArch: noarch\n%%description\n%s\n%%files\n", i, i, strings.Repeat("words ", i*200))
		if err := os.WriteFile(spec, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		command(t, "rpmbuild", "-bb", "--quiet", "--define", "_topdir "+dir, "--define", "_rpmdir "+dir, spec)
		files = append(files, filepath.Join(dir, "noarch", fmt.Sprintf("pkg%d-1.%d-2.noarch.rpm", i, i)))
	}
	db := filepath.Join(dir, "db")
	define := []string{"--define", "_db_backend sqlite", "--dbpath", db}
	command(t, "rpm", append(append([]string{"-i", "--justdb", "--nodeps", "--noscripts", "--force-debian"}, define...), files...)...)
	want := lines(command(t, "rpm", append([]string{"-qa", "--qf", "%{NAME} %{VERSION}-%{RELEASE}\\n"}, define...)...))
	src, err := os.ReadFile(filepath.Join(db, "rpmdb.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.Layers([]inventory.Layer{layer(t, "var/lib/rpm/rpmdb.sqlite", string(src))}, inventory.Options{})
	for _, p := range inv.Problems {
		t.Errorf("sqlite: %s", p.Message)
	}
	equal(t, "sqlite", names(&inv, ecosystem.RPM, ""), want)
	var headers [][]byte
	for out := []byte(command(t, "rpmdb", append([]string{"--exportdb"}, define...)...)); len(out) > 16; { // each after a magic of eight bytes
		size := 8 + 16*int(binary.BigEndian.Uint32(out[8:])) + int(binary.BigEndian.Uint32(out[12:]))
		headers = append(headers, out[8:8+size])
		out = out[8+size:]
	}
	berkeley(t, dir, headers, want)
	inv = inventory.Layers([]inventory.Layer{layer(t, "usr/lib/sysimage/rpm/Packages.db", string(ndb(headers)))}, inventory.Options{})
	for _, p := range inv.Problems {
		t.Errorf("ndb: %s", p.Message)
	}
	equal(t, "ndb", names(&inv, ecosystem.RPM, ""), want)
}

// berkeley writes headers as a hash of Berkeley DB.
func berkeley(t *testing.T, dir string, headers [][]byte, want []string) {
	t.Helper()
	var dump strings.Builder
	dump.WriteString("VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\nHEADER=END\n")
	for n, h := range headers {
		fmt.Fprintf(&dump, " %02x000000\n %x\n", n+1, h)
	}
	dump.WriteString("DATA=END\n")
	file := filepath.Join(dir, "Packages")
	load := exec.Command("db5.3_load", file)
	load.Stdin = strings.NewReader(dump.String())
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("db5.3_load: %v\n%s", err, out)
	}
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	inv := inventory.Layers([]inventory.Layer{layer(t, "var/lib/rpm/Packages", string(src))}, inventory.Options{})
	for _, p := range inv.Problems {
		t.Errorf("berkeley: %s", p.Message)
	}
	equal(t, "berkeley", names(&inv, ecosystem.RPM, ""), want)
}
