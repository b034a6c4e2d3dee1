package policy_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
)

// good is a whole rule; tests change one text of it.
const good = `# METADATA
# title: Buckets are here
# description: They are.
# custom:
#   id: TST-001
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_5_2]
#   kinds: [object-store]
#   remedy: Move it.
package test.one

results contains {"status": "pass"} if input.kind == "object-store"
`

func load(files map[string]string) (*policy.Set, error) {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return policy.Load(fsys, "own")
}

func mustLoad(t testing.TB, files ...string) *policy.Set {
	t.Helper()
	m := map[string]string{}
	for i, f := range files {
		m[string(rune('a'+i))+".rego"] = f
	}
	s, err := load(m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// with changes one text of the good rule.
func with(t testing.TB, old, new string) string {
	t.Helper()
	if !strings.Contains(good, old) {
		t.Fatalf("the good rule does not contain %q", old)
	}
	return strings.Replace(good, old, new, 1)
}

func TestLoad(t *testing.T) {
	s := mustLoad(t, good)
	r, ok := s.Find("tst-001")
	if !ok || r.ID != "TST-001" || r.Title != "Buckets are here" || r.Severity != "high" || r.Basis != "perimeter" || r.Remedy != "Move it." ||
		len(r.Kinds) != 1 || r.Kinds[0] != graph.ObjectStore || len(r.Requirements) != 1 || r.File != "own/a.rego" {
		t.Errorf("the rule came out as %+v", r)
	}
	every := mustLoad(t, with(t, "[object-store]", `["*"]`))
	for _, k := range graph.Kinds() {
		judged := false
		for _, j := range every.Rules[0].Kinds {
			judged = judged || j == k
		}
		if judged != (k.Bearing() != graph.BearsNothing) {
			t.Errorf(`kinds ["*"] judges %s: %v`, k, judged)
		}
	}
}

// Each error names the file, most the line, and what to do.
func TestLoadRefuses(t *testing.T) {
	head := good[:strings.Index(good, "package")]
	for name, c := range map[string]struct{ text, want string }{
		"no METADATA":              {good[len(head):], "own/a.rego:1: the package has no METADATA"},
		"METADATA of a rule":       {"package test.one\n\n" + head + "results contains {\"status\": \"pass\"}\n", "the package has no METADATA"},
		"unknown key":              {with(t, "#   id: TST-001", "#   id: TST-001\n#   sevrity: low"), `own/a.rego:1: METADATA custom has an unknown key "sevrity"; the known ones are id, severity`},
		"bad id":                   {with(t, "TST-001", "tst1"), `custom.id is "tst1"; it must look like LOC-001`},
		"no id":                    {with(t, "#   id: TST-001\n", ""), `custom.id is ""`},
		"no title":                 {with(t, "# title: Buckets are here\n", ""), "has no title"},
		"bad severity":             {with(t, "severity: high", "severity: grave"), `custom.severity is "grave"; it must be one of [critical high medium low]`},
		"bad basis":                {with(t, "basis: perimeter", "basis: law"), `custom.basis is "law"; it must be perimeter or requirement`},
		"bad kind":                 {with(t, "[object-store]", "[object-stroe]"), `there is no kind "object-stroe"; the known ones are`},
		"kinds that are no list":   {with(t, "[object-store]", "object-store"), "custom.kinds is object-store; write it as a list"},
		"requirements, no list":    {with(t, "[GDPR_ART_5_2]", "GDPR_ART_5_2"), "custom.requirements is GDPR_ART_5_2; write it as a list"},
		"no kinds":                 {with(t, "[object-store]", "[]"), "custom.kinds is empty"},
		"no remedy":                {with(t, "#   remedy: Move it.\n", ""), "custom.remedy is empty"},
		"requirement without any":  {with(t, "basis: perimeter\n#   requirements: [GDPR_ART_5_2]", "basis: requirement"), "custom.requirements and custom.also are empty"},
		"no results":               {with(t, "results contains", "result contains"), "own/a.rego:11: the package defines no set named results"},
		"invalid Rego":             {good + "\nallow if { x := }\n", "own/a.rego:15: this is not valid Rego"},
		"METADATA that is no YAML": {with(t, "# custom:", "# custom: ["), "this is not valid Rego"},
		"empty file":               {"", "own/a.rego"},
	} {
		_, err := load(map[string]string{"a.rego": c.text})
		var e *policy.Error
		switch {
		case !errors.As(err, &e):
			t.Errorf("%s: %v is no policy.Error", name, err)
		case !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: %v, want %s", name, err, c.want)
		case strings.Contains(err.Error(), "\n"):
			t.Errorf("%s: more than one line: %v", name, err)
		}
	}
}

func TestLoadRefusesTwice(t *testing.T) {
	other := strings.Replace(good, "test.one", "test.two", 1)
	if _, err := load(map[string]string{"a.rego": good, "b/b.rego": other}); err == nil || !strings.Contains(err.Error(), "own/b/b.rego:11: its id or package is also that of own/a.rego") {
		t.Errorf("two rules of one id: %v", err)
	}
	if _, err := load(map[string]string{"a.rego": good, "b.rego": strings.Replace(good, "TST-001", "TST-002", 1)}); err == nil || !strings.Contains(err.Error(), "is also that of own/a.rego") {
		t.Errorf("two rules of one package: %v", err)
	}
	if _, err := load(map[string]string{"readme.txt": good, "a_test.rego": good}); err == nil || !strings.Contains(err.Error(), "there is no .rego file") {
		t.Errorf("a folder without rules: %v", err)
	}
	a, b := mustLoad(t, good), mustLoad(t, other)
	if _, err := a.With(b); err == nil || !strings.Contains(err.Error(), "the rule id TST-001 is taken by own/a.rego") {
		t.Errorf("a set with another one of the same id: %v", err)
	}
}

func TestOnly(t *testing.T) {
	s := mustLoad(t, good, strings.NewReplacer("TST-001", "TST-002", "test.one", "test.two").Replace(good))
	got, err := s.Only([]string{"TST-002"})
	if err != nil || len(got.Rules) != 1 || got.Rules[0].ID != "TST-002" {
		t.Errorf("only TST-002: %+v, %v", got, err)
	}
	if all, err := s.Only(nil); err != nil || len(all.Rules) != 2 {
		t.Errorf("no names: %v, %v", all, err)
	}
	if _, err := s.Only([]string{"TST-003"}); err == nil || !strings.Contains(err.Error(), "TST-001, TST-002") {
		t.Errorf("an unknown name: %v does not list the known ones", err)
	}
}

// A rule that reaches for the network, the clock or chance does not compile.
func TestCapabilities(t *testing.T) {
	for name, expr := range map[string]string{
		"http.send":          `http.send({"method": "get", "url": "https://x.example"}).status_code == 200`,
		"time.now_ns":        `time.now_ns() > 0`,
		"rand.intn":          `rand.intn("x", 2) == 1`,
		"uuid.rfc4122":       `uuid.rfc4122("x") != ""`,
		"opa.runtime":        `opa.runtime().env.HOME != ""`,
		"net.lookup_ip_addr": `count(net.lookup_ip_addr("x.example")) > 0`,
	} {
		s := mustLoad(t, with(t, `input.kind == "object-store"`, expr))
		_, err := policy.New(s, []graph.Kind{graph.ObjectStore})
		var e *policy.Error
		if !errors.As(err, &e) || e.File != "own/a.rego" || e.Line != 13 || !strings.Contains(e.Message, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := mustLoad(t, with(t, `input.kind == "object-store"`, `startswith(lower(input.kind), "object")`))
	if _, err := policy.New(s, []graph.Kind{graph.ObjectStore}); err != nil {
		t.Errorf("plain functions: %v", err)
	}
}
