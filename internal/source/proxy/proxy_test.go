package proxy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// describe writes facts, one a line.
func describe(f graph.Facts) string {
	var b strings.Builder
	for _, x := range f.Flows {
		fmt.Fprintf(&b, "%s:%d %s -> %s%s (%s)\n", x.Origin.File, x.Origin.Line, x.Purpose, x.To, x.Unknown, x.Via)
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "! %s:%d %s\n", p.Origin.File, p.Origin.Line, p.Message)
	}
	return b.String()
}

// TestRead reads the files of each archive of testdata and compares what they say with
// its file "want".
func TestRead(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) < 3 {
		t.Fatalf("%d archives: %v", len(archives), err)
	}
	for _, a := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(a), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(a)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			var files []string
			want := ""
			for _, f := range ar.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(f.Name, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
				if Match(f.Name, f.Data) {
					files = append(files, f.Name)
				}
			}
			facts := Read(files)
			if err := facts.Check(); err != nil {
				t.Error(err)
			}
			if got := describe(facts); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			for _, x := range facts.Flows {
				if string(x.From) != x.Root || x.State != graph.Planned {
					t.Errorf("%+v", x)
				}
			}
		})
	}
}

// Files that include each other are read, once.
func TestCircle(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"a.conf": "include b.conf;\nserver { location / { proxy_pass https://a.example; } }\n", "b.conf": "include a.conf;\nserver { location / { proxy_pass https://b.example; proxy_pass https://$uri_host/; proxy_pass http://$uri; } }\n"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := "b.conf:2 data -> b.example (proxy_pass)\nb.conf:2 data -> the variable $uri_host says where, when a request comes (proxy_pass)\nb.conf:2 data -> it names no host (proxy_pass)\na.conf:2 data -> a.example (proxy_pass)\n"
	if got := describe(Read([]string{"b.conf", "a.conf"})); got != want {
		t.Errorf("%s", got)
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		name, head string
		want       bool
	}{
		{"nginx.conf", "http {\n  server { listen 80; }\n}\n", true},
		{"default.conf.template", "server {\n  location / { proxy_pass http://x; }\n}\n", true},
		{"sites-enabled/app", "server {\n  listen 80;\n}\n", true},
		{"haproxy.cfg", "global\n  log /dev/log local0\n", true},
		{"squid.conf", "http_access deny all\n", true},
		{"setup.cfg", "[metadata]\nname = x\n", false},
		{"tox.ini", "server {\n;", false},
		{"redis.conf", "bind 127.0.0.1\nport 6379\n", false},
		{"pgbouncer.conf", "server_tls = 1;\n", false},
		{"x.conf", "http {\n\x00;", false},
	} {
		if got := Match(c.name, []byte(c.head)); got != c.want {
			t.Errorf("%s %q: %v", c.name, c.head, got)
		}
	}
}

// FuzzRead reads anything as a configuration: no panic, every fact has an origin, and
// the same bytes are the same facts.
func FuzzRead(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	seeds := 0
	for _, a := range archives {
		ar, err := txtar.ParseFile(a)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range ar.Files {
			if file.Name != "want" {
				f.Add(file.Data)
				seeds++
			}
		}
	}
	if seeds < 6 {
		f.Fatalf("only %d seeds", seeds)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, src []byte) {
		file := filepath.Join(dir, "x.conf")
		if err := os.WriteFile(file, src, 0o644); err != nil {
			t.Fatal(err)
		}
		for i := range languages {
			read := func() graph.Facts {
				p := &proxy{file: filepath.ToSlash(file), seen: map[edge]bool{}, taken: map[string]bool{}}
				languages[i].read(p, p.file)
				return p.out
			}
			facts := read()
			if err := facts.Check(); err != nil {
				t.Fatal(err)
			}
			for _, x := range facts.Flows {
				if x.To == "" && x.Unknown == "" || x.Purpose == "" {
					t.Fatalf("%+v", x)
				}
			}
			if describe(facts) != describe(read()) {
				t.Fatal("the same bytes are other facts")
			}
		}
	})
}
