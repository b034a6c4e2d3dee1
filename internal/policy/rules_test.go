package policy_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

func ours(t testing.TB) (*policy.Set, *kb.KB) {
	t.Helper()
	s, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Rules) < 25 {
		t.Fatalf("only %d rules were found", len(s.Rules))
	}
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	return s, k
}

// TestChecks: our rules pass every check of the compiler, which is left out where
// they stand alone; and the checks are not left out where a user's rule stands there.
func TestChecks(t *testing.T) {
	s, _ := ours(t)
	beside, err := s.With(mustLoad(t, good))
	if err != nil {
		t.Fatal(err)
	}
	engine(t, beside, graph.Kinds()...)
	wrong, err := s.With(mustLoad(t, with(t, `input.kind == "object-store"`, `startswith(input.kind, 7)`)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := policy.New(wrong, graph.Kinds()); err == nil || !strings.Contains(err.Error(), "own/a.rego:13") {
		t.Errorf("a user's rule of a wrong type is compiled: %v", err)
	}
}

// TestOurRules: every rule compiles, stands in a folder of its id, and says
// what it is.
func TestOurRules(t *testing.T) {
	s, _ := ours(t)
	e := engine(t, s, graph.Kinds()...)
	ids, titles := map[graph.RuleID]bool{}, map[string]graph.RuleID{}
	for i := range s.Rules {
		r := &s.Rules[i]
		if ids[r.ID] {
			t.Errorf("%s stands twice", r.ID)
		}
		ids[r.ID] = true
		if other, ok := titles[r.Title]; ok {
			t.Errorf("%s and %s have one title: %s", r.ID, other, r.Title)
		}
		titles[r.Title] = r.ID
		if dir := path.Base(path.Dir(r.File)); !strings.HasPrefix(dir, string(r.ID)+"-") {
			t.Errorf("%s: the folder %s does not begin with %s-", r.File, dir, r.ID)
		}
		if strings.TrimSpace(r.Description) == "" {
			t.Errorf("%s: there is no description", r.File)
		}
		if strings.HasSuffix(r.Title, ".") || r.Title != strings.TrimSpace(r.Title) {
			t.Errorf("%s: the title %q is no heading", r.File, r.Title)
		}
	}
	for _, k := range graph.Kinds() {
		n, err := e.Judges(k)
		if err != nil {
			t.Errorf("%s: %v", k, err)
		}
		if n == 0 && k.Bearing() != graph.BearsNothing {
			t.Errorf("no rule judges the kind %s, which may hold data", k)
		}
	}
}

var literal = regexp.MustCompile(`"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)"`)

// cited are the requirements of every rule: those of METADATA and those that
// the Rego text names, as in also.
func cited(t testing.TB, s *policy.Set, k *kb.KB) map[graph.RequirementID][]string {
	t.Helper()
	out := map[graph.RequirementID][]string{}
	instruments := map[string]bool{}
	for _, q := range k.Requirements() {
		instruments[q.Instrument] = true
	}
	for i := range s.Rules {
		for _, q := range s.Rules[i].Requirements {
			out[q] = append(out[q], s.Rules[i].File)
		}
	}
	err := fs.WalkDir(rules.FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(rules.FS, p)
		if err != nil {
			return err
		}
		for _, m := range literal.FindAllStringSubmatch(string(src), -1) {
			for instrument := range instruments { // some have a _ in their name
				if strings.HasPrefix(m[1], instrument+"_") {
					out[graph.RequirementID(m[1])] = append(out[graph.RequirementID(m[1])], "rules/"+p)
					break
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCitedRequirementsExist: no rule rests on a clause that nobody wrote down.
func TestCitedRequirementsExist(t *testing.T) {
	s, k := ours(t)
	all := cited(t, s, k)
	if len(all) < 10 {
		t.Fatalf("only %d requirements are cited", len(all))
	}
	for q, files := range all {
		if _, ok := k.Requirement(q); !ok {
			t.Errorf("%s cites %s, which is not in the knowledge base", files[0], q)
		}
	}
}

// TestRequirementsAreEvidenced: every clause that binds customers is
// evidenced by some rule, or says by: attestation, or stands in
// testdata/unevidenced.txt. The list is to shrink: a line that is no longer
// needed fails the test.
func TestRequirementsAreEvidenced(t *testing.T) {
	const file = "testdata/unevidenced.txt"
	s, k := ours(t)
	all := cited(t, s, k)
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[graph.RequirementID]bool{}
	var order []string
	for line := range bytes.Lines(src) {
		id := strings.TrimSpace(string(line))
		if id == "" || strings.HasPrefix(id, "#") {
			continue
		}
		listed[graph.RequirementID(id)] = true
		order = append(order, id)
	}
	if !slices.IsSorted(order) || len(slices.Compact(slices.Clone(order))) != len(order) {
		t.Errorf("%s is not sorted, or says something twice", file)
	}
	for _, q := range k.Requirements() {
		if q.Addressee != "customer" {
			continue
		}
		open := len(all[q.ID]) == 0 && q.By != "attestation"
		switch {
		case open && !listed[q.ID]:
			t.Errorf("%s binds customers, no rule evidences it and it does not say by: attestation", q.ID)
		case !open && listed[q.ID]:
			t.Errorf("%s: %s is evidenced now: drop the line", file, q.ID)
		}
		delete(listed, q.ID)
	}
	for id := range listed {
		t.Errorf("%s: %s is no requirement that binds customers", file, id)
	}
}

// TestOursMayCite: what lib.judge says of places outside cites article 44 where
// personal data goes to a third country; a rule that asks it and does not list the
// clause would end the check of whoever has such a place.
func TestOursMayCite(t *testing.T) {
	s, _ := ours(t)
	judges := regexp.MustCompile(`\blib\.(judge|fail|transfer_duties)\(`)
	n := 0
	for i := range s.Rules {
		r := &s.Rules[i]
		src, err := fs.ReadFile(rules.FS, strings.TrimPrefix(r.File, "rules/"))
		if err != nil {
			t.Fatal(err)
		}
		if !judges.Match(src) {
			continue
		}
		n++
		if !slices.Contains(slices.Concat(r.Requirements, r.Also), "GDPR_ART_44") {
			t.Errorf("%s may cite GDPR_ART_44: list it under also", r.File)
		}
	}
	if n < 20 {
		t.Errorf("only %d rules judge places", n)
	}
}
