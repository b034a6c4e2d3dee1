//go:build real

package airgap_test

import (
	"archive/zip"
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// module puts a module into a proxy.
func (s *server) module(t *testing.T, path string) {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	w, err := z.Create(path + "@v1.0.0/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod := []byte("module " + path + "\n")
	if _, err := w.Write(mod); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	at := "/go/" + path + "/@v/"
	s.files[at+"list"], s.files[at+"v1.0.0.info"], s.files[at+"v1.0.0.mod"], s.files[at+"v1.0.0.zip"] = []byte("v1.0.0\n"), []byte(`{"Version": "v1.0.0"}`), mod, buf.Bytes()
}

func TestRealGo(t *testing.T) {
	version(t, "go", "version")
	w := machine(t, "go: MIRROR/go")
	w.mirror.module(t, "inside.example/m")
	w.outside.module(t, "elsewhere.example/m")
	mod := func(more string) map[string]string { return map[string]string{"go.mod": "module p\ngo 1.24\n" + more} }
	download := func(m string) []string { return []string{"mod", "download", m} }
	public := "golang.org/x/text@v0.3.0"
	(&drill{
		tool:    "go",
		command: func(dir string, a *attempt) []string { return append([]string{"go"}, a.args...) },
		allowed: []attempt{{name: "from the mirror", files: mod(""), args: download("inside.example/m@v1.0.0")}},
		refused: []attempt{
			{name: "the mirror lacks it", files: mod(""), args: download("elsewhere.example/m@v1.0.0")},
			{name: "what only the public proxy has", files: mod(""), args: download(public)},
			{name: "a proxy of the user", files: with(mod(""), "~/.config/go/env", "GOPROXY=OUTSIDE/go\n"), args: download("elsewhere.example/m@v1.0.0")},
			{name: "private modules", files: mod(""), env: []string{"GOPRIVATE=*"}, args: download(public)},
			{name: "direct", files: mod(""), env: []string{"GOPROXY=direct"}, args: download("github.com/google/uuid@v1.6.0")},
			{name: "a toolchain", files: map[string]string{"go.mod": "module p\ngo 1.99.0\n"}, args: []string{"build", "./..."}},
			{name: "in place of another", files: mod("require inside.example/m v1.0.0\nreplace inside.example/m => elsewhere.example/m v1.0.0\n"), args: []string{"mod", "download"}},
			{name: "a requirement more", files: with(mod(""), "p.go", "package p\nimport _ \"inside.example/m\"\n"), args: []string{"build", "./..."}},
		},
		holes: []attempt{{name: "a variable", files: mod(""), env: []string{"GOPROXY=OUTSIDE/go"}, args: download("elsewhere.example/m@v1.0.0")}},
	}).try(t, w)
	// The file alone, without the environment.
	w.env = []string{"GOENV=" + filepath.Join(w.root, "etc/go/go.env")}
	out, err := w.run(t, t.TempDir(), nil, "go", "env", "GOPROXY", "GOVCS", "GOSUMDB", "GOTOOLCHAIN", "GONOPROXY")
	if want := w.mirror.URL + "/go *:off off local none"; err != nil || strings.Join(strings.Fields(out), " ") != want {
		t.Errorf("go.env: %q, %v; want %s", out, err, want)
	}
}
