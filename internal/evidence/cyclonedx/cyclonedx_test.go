package cyclonedx_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/cyclonedx"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/bom"
)

type document struct {
	Definitions struct {
		Standards []struct {
			Requirements []struct {
				Ref        string `json:"bom-ref"`
				Properties []struct{ Name string }
			}
		}
	}
	Declarations struct {
		Claims []struct {
			Ref                                             string `json:"bom-ref"`
			Target                                          string
			Evidence, CounterEvidence, MitigationStrategies []string
		}
		Evidence []struct {
			Ref          string `json:"bom-ref"`
			PropertyName string
		}
		Targets struct {
			Services []struct {
				Ref        string `json:"bom-ref"`
				Properties []struct{ Name string }
			}
		}
		Attestations []struct {
			Map []struct {
				Requirement             string
				Claims, CounterClaims   []string
				Conformance, Confidence struct{ Score *float64 }
			}
		}
		Affirmation struct {
			Statement   string
			Signatories []any
		}
	}
}

// TestDeclarations: they are valid, every ref leads to something, every part says where
// it was read, and what is undecided supports nothing.
func TestDeclarations(t *testing.T) {
	for _, example := range []string{"clinic-assistant", "clinic-assistant-sovereign"} {
		c := evidencetest.Case(t, evidencetest.Example(example, 3), nil)
		for _, language := range evidence.Languages() {
			var b bytes.Buffer
			if err := cyclonedx.Document.Exports["declarations"](&b, c, language); err != nil {
				t.Fatal(err)
			}
			bom.Valid(t, b.Bytes())
			var doc document
			if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
				t.Fatal(err)
			}
			check(t, c, &doc)
		}
	}
}

func check(t *testing.T, c *evidence.Case, doc *document) {
	t.Helper()
	d := &doc.Declarations
	refs := map[string]int{}
	origin := func(what string, ps []struct{ Name string }) {
		for _, p := range ps {
			if p.Name == "bailiwick:origin" {
				return
			}
		}
		t.Errorf("nobody can verify %s", what)
	}
	for _, s := range doc.Definitions.Standards {
		for _, r := range s.Requirements {
			refs[r.Ref]++
			origin(r.Ref, r.Properties)
		}
	}
	for _, e := range d.Evidence {
		refs[e.Ref]++
		if e.PropertyName != "bailiwick:origin" {
			t.Errorf("%s is evidence of %q", e.Ref, e.PropertyName)
		}
	}
	for _, s := range d.Targets.Services {
		refs[s.Ref]++
		origin(s.Ref, s.Properties)
	}
	status := map[string]finding.Status{}
	for f, name := range c.Names() {
		status["claim:"+name] = f.Status
	}
	leads := func(from string, to ...string) {
		for _, ref := range to {
			if refs[ref] != 1 {
				t.Errorf("%s refers to %s, of which there are %d", from, ref, refs[ref])
			}
		}
	}
	for _, x := range d.Claims {
		refs[x.Ref]++
		leads(x.Ref, append(append(append([]string{x.Target}, x.Evidence...), x.CounterEvidence...), x.MitigationStrategies...)...)
		if s := status[x.Ref]; (len(x.Evidence) > 0) != (s == finding.Pass) || (len(x.CounterEvidence) > 0) != (s == finding.Fail || s == finding.Waived) || (len(x.MitigationStrategies) > 0) != (s == finding.Waived) {
			t.Errorf("%s is %s, with %+v", x.Ref, s, x)
		}
	}
	for _, m := range d.Attestations[0].Map {
		leads(m.Requirement, append(append([]string{m.Requirement}, m.Claims...), m.CounterClaims...)...)
		for _, ref := range m.Claims {
			if status[ref] != finding.Pass {
				t.Errorf("%s rests on %s, which is %s", m.Requirement, ref, status[ref])
			}
		}
		if m.Conformance.Score == nil || m.Confidence.Score == nil {
			t.Errorf("%s has no score", m.Requirement)
		} else if (*m.Conformance.Score > 0) != (len(m.Claims) > 0) {
			t.Errorf("%s has the score %v of %d claims", m.Requirement, *m.Conformance.Score, len(m.Claims))
		}
	}
	if len(d.Claims) == 0 || len(d.Attestations[0].Map) == 0 {
		t.Error("nothing is declared")
	}
	if strings.TrimSpace(d.Affirmation.Statement) == "" || d.Affirmation.Signatories != nil {
		t.Errorf("somebody affirmed it: %+v", d.Affirmation)
	}
}

// TestWaivedUndecided: a waiver decides nothing. What it covers and could not be decided
// is no counter-claim, and lowers the confidence.
func TestWaivedUndecided(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	r := *c.Result
	r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f finding.Finding) bool { return f.Status != finding.Waived })
	w := *r.Findings[0].Waiver
	w.Was = finding.Undecided
	r.Findings[0].Waiver = &w
	c.Result = &r
	doc := written(t, c)
	if len(doc.Declarations.Claims) != 1 || len(doc.Declarations.Attestations[0].Map) == 0 {
		t.Fatalf("%+v", doc)
	}
	if x := doc.Declarations.Claims[0]; len(x.Evidence)+len(x.CounterEvidence) > 0 || len(x.MitigationStrategies) != 1 {
		t.Errorf("%+v", x)
	}
	for _, m := range doc.Declarations.Attestations[0].Map {
		if len(m.CounterClaims)+len(m.Claims) > 0 || *m.Confidence.Score != 0 {
			t.Errorf("%+v", m)
		}
	}
}

// TestTargets: two targets that read alike are two.
func TestTargets(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	r := *c.Result
	a, b := r.Findings[0], r.Findings[0]
	a.Root, a.Subject = "a", "b/c"
	b.Root, b.Subject, b.Fingerprint = "a/b", "c", "f"
	r.Findings = []finding.Finding{a, b}
	c.Result = &r
	s := written(t, c).Declarations.Targets.Services
	if len(s) != 2 || s[0].Ref == s[1].Ref {
		t.Errorf("%+v", s)
	}
}

func written(t *testing.T, c *evidence.Case) *document {
	t.Helper()
	var b bytes.Buffer
	if err := cyclonedx.Document.Exports["declarations"](&b, c, "en"); err != nil {
		t.Fatal(err)
	}
	bom.Valid(t, b.Bytes())
	var doc document
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	return &doc
}
