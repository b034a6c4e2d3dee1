//go:build unix

package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestStrangeFiles reads what looks like configuration and is not: each
// becomes a problem, and the good file beside it is still read.
func TestStrangeFiles(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string) error
		want string
	}{
		"directory": {func(p string) error { return os.Mkdir(p, 0o755) }, "it is a directory"},
		"pipe":      {func(p string) error { return syscall.Mkfifo(p, 0o644) }, "not a regular file"},
		"device":    {func(p string) error { return os.Symlink("/dev/zero", p) }, "not a regular file"},
		"loop":      {func(p string) error { return os.Symlink(filepath.Base(p), p) }, "cannot be read"},
		"nothing":   {func(p string) error { return os.Symlink("not-there", p) }, "cannot be read"},
		"sparse": {func(p string) error {
			f, err := os.Create(p)
			if err != nil {
				return err
			}
			defer f.Close()
			return f.Truncate(2 << 30)
		}, "more than the limit of 8 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "good.tf", `resource "t_t" "good" { v = file("x.tf") }`)
			write(t, "z.tfvars", "")
			for _, p := range []string{"x.tf", "y.auto.tfvars"} {
				if err := c.make(p); err != nil {
					t.Fatal(err)
				}
			}
			f := Read([]string{"good.tf", "x.tf", "y.auto.tfvars"}, Options{})
			if len(f.Problems) != 2 {
				t.Fatalf("problems: %v", f.Problems)
			}
			for i, file := range []string{"x.tf", "y.auto.tfvars"} {
				p := f.Problems[i]
				if p.Origin.File != file || !strings.Contains(p.Message, c.want) {
					t.Errorf("%s: %s, want %q", p.Origin.File, p.Message, c.want)
				}
			}
			if len(f.Assets) != 1 {
				t.Fatalf("assets: %v", f.Assets)
			}
			rs := f.Assets[0].Attrs.Read("v")
			if len(rs) != 1 || !strings.Contains(rs[0].Unknown, c.want) {
				t.Errorf("file() of it: %v", rs)
			}
		})
	}
}

// TestSymlinkedDirectories lists files below links that lead back up.
func TestSymlinkedDirectories(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "d/a.txt", "")
	for _, l := range []string{"d/up", "d/again"} {
		if err := os.Symlink("..", l); err != nil {
			t.Fatal(err)
		}
	}
	write(t, "m.tf", `resource "t_t" "x" { v = length(fileset(path.module, "**/a.txt")) }`)
	f := Read([]string{"m.tf"}, Options{})
	rs := f.Assets[0].Attrs.Read("v")
	if len(rs) != 1 || rs[0].Unknown == "" && rs[0].Value.(float64) < 1 {
		t.Errorf("%v", rs)
	}
}

// TestUnreadableModule calls directories that are not modules.
func TestUnreadableModule(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "empty/readme.md", "")
	write(t, "file", "")
	write(t, "m.tf", `module "empty" { source = "./empty" }
module "file" { source = "./file" }
module "link" { source = "./link" }`)
	if err := os.Symlink("link", "link"); err != nil {
		t.Fatal(err)
	}
	f := Read([]string{"m.tf"}, Options{})
	if len(f.Assets) != 3 || len(f.Problems) != 3 {
		t.Fatalf("assets %v, problems %v", f.Assets, f.Problems)
	}
	for _, a := range f.Assets {
		if a.Type != "module" || a.Partial == "" {
			t.Errorf("%s: %q", a.Address, a.Partial)
		}
	}
}

// TestInstalledModules follows the manifest that terraform init writes.
func TestInstalledModules(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "r/m.tf", `module "net" {
  source  = "acme/net/any"
  version = "1.0.0"
}`)
	write(t, "r/.terraform/modules/modules.json", `{"Modules":[{"Key":"","Source":"","Dir":"."},
{"Key":"net","Source":"acme/net/any","Dir":".terraform/modules/net"},{"Key":"net.in","Source":"./in","Dir":".terraform/modules/net/in"}]}`)
	write(t, "r/.terraform/modules/net/n.tf", "resource \"t_t\" \"n\" {}\nmodule \"in\" { source = \"./in\" }")
	write(t, "r/.terraform/modules/net/in/i.tf", `resource "t_t" "i" {}`)
	f := Read([]string{"r/m.tf"}, Options{})
	var got []string
	for _, a := range f.Assets {
		got = append(got, string(a.Address))
	}
	if s := strings.Join(got, " "); s != "module.net.t_t.n module.net.module.in.t_t.i" || len(f.Problems) != 0 {
		t.Errorf("%s, problems %v", s, f.Problems)
	}
	write(t, "r/.terraform/modules/modules.json", "{")
	if f = Read([]string{"r/m.tf"}, Options{}); len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Message, "terraform init") {
		t.Errorf("problems %v", f.Problems)
	}
}

// TestHeredocLift reads texts too long for the parser's quadratic time, with
// the lines after them still right.
func TestHeredocLift(t *testing.T) {
	t.Chdir(t.TempDir())
	long := strings.Repeat("  a line of text that goes on and on\n", 20_000)
	write(t, "h.tf", "resource \"t_t\" \"h\" {\n  raw = <<EOT\n"+long+"EOT\n  cut = <<-EOT\n"+long+"  EOT\n  after = 1\n}\n")
	write(t, "t.tf", "resource \"t_t\" \"t\" {\n  x = <<EOT\n${1}\n"+strings.Repeat(long, 2)+"EOT\n}\n")
	f := Read([]string{"h.tf", "t.tf"}, Options{})
	h := f.Assets[0].Attrs
	if got := h.Read("raw"); len(got) != 1 || got[0].Value != long {
		t.Errorf("the raw text is not what was written")
	}
	if got := h.Read("cut"); len(got) != 1 || got[0].Value != strings.ReplaceAll(long, "  a", "a") {
		t.Errorf("the text without indentation is not what was written")
	}
	if got := h.Read("after"); len(got) != 1 || got[0].Origin.Line != 20_000*2+6 {
		t.Errorf("after: %v", got)
	}
	if len(f.Problems) != 1 || f.Problems[0].Origin.File != "t.tf" || !strings.Contains(f.Problems[0].Message, "templatefile()") {
		t.Errorf("problems: %v", f.Problems)
	}
}

// TestLimits gives each parser what would make it recurse for ever.
func TestLimits(t *testing.T) {
	t.Chdir(t.TempDir())
	rep := strings.Repeat
	for name, text := range map[string]string{
		"brackets.tf":    `locals { a = ` + rep("[", 100_000) + rep("]", 100_000) + " }",
		"parens.tf":      `locals { a = ` + rep("(", 100_000) + "1" + rep(")", 100_000) + " }",
		"blocks.tf":      rep("a {\n", 50_000) + rep("}\n", 50_000),
		"operators.tf":   `locals { a = 1` + rep(" + 1", 100_000) + " }",
		"bang.tf":        `locals { a = ` + rep("!", 100_000) + "true }",
		"index.tf":       `locals { a = b` + rep("[0]", 100_000) + " }",
		"template.tf":    `locals { a = "` + rep("${\"", 50_000) + rep("\"}", 50_000) + `" }`,
		"deep.tf.json":   rep(`{"resource":`, 100_000) + "1" + rep("}", 100_000),
		"list.tf.json":   `{"locals":{"a":` + rep("[", 100_000) + rep("]", 100_000) + "}}",
		"string.tf.json": `{"locals":{"a":"${` + rep("(", 100_000) + rep(")", 100_000) + `}"}}`,
	} {
		write(t, name, text)
		start := time.Now()
		f := Read([]string{name}, Options{})
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s takes %v", name, d)
		}
		if len(f.Problems) == 0 && name != "string.tf.json" {
			t.Errorf("%s is read without a problem", name)
		}
	}
	write(t, "grow.tf", `locals {
  a = ["x", "x", "x", "x", "x", "x", "x", "x", "x", "x"]
  b = [local.a, local.a, local.a, local.a, local.a, local.a, local.a, local.a, local.a, local.a]
  c = [local.b, local.b, local.b, local.b, local.b, local.b, local.b, local.b, local.b, local.b]
  d = [local.c, local.c, local.c, local.c, local.c, local.c, local.c, local.c, local.c, local.c]
  e = [local.d, local.d, local.d, local.d, local.d, local.d, local.d, local.d, local.d, local.d]
  f = [local.e, local.e, local.e, local.e, local.e, local.e, local.e, local.e, local.e, local.e]
  g = [local.f, local.f, local.f, local.f, local.f, local.f, local.f, local.f, local.f, local.f]
  h = [local.g, local.g, local.g, local.g, local.g, local.g, local.g, local.g, local.g, local.g]
}
resource "t_t" "x" {
  v = jsonencode(local.h)
  w = flatten(local.h)
}`)
	f := Read([]string{"grow.tf"}, Options{})
	for _, p := range []string{"v", "w"} {
		rs := f.Assets[0].Attrs.Read(p)
		if len(rs) == 0 {
			t.Errorf("%s is not there", p)
		}
		for _, r := range rs {
			if r.Unknown == "" {
				t.Errorf("%s is known", p)
			}
		}
	}
}
