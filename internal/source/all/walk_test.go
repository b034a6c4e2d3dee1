package all

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

const bucket = "resource \"aws_s3_bucket\" \"a\" {\n}\n"

// planted writes files below a new folder and makes it the working directory.
func planted(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Fatal(err)
	}
}

// problems are the problems of reading the paths, a line each.
func problems(paths ...string) []string {
	f := Read(paths, Options{})
	var out []string
	for _, p := range f.Problems {
		out = append(out, p.Origin.File+": "+p.Message)
	}
	return out
}

// The order of the paths, a path given twice, and one below another change nothing.
func TestReadOrder(t *testing.T) {
	planted(t, map[string]string{"a/x.tf": bucket, "b/y.tf": bucket + "locals {", "b/sub/z.tf": bucket, "c/plan.json": `{"format_version":"1.2","resource_changes":[],"configuration":{}}`})
	want := Read([]string{"a", "b", "c"}, Options{})
	if len(want.Assets) != 3 || len(want.Files) != 4 || len(want.Problems) != 1 {
		t.Fatalf("%d assets, files %v, problems %v", len(want.Assets), want.Files, want.Problems)
	}
	for _, paths := range [][]string{{"c", "b", "a"}, {"b/sub", "c", "a", "b"}, {"./a/", "b/y.tf", "b", "c", "c/plan.json"}} {
		got := Read(paths, Options{})
		if d := cmp.Diff(want.Files, got.Files); d != "" {
			t.Errorf("%v: %s", paths, d)
		}
		if d := cmp.Diff(want.Problems, got.Problems); d != "" {
			t.Errorf("%v: %s", paths, d)
		}
		for i := range want.Assets {
			if want.Assets[i].Address != got.Assets[i].Address || want.Assets[i].Origin != got.Assets[i].Origin {
				t.Errorf("%v: asset %d is %v", paths, i, got.Assets[i].Origin)
			}
		}
	}
}

// Folders of tools are passed over, hidden folders of the user are not.
func TestReadSkips(t *testing.T) {
	planted(t, map[string]string{".terraform/modules/m/x.tf": bucket, ".git/x.tf": bucket, "node_modules/p/x.tf": bucket, ".infra/x.tf": bucket, "README.md": "text"})
	f := Read([]string{"."}, Options{})
	if d := cmp.Diff([]string{".infra/x.tf"}, f.Files); d != "" || len(f.Problems) != 0 {
		t.Errorf("%s problems %v", d, f.Problems)
	}
}

// A link to a file is the file; to a folder it is not followed, which is said
// when something stands there that nothing else reads.
func TestReadLinks(t *testing.T) {
	planted(t, map[string]string{
		"tree/main.tf": "module \"m\" {\n  source = \"./linked\"\n}\n", "outside/x.tf": bucket, "module/m.tf": bucket, "plain/notes.txt": "text", "one.tf": bucket,
		"program/main.py": "import openai\n",
	})
	link(t, "../one.tf", "tree/one.tf")
	link(t, "../module", "tree/linked")
	link(t, "../plain", "tree/notes")
	link(t, ".", "tree/self")
	if got := problems("tree"); got != nil {
		t.Errorf("nothing is missed, yet %v", got)
	}
	link(t, "../outside", "tree/outside")
	link(t, "../program", "tree/program")
	want := []string{
		"tree/outside: a link to a folder is not followed: name the folder as a path of its own",
		"tree/program: a link to a folder is not followed: name the folder as a path of its own",
	}
	if d := cmp.Diff(want, problems("tree")); d != "" {
		t.Error(d)
	}
	if got := problems("tree", "outside", "program"); got != nil {
		t.Errorf("the folder is named, yet %v", got)
	}
	if got := problems("tree", "tree/outside", "program"); got != nil {
		t.Errorf("the link is named, yet %v", got)
	}
	if f := Read([]string{"tree"}, Options{}); !slices.Contains(f.Files, "tree/one.tf") || !slices.ContainsFunc(f.Files, func(s string) bool { return strings.HasSuffix(s, "linked/m.tf") }) {
		t.Errorf("files %v", f.Files)
	}
}

// A name that promises configuration and is no file is a problem, and is never opened.
func TestReadOddFiles(t *testing.T) {
	planted(t, map[string]string{"a/ok.tf": bucket})
	link(t, "nowhere", "a/dead.tf")
	link(t, "loop.tf", "a/loop.tf")
	link(t, os.DevNull, "a/null.tf")
	link(t, "nowhere", "a/dead.txt")
	for _, name := range []string{"a/Dockerfile", "a/pipe.tf", "a/pipe.tfstate", "a/pipe.txt"} {
		if err := syscall.Mkfifo(name, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"a/Dockerfile: it is a pipe, not a file: save what it gives to a file and check that",
		"a/dead.tf: the link leads nowhere (no such file or directory): mend or remove it",
		"a/loop.tf: the link leads nowhere (too many levels of symbolic links): mend or remove it",
		"a/null.tf: it is a device, not a file: save what it gives to a file and check that",
		"a/pipe.tf: it is a pipe, not a file: save what it gives to a file and check that",
		"a/pipe.tfstate: it is a pipe, not a file: save what it gives to a file and check that",
	}
	if d := cmp.Diff(want, problems("a")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"a/pipe.txt: it is a pipe, not a file: save what it gives to a file and check that"}, problems("a/pipe.txt", "a/ok.tf")); d != "" {
		t.Error(d)
	}
}

// What PowerShell's redirection or an editor of Windows wrote is recognised as
// what it is: a byte order mark, UTF-16 and line ends take nothing away.
func TestReadEncodings(t *testing.T) {
	texts := map[string]string{
		"pod.yaml":           "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec:\n  containers:\n  - {name: a, image: registry.example/a:1}\n",
		"docker-compose.yml": "services:\n  a:\n    image: registry.example/a:1\n",
		"stack.json":         `{"AWSTemplateFormatVersion":"2010-09-09","Resources":{"B":{"Type":"AWS::S3::Bucket"}}}` + "\n",
		"plan.json":          `{"format_version":"1.2","planned_values":{"root_module":{"resources":[{"address":"aws_s3_bucket.a","mode":"managed","type":"aws_s3_bucket","name":"a","values":{}}]}}}` + "\n",
		"bom.json":           `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"openai","version":"1.0.0","purl":"pkg:pypi/openai@1.0.0"}]}` + "\n",
	}
	for name, text := range texts {
		wide := utf16.Encode([]rune(text))
		little, big := []byte{0xff, 0xfe}, []byte{0xfe, 0xff}
		for _, u := range wide {
			little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
		}
		planted(t, map[string]string{"plain/" + name: text, "dos/" + name: strings.ReplaceAll(text, "\n", "\r\n"),
			"bom/" + name: "\ufeff" + text, "little/" + name: string(little), "big/" + name: string(big)})
		want := Read([]string{"plain"}, Options{})
		if len(want.Assets)+len(want.Packages) == 0 || len(want.Problems) > 0 {
			t.Fatalf("%s: %d assets, %d packages, problems %v", name, len(want.Assets), len(want.Packages), want.Problems)
		}
		for _, dir := range []string{"dos", "bom", "little", "big"} {
			got := Read([]string{dir}, Options{})
			if len(got.Assets) != len(want.Assets) || len(got.Packages) != len(want.Packages) || len(got.Problems) > 0 {
				t.Errorf("%s as %s: %d assets and %d packages, not %d and %d; problems %v", name, dir, len(got.Assets), len(got.Packages), len(want.Assets), len(want.Packages), got.Problems)
			}
		}
	}
}

// A file that is named and that no source reads is not passed over.
func TestReadNamedFile(t *testing.T) {
	planted(t, map[string]string{"a/ok.tf": bucket, "a/notes.txt": "text", "a/data.json": `{"x": 1}`})
	if got := problems("a"); got != nil {
		t.Errorf("found on the way, yet %v", got)
	}
	there := "no source reads this file; there are: " + strings.Join(Names(), ", ")
	want := []string{"a/data.json: " + there, "a/notes.txt: " + there}
	if d := cmp.Diff(want, problems("a/notes.txt", "a", "a/data.json")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"gone: it cannot be read: no such file or directory"}, problems("gone")); d != "" {
		t.Error(d)
	}
}
