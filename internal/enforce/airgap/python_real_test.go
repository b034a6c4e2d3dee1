//go:build real

package airgap_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// wheel puts a package into an index.
func (s *server) wheel(t *testing.T, name, version string) {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	info := name + "-" + version + ".dist-info/"
	for _, f := range [][2]string{{info + "METADATA", "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n"}, {info + "WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"},
		{info + "RECORD", ""}} {
		w, err := z.Create(f[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := fmt.Sprintf("%s-%s-py3-none-any.whl", name, version)
	s.files["/simple/"+name+"/"] = []byte(`<html><body><a href="../../files/` + file + `">` + file + `</a></body></html>`)
	s.files["/files/"+file] = buf.Bytes()
}

func pythons(t *testing.T) *world {
	w := machine(t, "pypi: MIRROR/simple")
	w.mirror.wheel(t, "inside", "1.0")
	w.outside.wheel(t, "inside", "2.0")
	w.outside.wheel(t, "elsewhere", "1.0")
	return w
}

func TestRealPip(t *testing.T) {
	w := pythons(t)
	venv := filepath.Join(t.TempDir(), "venv")
	if out, err := exec.Command("python3", "-m", "venv", venv).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	python := filepath.Join(venv, "bin", "python")
	version(t, python, "-m", "pip", "--version")
	download := func(dir string, a *attempt) []string {
		return append([]string{python, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--disable-pip-version-check", "--retries", "0", "-d", dir}, a.args...)
	}
	(&drill{
		tool: "pip", command: download,
		allowed: []attempt{{name: "from the mirror", args: []string{"inside"}}},
		refused: []attempt{
			{name: "the mirror lacks it", args: []string{"elsewhere"}},
			{name: "what only the public index has", args: []string{"six"}},
			{name: "a newer version elsewhere", args: []string{"inside==2.0"}, files: map[string]string{"~/.config/pip/pip.conf": "[global]\nextra-index-url = OUTSIDE/simple\n"}},
			{name: "an index of the user", args: []string{"elsewhere"}, files: map[string]string{"~/.config/pip/pip.conf": "[global]\nindex-url = OUTSIDE/simple\n"}},
			{name: "an index of the user for one command", args: []string{"elsewhere"}, files: map[string]string{"~/.config/pip/pip.conf": "[download]\nextra-index-url = OUTSIDE/simple\n"}},
			{name: "links of the user", args: []string{"elsewhere"}, files: map[string]string{"~/.pip/pip.conf": "[global]\nfind-links = OUTSIDE/simple/elsewhere/\n"}},
		},
		holes: []attempt{
			{name: "a flag", args: []string{"--index-url", "OUTSIDE/simple", "elsewhere"}},
			{name: "a flag for one more", args: []string{"--extra-index-url", "OUTSIDE/simple", "elsewhere"}},
			{name: "a variable", args: []string{"elsewhere"}, env: []string{"PIP_INDEX_URL=OUTSIDE/simple"}},
			{name: "an address", args: []string{"elsewhere @ OUTSIDE/files/elsewhere-1.0-py3-none-any.whl"}},
			{name: "a line of requirements", args: []string{"-r", "requirements.txt"}, files: map[string]string{"requirements.txt": "--extra-index-url OUTSIDE/simple\nelsewhere\n"}},
		},
	}).try(t, w)
	w.file(t, filepath.Join(venv, "pip.conf"), "[global]\nextra-index-url = "+w.outside.URL+"/simple\n[download]\nindex-url = "+w.outside.URL+"/simple\n")
	(&drill{
		tool: "pip, in an environment with a file of its own", command: download,
		allowed: []attempt{{name: "from the mirror", args: []string{"inside"}}},
		refused: []attempt{{name: "the mirror lacks it", args: []string{"elsewhere"}}, {name: "a newer version elsewhere", args: []string{"inside==2.0"}}},
	}).try(t, w)
}

func TestRealUV(t *testing.T) {
	w := pythons(t)
	uv := peer.Path(t, "uv")
	version(t, uv, "--version")
	project := func(more string) map[string]string {
		return map[string]string{"pyproject.toml": "[project]\nname = \"p\"\nversion = \"1\"\nrequires-python = \">=3.8\"\ndependencies = [\"elsewhere\"]\n" + more}
	}
	(&drill{
		tool: "uv",
		command: func(dir string, a *attempt) []string {
			return append([]string{uv, "--no-cache"}, a.args...)
		},
		allowed: []attempt{{name: "from the mirror", args: []string{"pip", "compile", "in.txt"}, files: map[string]string{"in.txt": "inside\n"}}},
		refused: []attempt{
			{name: "the mirror lacks it", args: []string{"pip", "compile", "in.txt"}, files: map[string]string{"in.txt": "elsewhere\n"}},
			{name: "what only the public index has", args: []string{"pip", "compile", "in.txt"}, files: map[string]string{"in.txt": "six\n"}},
			{name: "an index of the user", args: []string{"pip", "compile", "in.txt"}, files: map[string]string{"in.txt": "elsewhere\n", "~/.config/uv/uv.toml": "index-url = \"OUTSIDE/simple\"\n"}},
			{name: "an index of the folder", args: []string{"pip", "compile", "in.txt"}, files: map[string]string{"in.txt": "elsewhere\n", "uv.toml": "extra-index-url = [\"OUTSIDE/simple\"]\n"}},
			{name: "a Python of elsewhere", args: []string{"python", "install", "3.12"}},
		},
		holes: []attempt{
			{name: "a flag", args: []string{"pip", "compile", "--default-index", "OUTSIDE/simple", "in.txt"}, files: map[string]string{"in.txt": "elsewhere\n"}},
			{name: "a variable", args: []string{"pip", "compile", "in.txt"}, files: map[string]string{"in.txt": "elsewhere\n"}, env: []string{"UV_INDEX=OUTSIDE/simple"}},
			{name: "an index of the project", args: []string{"lock"}, files: project("[tool.uv.sources]\nelsewhere = {index = \"o\"}\n[[tool.uv.index]]\nname = \"o\"\nurl = \"OUTSIDE/simple\"\n")},
		},
	}).try(t, w)
}
