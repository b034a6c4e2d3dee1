//go:build real

package oscal_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// schemas are the files of NIST's schemas by format.
var schemas = map[string]string{
	"catalog": "oscal_catalog_schema.json", "component-definition": "oscal_component_schema.json",
	"assessment-results": "oscal_assessment-results_schema.json", "poam": "oscal_poam_schema.json",
}

// documents writes every document of both examples in every language into a folder.
func documents(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	dir := t.TempDir()
	for _, example := range []string{"clinic-assistant", "clinic-assistant-sovereign"} {
		c := evidencetest.Case(t, evidencetest.Example(example, 3), nil)
		for format := range schemas {
			for _, language := range evidence.Languages() {
				name := filepath.Join(dir, strings.Join([]string{example, format, language}, ".")+".json")
				if err := os.WriteFile(name, written(t, c, format, language), 0o600); err != nil {
					t.Fatal(err)
				}
				out[name] = format
			}
		}
	}
	return out
}

// TestRealSchema holds the documents against the schemas that NIST released.
func TestRealSchema(t *testing.T) {
	dir := peer.Path(t, "oscal-schema")
	compiled := map[string]*jsonschema.Schema{}
	for format, file := range schemas {
		s, err := jsonschema.NewCompiler().Compile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		compiled[format] = s
	}
	check := func(format string, src []byte) error {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
		if err != nil {
			return err
		}
		return compiled[format].Validate(doc)
	}
	for name, format := range documents(t) {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := check(format, src); err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
		}
		for _, word := range []string{`"last-modified"`, `"uuid"`, `"title"`} {
			if check(format, bytes.Replace(src, []byte(word), []byte(`"x"`), 1)) == nil {
				t.Errorf("%s is valid without %s: the schema looks at nothing", filepath.Base(name), word)
			}
		}
	}
}

// TestRealTrestle: compliance-trestle takes every document into a workspace and finds it
// valid, and takes none that its models refuse.
func TestRealTrestle(t *testing.T) {
	trestle := peer.Path(t, "trestle")
	work := t.TempDir()
	run := func(args ...string) (string, error) {
		cmd := exec.Command(trestle, args...)
		cmd.Dir = work
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run("init", "--full"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	n := 0
	bad := ""
	for name, format := range documents(t) {
		if strings.Contains(name, ".de.") || strings.Contains(name, ".fr.") {
			continue // the models do not look at language, and each call takes seconds
		}
		n++
		if out, err := run("import", "-f", name, "-o", strings.ReplaceAll(strings.TrimSuffix(filepath.Base(name), ".en.json"), ".", "-")); err != nil {
			t.Errorf("%s: %v: %s", filepath.Base(name), err, out)
		}
		if format == "assessment-results" {
			bad = name
		}
	}
	out, err := run("validate", "-a")
	if err != nil || strings.Count(out, "VALID: ") != n || strings.Contains(out, "INVALID") {
		t.Errorf("of %d documents it says %v: %s", n, err, out)
	}
	src, err := os.ReadFile(bad)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, bytes.Replace(src, []byte(`"not-satisfied"`), []byte(`"undecided"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := run("import", "-f", bad, "-o", "bad"); err == nil {
		t.Errorf("it takes a state that there is not: %s", out)
	}
}

// constraints asks the metaschema: names of files are arguments, those that break a
// constraint are printed.
const constraints = `
import sys
from oscal import OSCAL
for name in sys.argv[1:]:
    doc = OSCAL.load(name)
    ok = bool(doc) and doc.validate()
    if not ok or not all(doc.validation_status.values()):
        print(name, getattr(doc, "validation_status", None), str(getattr(doc, "validation_errors", None))[:500])
`

// TestRealConstraints holds the documents against what NIST's metaschema allows beyond
// the schema: values, types of data and numbers.
func TestRealConstraints(t *testing.T) {
	docs := documents(t)
	var names []string
	for name := range docs {
		names = append(names, name)
	}
	slices.Sort(names)
	work := t.TempDir() // it unpacks what it knows into its working folder
	run := func(names ...string) string {
		cmd := exec.Command(peer.Path(t, "oscal"), append([]string{"-c", constraints}, names...)...)
		cmd.Dir = work
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	if out := run(names...); out != "" {
		t.Error(out)
	}
	for name, format := range docs {
		if format != "poam" {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, bytes.Replace(src, []byte(`"organization"`), []byte(`"thing"`), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if run(name) == "" {
			t.Error("it takes a kind of party that there is not")
		}
		break
	}
}
