//go:build real

package airgap_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A key signs repositories.
type key struct{ home string }

func newKey(t *testing.T) *key {
	t.Helper()
	home, err := os.MkdirTemp("", "gpg") // gpg takes short paths only
	if err != nil {
		t.Fatal(err)
	}
	k := &key{home}
	t.Cleanup(func() {
		exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run() //nolint:errcheck // it may have ended by itself
		os.RemoveAll(home)
	})
	k.gpg(t, "", "--passphrase", "", "--quick-gen-key", "mirror@clinic.example", "ed25519", "sign", "never")
	return k
}

func (k *key) gpg(t *testing.T, in string, args ...string) string {
	t.Helper()
	cmd := exec.Command("gpg", append([]string{"--homedir", k.home, "--batch", "--quiet"}, args...)...)
	cmd.Stdin = strings.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("gpg %v: %v", args, err)
	}
	return string(out)
}

// deb puts a package into a repository, signed.
func (s *server) deb(t *testing.T, k *key, name string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "p", "DEBIAN"), 0o755); err != nil {
		t.Fatal(err)
	}
	control := "Package: " + name + "\nVersion: 1.0\nArchitecture: all\nMaintainer: nobody <nobody@clinic.example>\nDescription: nothing\n"
	if err := os.WriteFile(filepath.Join(dir, "p", "DEBIAN", "control"), []byte(control), 0o644); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, name+".deb")
	if out, err := exec.Command("dpkg-deb", "--build", filepath.Join(dir, "p"), file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	list := fmt.Sprintf("%sFilename: pool/%s.deb\nSize: %d\nSHA256: %x\n\n", control, name, len(data), sha256.Sum256(data))
	release := "Origin: mirror\nSuite: trixie\nCodename: trixie\nArchitectures: amd64 arm64 all\nComponents: main\nDate: Sun, 29 Nov 2026 00:00:00 UTC\nSHA256:\n"
	for _, arch := range []string{"amd64", "arm64", "all"} {
		at := "main/binary-" + arch + "/Packages"
		release += fmt.Sprintf(" %x %d %s\n", sha256.Sum256([]byte(list)), len(list), at)
		s.files["/debian/dists/trixie/"+at] = []byte(list)
	}
	s.files["/debian/pool/"+name+".deb"] = data
	s.files["/debian/dists/trixie/InRelease"] = []byte(k.gpg(t, release, "--clearsign"))
}

func TestRealApt(t *testing.T) {
	version(t, "apt-get", "--version")
	w := machine(t, "deb: MIRROR/debian trixie main")
	own, other := newKey(t), newKey(t)
	w.mirror.deb(t, own, "inside")
	w.outside.deb(t, own, "elsewhere")
	w.file(t, filepath.Join(w.root, "etc/apt/keyrings/bailiwick.gpg"), own.gpg(t, "", "--export"))
	// The rest of a machine: its own state, and the programs of this one.
	for _, dir := range []string{"var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/log/apt", "tmp"} {
		if err := os.MkdirAll(filepath.Join(w.root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	w.file(t, filepath.Join(w.root, "var/lib/dpkg/status"), "")
	conf := filepath.Join(t.TempDir(), "apt.conf")
	w.file(t, conf, fmt.Sprintf("Dir %q; Dir::State::status %q; Dir::Bin::methods \"/usr/lib/apt/methods\"; Dir::Bin::dpkg \"/usr/bin/dpkg\"; APT::Sandbox::User \"root\"; APT::Update::Post-Invoke \"\"; Acquire::Retries \"0\";\n",
		w.root+"/", filepath.Join(w.root, "var/lib/dpkg/status")))
	list := "deb [signed-by=" + filepath.Join(w.root, "etc/apt/keyrings/bailiwick.gpg") + "] OUTSIDE/debian trixie main\n"
	unsigned := "deb [trusted=yes] OUTSIDE/debian trixie main\n"
	update := `apt-get update -o APT::Update::Error-Mode=any && cd "$1" && apt-get download `
	(&drill{
		tool: "apt",
		command: func(dir string, a *attempt) []string {
			return append([]string{"env", "APT_CONFIG=" + conf, "sh", "-c", a.args[0], "sh", dir}, a.args[1:]...)
		},
		allowed: []attempt{{name: "from the mirror", args: []string{update + "inside"}}},
		refused: []attempt{
			{name: "the mirror lacks it", args: []string{update + "elsewhere"}},
			{name: "a list more", args: []string{`cp more.list "` + w.root + `/etc/apt/sources.list.d/" && ` + update + "elsewhere"}, files: map[string]string{"more.list": unsigned}},
			{name: "sources.list", args: []string{`cp more.list "` + w.root + `/etc/apt/sources.list" && ` + update + "elsewhere"}, files: map[string]string{"more.list": unsigned}},
			{name: "a list on the command line", args: []string{`apt-get update -o APT::Update::Error-Mode=any -o Dir::Etc::sourcelist="$1/more.list"`}, files: map[string]string{"more.list": list}},
			{name: "an address on the command line", args: []string{`/usr/lib/apt/apt-helper download-file OUTSIDE/debian/pool/elsewhere.deb "$1/x.deb"`}},
		},
		holes: []attempt{{name: "a list, and no proxy, on the command line", files: map[string]string{"more.list": list},
			args: []string{`apt-get update -o Acquire::http::Proxy=DIRECT -o Dir::Etc::sourcelist="$1/more.list"`}}},
	}).try(t, w)

	apt := func(name string, args ...string) (string, error) {
		return w.run(t, t.TempDir(), []string{"APT_CONFIG=" + conf}, name, args...)
	}
	// A list that came in nevertheless: nothing of it is a candidate.
	around := filepath.Join(t.TempDir(), "more.list")
	w.file(t, around, strings.ReplaceAll(list, "OUTSIDE", w.outside.URL))
	more := []string{"-o", "Acquire::http::Proxy=DIRECT", "-o", "Dir::Etc::sourcelist=" + around}
	for _, step := range []struct {
		args []string
		name string
		want string
	}{
		{more, "elsewhere", "Candidate: (none)"},
		{nil, "inside", "Candidate: 1.0"},
	} {
		if out, err := apt("apt-get", append([]string{"update"}, step.args...)...); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		if out, err := apt("apt-cache", append([]string{"policy", step.name}, step.args...)...); err != nil || !strings.Contains(out, step.want) {
			t.Errorf("%s: want %s: %v\n%s", step.name, step.want, err, out)
		}
	}
	// What another key signed.
	w.mirror.deb(t, other, "inside")
	if out, err := apt("apt-get", "update", "-o", "APT::Update::Error-Mode=any"); err == nil || !strings.Contains(out, "NO_PUBKEY") {
		t.Errorf("apt takes what another key signed: %v\n%s", err, out)
	}
}
