package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// Tracing changes no value, no reference and no cause: every archive of
// testdata/read reads the same with it.
func TestTraceChangesNothing(t *testing.T) {
	archives, err := filepath.Glob("testdata/read/*.txtar")
	if err != nil || len(archives) < 15 {
		t.Fatalf("%d archives, %v", len(archives), err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files, want := unpack(t, ar)
			opt, paths := options(t, string(ar.Comment))
			opt.Trace = true
			if d := cmp.Diff(want, describe(Read(files, opt), paths)); d != "" {
				t.Errorf("-without +with\n%s", d)
			}
		})
	}
}

// The tokens of a value are those that it was computed from, wherever they stand.
func TestTraceFinds(t *testing.T) {
	t.Chdir(t.TempDir())
	heredoc := "locals {\n  long = <<EOT\n" + strings.Repeat("x ünï\n", liftHeredoc/4) + "EOT\n  after = \"ä-after\"\n}\n"
	files := map[string]string{
		"main.tf": `# ünïcode
variable "region" { default = "unused" }
variable "stage" { default = "prod" }
locals { place = { test = "eu-1", prod = "us-1" } }
resource "a_b" "plain" { region = /* ü */ "us-2" }
resource "a_b" "var" { region = var.region }
resource "a_b" "map" { region = local.place[var.stage] }
resource "a_b" "each" {
  for_each = toset(["x-1", "x-2"])
  region   = each.value
}
resource "a_b" "made" { region = "${var.region}a" }
resource "a_b" "after" { region = local.after }
resource "a_b" "here" {
  region = <<E
us-3
E
}
resource "a_b" "on" {
  region = true
}
`,
		"heredoc.tf":           heredoc,
		"mod.tf":               "module \"m\" {\n  source = \"./m\"\n  r = \"in-call\"\n}\n",
		"m/m.tf":               "variable \"r\" { default = \"in-module\" }\nresource \"a_b\" \"m\" { region = var.r }\n",
		"terraform.tfvars":     "\xef\xbb\xbfregion = \"in-vars\"\r\n",
		"j.tf.json":            `{"resource": {"a_b": {"json": {"other": [1, "x"], "region" : "in-json"}, "tpl": {"region": "${lower(\"x\")}"}}}}`,
		"k/a.auto.tfvars.json": "{\n \"region\": \"json-vars\"\n}\n",
		"k/k.tf":               "variable \"region\" {}\nresource \"a_b\" \"k\" { region = var.region }\n",
	}
	var names []string
	for name, text := range files {
		write(t, name, text)
		names = append(names, name)
	}
	want := map[string]string{
		"a_b.plain": `main.tf:5 "us-2"`, "a_b.var": `terraform.tfvars:1 "in-vars"`, "a_b.map": `main.tf:4 "us-1"`,
		`a_b.each["x-1"]`: `main.tf:9 "x-1" main.tf:9 "x-2"`, `a_b.each["x-2"]`: `main.tf:9 "x-1" main.tf:9 "x-2"`,
		"a_b.made": `terraform.tfvars:1 "in-vars"`, "a_b.after": fmt.Sprintf(`heredoc.tf:%d "ä-after"`, strings.Count(heredoc, "\n")-1), "a_b.here": "",
		"a_b.on": `main.tf:20 true`, "module.m.a_b.m": `mod.tf:3 "in-call"`, "a_b.json": `j.tf.json:1 "in-json"`, "a_b.tpl": "", "a_b.k": `k/a.auto.tfvars.json:2 "json-vars"`,
	}
	got := map[string]string{}
	for _, a := range Read(names, Options{Trace: true}).Assets {
		var out []string
		for _, r := range a.Attrs.Read("region") {
			for _, l := range r.Literals {
				name, err := filepath.Rel(RealPath("."), l.File)
				if err != nil {
					t.Fatal(err)
				}
				lines := strings.SplitAfter(strings.TrimPrefix(files[name], "\xef\xbb\xbf"), "\n")
				out = append(out, fmt.Sprintf("%s:%d %s", name, l.Line, lines[l.Line-1][l.Column:l.Column+l.Bytes]))
			}
		}
		got[string(a.Address)] = strings.Join(out, " ")
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

// What the overlay holds counts, whatever name the file is reached by.
func TestOverlay(t *testing.T) {
	t.Chdir(t.TempDir())
	call := "module \"m\" {\n  source = \"./link\"\n}\n"
	write(t, "main.tf", "resource \"a_b\" \"x\" { region = \"disk\" }\n"+call)
	write(t, "real/m.tf", "resource \"a_b\" \"y\" { region = \"disk\" }\n")
	if err := os.Symlink("real", "link"); err != nil {
		t.Fatal(err)
	}
	over := map[string][]byte{
		RealPath("main.tf"):   []byte("resource \"a_b\" \"x\" { region = \"over\" }\n" + call),
		RealPath("link/m.tf"): []byte("resource \"a_b\" \"y\" { region = \"over\" }\n"),
	}
	n := 0
	for _, a := range Read([]string{"main.tf", "real/m.tf"}, Options{Overlay: over}).Assets {
		for _, r := range a.Attrs.Read("region") {
			n++
			if r.Value != "over" {
				t.Errorf("%s reads %v", a.Address, r.Value)
			}
		}
	}
	if n != 3 { // real is a root of its own too
		t.Errorf("%d readings", n)
	}
}
