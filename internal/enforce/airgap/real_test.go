//go:build real

package airgap_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/airgap"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
)

// A server holds files, and knows what was asked of it.
type server struct {
	URL   string
	mu    sync.Mutex
	files map[string][]byte
	asked []string
}

func serve(t *testing.T, address string) *server {
	t.Helper()
	s := &server{files: map[string][]byte{}}
	l, err := net.Listen("tcp", address+":0")
	if err != nil {
		t.Fatal(err)
	}
	ts := &httptest.Server{Listener: l, Config: &http.Server{Handler: s}}
	ts.Start()
	t.Cleanup(ts.Close)
	s.URL = ts.URL
	return s
}

// ServeHTTP implements [http.Handler].
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	data, ok := s.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if strings.Contains(r.URL.Path, "/resolve/") { // as the Hugging Face Hub does
		w.Header().Set("ETag", `"0123456789"`)
		w.Header().Set("X-Repo-Commit", strings.Repeat("1", 40))
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// A world is a machine that is told to fetch from mirror, and an outside that has
// all that somebody could want.
type world struct {
	root            string // what belongs at /
	home            string
	mirror, outside *server
	env             []string // of etc/environment
}

// machine writes the files for a perimeter whose mirrors are servers here; with
// none, for one that names no mirror.
func machine(t *testing.T, mirrors ...string) *world {
	t.Helper()
	w := &world{root: t.TempDir(), home: t.TempDir(), mirror: serve(t, "127.0.0.1"), outside: serve(t, "127.0.0.2")}
	text := "apiVersion: bailiwick/v1\nkind: Perimeter\nmetadata: {name: machine}\nspec:\n  jurisdictions: {allow: [EU]}\n"
	if len(mirrors) > 0 {
		text += "  stack:\n    registries: [127.0.0.1]\n    mirrors:\n"
	}
	for _, m := range mirrors {
		text += "      " + strings.ReplaceAll(m, "MIRROR", w.mirror.URL) + "\n"
	}
	files, err := airgap.Target.Write(enforcetest.Bounds(t, text))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name, ok := strings.CutPrefix(f.Name, "root/"); ok {
			// What they say of / is below the scratch folder here.
			w.file(t, filepath.Join(w.root, name), strings.NewReplacer(" /etc/", " "+w.root+"/etc/", `"/etc/`, `"`+w.root+"/etc/", "=/etc/", "="+w.root+"/etc/").Replace(string(f.Data)))
		}
	}
	for line := range strings.Lines(enforcetest.File(files, "root/etc/environment")) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			w.env = append(w.env, strings.Replace(line, "=/etc/", "="+w.root+"/etc/", 1))
		}
	}
	return w
}

func (w *world) file(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run runs a tool in a folder with the environment of the machine, and what a
// user adds to it.
func (w *world) run(t *testing.T, dir string, env []string, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = slices.Concat([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.home, "RUSTUP_HOME=" + filepath.Join(home, ".rustup"), "PYENV_ROOT=" + filepath.Join(home, ".pyenv"), "LC_ALL=C", "NO_COLOR=1"}, w.env, env)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// An attempt is one try to fetch something.
type attempt struct {
	name  string
	files map[string]string // what a user writes, below the folder of the project, or ~/ below home
	env   []string
	args  []string
}

// A drill is what is tried with one tool.
type drill struct {
	tool    string
	command func(dir string, a *attempt) []string
	allowed []attempt
	refused []attempt // must fail, and reach nothing outside
	holes   []attempt // no configuration of the tool stops these: they reach the outside, and the report says so
}

// with adds a file to those of an attempt.
func with(files map[string]string, name, text string) map[string]string {
	files[name] = text
	return files
}

// try runs the drill.
func (d *drill) try(t *testing.T, w *world) {
	t.Helper()
	one := func(a *attempt) (string, error, int) {
		dir := t.TempDir()
		if d.tool == "cargo" { // its configuration is looked for in the folders around
			dir = filepath.Join(w.root, "project", strings.ReplaceAll(a.name, " ", "-"))
			w.file(t, filepath.Join(dir, "README"), "")
		}
		if err := os.RemoveAll(w.home); err != nil {
			t.Fatal(err)
		}
		// go counts its own calls in the background, and writes there when the home is being removed.
		w.file(t, filepath.Join(w.home, ".config/go/telemetry/mode"), "off")
		fill := strings.NewReplacer("MIRROR", w.mirror.URL, "OUTSIDE", w.outside.URL)
		for name, text := range a.files {
			at := filepath.Join(dir, name)
			if rest, ok := strings.CutPrefix(name, "~/"); ok {
				at = filepath.Join(w.home, rest)
			}
			w.file(t, at, fill.Replace(text))
		}
		var env []string
		for _, e := range a.env {
			env = append(env, fill.Replace(e))
		}
		var args []string
		for _, x := range d.command(dir, a) {
			args = append(args, fill.Replace(x))
		}
		before := w.outside.count()
		out, err := w.run(t, dir, env, args[0], args[1:]...)
		return out, err, w.outside.count() - before
	}
	for i := range d.allowed {
		if out, err, n := one(&d.allowed[i]); err != nil || n != 0 {
			t.Errorf("%s, %s: %v, %d times outside\n%s", d.tool, d.allowed[i].name, err, n, out)
		}
	}
	for i := range d.refused {
		if out, err, n := one(&d.refused[i]); err == nil || n != 0 {
			t.Errorf("%s, %s: not refused (%v), %d times outside\n%s", d.tool, d.refused[i].name, err, n, out)
		} else {
			t.Logf("%s, %s: refused: %s", d.tool, d.refused[i].name, last(out))
		}
	}
	for i := range d.holes {
		if out, err, n := one(&d.holes[i]); n == 0 {
			t.Errorf("%s, %s: it reaches nothing outside any more (%v): it belongs to what is refused\n%s", d.tool, d.holes[i].name, err, out)
		}
	}
	if len(d.allowed) == 0 || len(d.refused) == 0 {
		t.Errorf("%s: nothing was tried", d.tool)
	}
	t.Logf("%s: %d allowed, %d refused, %d that no configuration stops", d.tool, len(d.allowed), len(d.refused), len(d.holes))
}

// last is the end of what a tool said.
func last(out string) string {
	out = strings.Join(strings.Fields(out), " ")
	return out[max(0, len(out)-160):]
}

// tgz packs files.
func tgz(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	w := tar.NewWriter(z)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// version says which tool it was that answered.
func version(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s is not to be had: %v: install it, or this target is not tested here\n%s", name, err, out)
	}
	t.Log(strings.SplitN(strings.TrimSpace(string(out)), "\n", 2)[0])
}
