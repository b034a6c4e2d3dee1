package image_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/oci"
	"github.com/bailiwick-dev/bailiwick/internal/source/image"
)

func packed(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: pairs[i], Mode: 0o644, Size: int64(len(pairs[i+1])), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, pairs[i+1])
	}
	w.Close()
	return b.Bytes()
}

func digest(b []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(b)) }

// save writes an image as docker save does. config is what stands under
// "config", history what stands under "history".
func save(t testing.TB, file, tag, config, history string, layers ...[]byte) {
	t.Helper()
	var ids, names []string
	parts := []string{}
	for i, l := range layers {
		ids, names = append(ids, fmt.Sprintf("%q", digest(l))), append(names, fmt.Sprintf("\"%d/layer.tar\"", i))
		parts = append(parts, fmt.Sprintf("%d/layer.tar", i), string(l))
	}
	c := fmt.Sprintf(`{"os": "linux", "architecture": "arm64", "config": %s, "rootfs": {"diff_ids": [%s]}, "history": %s}`, config, strings.Join(ids, ","), history)
	parts = append([]string{"manifest.json", fmt.Sprintf(`[{"Config": "c.json", "RepoTags": [%q], "Layers": [%s]}]`, tag, strings.Join(names, ",")), "c.json", c}, parts...)
	if err := os.WriteFile(file, packed(t, parts...), 0o644); err != nil {
		t.Fatal(err)
	}
}

func known(h string) bool { return strings.HasSuffix(h, "known.example") }

func one(t *testing.T, a *graph.Asset, path string) any {
	t.Helper()
	rds := a.Attrs.Read(path)
	if len(rds) != 1 {
		return nil
	}
	return rds[0].Value
}

func TestRead(t *testing.T) {
	t.Chdir(t.TempDir())
	system := packed(t, "etc/os-release", "ID=debian\nVERSION_ID=12\n", "var/lib/dpkg/status", "Package: bash\nVersion: 5\n\n")
	app := packed(t, "app/config.yaml", "a: https://api.known.example/v1\nb: https://nobody.example", "app/x.py", "U='https://src.known.example' # https://no.known.example\n",
		"etc/pip.conf", "[global]\nindex-url = https://u:p@py.example/simple\n", "usr/lib/python3/dist-packages/sdk.py", "U='https://sdk.known.example'",
		"m/x.safetensors", "\x02\x00\x00\x00\x00\x00\x00\x00{}")
	save(t, "base.tar", "registry.example/base:1", `{}`, `[]`, system)
	save(t, "app.tar", "registry.example/app:1", `{"Env": ["GOPROXY=https://go.example,off", "OPENAI_BASE_URL=https://llm.example"], "Labels": {"team": "a"}, "Entrypoint": "/app/x"}`, `[]`, system, app)
	f := image.Read([]string{"app.tar", "base.tar"}, image.Options{Known: known})
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	if len(f.Problems) > 0 || len(f.Assets) != 3 || f.Blocks != 2 {
		t.Fatalf("%d assets, problems %v", len(f.Assets), f.Problems)
	}
	a := &f.Assets[0]
	for path, want := range map[string]any{"env.OPENAI_BASE_URL": "https://llm.example", "labels.team": "a", "platform": "linux/arm64", "base.by": "layers", "base.image": "registry.example/base:1", "os": "debian", "layers": 2.0, "packages": 1.0, "unknown_hosts": 2.0, "entrypoint": nil, "endpoints.packages": nil} {
		if got := one(t, a, path); path != "entrypoint" && path != "endpoints.packages" && got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if got := a.Attrs.Read("endpoints.packages"); len(got) != 1 || !cmp.Equal(got[0].Value, []any{"sdk.known.example"}) {
		t.Errorf("hosts in packages: %v", got)
	}
	if got := one(t, &f.Assets[2], "base.by"); got != "os-release" || len(f.Assets[2].Attrs.Read("base.image")) != 0 {
		t.Errorf("the base of the base is known by %v", got)
	}
	if w := &f.Assets[1]; w.Type != "weights" || w.Attrs.Read("models")[0].Unknown == "" || !strings.HasSuffix(string(w.Address), "/m/x.safetensors") {
		t.Errorf("%+v", w)
	}
	var flows []string
	for _, fl := range f.Flows {
		flows = append(flows, fmt.Sprintf("%s %s %s", fl.Purpose, fl.To, fl.Via))
	}
	want := []string{"data api.known.example configuration: /app/config.yaml:1 of layer 2", "registry https://go.example the variable GOPROXY of the image",
		"registry https://py.example/simple index-url in /etc/pip.conf:2 of layer 2", "data src.known.example source: /app/x.py:1 of layer 2"}
	if !slices.Equal(flows, want) {
		t.Errorf("%q", flows)
	}
	if p := f.Packages[0]; p.Layer != 1 || p.In != a.Address || p.Root != "app.tar" || p.PURL != "pkg:deb/debian/bash@5?distro=debian-12" {
		t.Errorf("%+v", p)
	}
	back := image.Read([]string{"base.tar", "app.tar"}, image.Options{Known: known})
	if len(back.Assets) != 3 || one(t, &back.Assets[1], "base.by") != "layers" {
		t.Error("the order of the files matters")
	}
}

// The rungs below the first: history, and nothing.
func TestBase(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, c := range map[string]struct{ config, history, by, image string }{
		"label":   {`{"Labels": {"org.opencontainers.image.base.name": "r.example/b:2"}}`, `[{"created_by": "FROM x"}]`, "annotation", "r.example/b:2"},
		"history": {`{}`, `[{"created_by": "FROM docker.example/python:3.12"}]`, "history", "docker.example/python:3.12"},
		"nothing": {`{}`, `[{"created_by": "COPY . ."}]`, "", ""},
	} {
		save(t, "x.tar", "x:1", c.config, c.history, packed(t, "a", "b"))
		f := image.Read([]string{"x.tar"}, image.Options{})
		by, _ := one(t, &f.Assets[0], "base.by").(string)
		img, _ := one(t, &f.Assets[0], "base.image").(string)
		if by != c.by || img != c.image {
			t.Errorf("%s: %q by %q", name, img, by)
		}
	}
}

func TestBroken(t *testing.T) {
	t.Chdir(t.TempDir())
	layer := packed(t, "var/lib/dpkg/status", "nothing")
	save(t, "x.tar", "x:1", `{}`, `[]`, layer)
	f := image.Read([]string{"x.tar"}, image.Options{Run: func(i *oci.Image) ([]graph.Flow, []graph.Problem) {
		return []graph.Flow{{From: graph.Address(i.Address()), To: "seen.example", State: graph.Observed, Purpose: "data", Origin: graph.Origin{File: "x.tar"}}}, nil
	}})
	if len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, "/var/lib/dpkg/status in layer 1 of x:1@sha256:") || f.Assets[0].Partial == "" {
		t.Errorf("%v, partial %q", f.Problems, f.Assets[0].Partial)
	}
	if len(f.Flows) != 1 || f.Flows[0].To != "seen.example" {
		t.Errorf("what it does when it runs: %v", f.Flows)
	}
	b, err := os.ReadFile("x.tar")
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile("cut.tar", b[:len(b)-3000], 0o644)
	if f := image.Read([]string{"cut.tar"}, image.Options{}); len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, "cut short") {
		t.Errorf("%v", f.Problems)
	}
}

func TestMatch(t *testing.T) {
	t.Chdir(t.TempDir())
	save(t, "x.tar", "x:1", `{}`, `[]`)
	b, err := os.ReadFile("x.tar")
	if err != nil {
		t.Fatal(err)
	}
	for p, c := range map[string]struct {
		head []byte
		want bool
	}{"a/x.tar": {b, true}, "a/oci-layout": {nil, true}, "a/src.tar": {packed(t, "src/a.c", "x"), false}, "a/manifest.json": {b, false}} {
		if got := image.Match(filepath.FromSlash(p), func() []byte { return c.head }); got != c.want {
			t.Errorf("%s: %v", p, got)
		}
	}
}

// Every fact has an origin, whatever the file holds, and the same bytes give
// the same facts.
func FuzzRead(f *testing.F) {
	dir := f.TempDir()
	save(f, filepath.Join(dir, "a.tar"), "a:1", `{"Env": ["A=b", "GOPROXY=x"]}`, `[{"created_by": "FROM x"}]`, packed(f, "etc/pip.conf", "index-url = https://a.example\n", "m.gguf", "GGUF"))
	b, err := os.ReadFile(filepath.Join(dir, "a.tar"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, src []byte) {
		file := filepath.Join(t.TempDir(), "x.tar")
		if err := os.WriteFile(file, src, 0o644); err != nil {
			t.Fatal(err)
		}
		read := func() graph.Facts { return image.Read([]string{file}, image.Options{Known: known}) }
		a, b := read(), read()
		if err := a.Check(); err != nil {
			t.Error(err)
		}
		if d := cmp.Diff(a.Flows, b.Flows); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(a.Packages, b.Packages); d != "" {
			t.Error(d)
		}
	})
}
