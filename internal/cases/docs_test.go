package cases_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bailiwick-dev/bailiwick/internal/cases"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

var fence = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")

func document(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("../../docs/spec", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// TestDialectDocument runs the example of docs/spec/dialect.md as it stands
// there, and looks for every word of the closed lists.
func TestDialectDocument(t *testing.T) {
	text := document(t, "dialect.md")
	tree, archive := fstest.MapFS{}, ""
	for _, m := range fence.FindAllStringSubmatch(text, -1) {
		head, _, _ := strings.Cut(m[2], "\n")
		switch name, ok := strings.CutPrefix(head, "# "); {
		case m[1] == "yaml" && ok:
			tree[name] = &fstest.MapFile{Data: []byte(m[2])}
		case strings.HasPrefix(m[2], "-- "):
			archive = m[2]
		}
	}
	if len(tree) != 4 || archive == "" {
		t.Fatalf("the document shows %d files, and cases: %v", len(tree), archive != "")
	}
	k, _ := open(t)
	over, loosened, err := k.Overlay(tree, "hummel")
	if err != nil {
		t.Fatal(err)
	}
	if len(loosened) != 1 || loosened[0].Reason != "roles hold no data" {
		t.Errorf("the example loosens %+v", loosened)
	}
	fails, err := cases.Dialect(over, "dialect.md", []byte(archive))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fails {
		t.Error(f)
	}

	var words []string
	for _, kind := range graph.Kinds() {
		words = append(words, string(kind))
	}
	for _, list := range []map[string]string{kb.Settings, kb.Purposes, kb.TargetPurposes} {
		for w := range list {
			words = append(words, w)
		}
	}
	for _, w := range words {
		if !strings.Contains(text, "`"+w+"`") {
			t.Errorf("dialect.md does not have the word `%s`", w)
		}
	}
}

// TestRulesDocument runs the rule and the case of docs/spec/rules.md.
func TestRulesDocument(t *testing.T) {
	rule, archive := "", ""
	for _, m := range fence.FindAllStringSubmatch(document(t, "rules.md"), -1) {
		switch {
		case m[1] == "rego":
			rule = m[2]
		case strings.HasPrefix(m[2], "-- "):
			archive = m[2]
		}
	}
	own, err := policy.Load(fstest.MapFS{"rule.rego": {Data: []byte(rule)}}, "own")
	if err != nil {
		t.Fatal(err)
	}
	if len(own.Rules) != 1 || own.Rules[0].ID != "ACME-001" {
		t.Fatalf("the document shows %+v", own.Rules)
	}
	ours, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ours.With(own); err != nil {
		t.Error(err)
	}
	if _, err := policy.New(own, own.Rules[0].Kinds); err != nil {
		t.Error(err)
	}
	k, set := open(t)
	fails, err := cases.Rule(k, set, "LOC-001", "rules.md", []byte(archive))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fails {
		if f.Case != "(all)" { // the document shows one case of three
			t.Error(f)
		}
	}
}
