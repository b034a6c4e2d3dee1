package sbom_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/sbom"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/bom"
)

func declaration() *sbom.Declaration {
	at := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	return &sbom.Declaration{
		Subject: sbom.Subject{Name: "clinic"}, Assessor: sbom.Party{Name: "clinic", Mail: "a@clinic.example"}, Tool: "1", At: at, Summary: "s", Affirm: "nobody",
		Facts:     []sbom.Fact{{Name: "bailiwick:verdict", Value: "violation"}, {Name: "bailiwick:empty"}},
		Standards: []sbom.Standard{{Ref: "standard:GDPR", Name: "GDPR", Clauses: []sbom.Clause{{Ref: "r", ID: "Art. 44", Title: "t", Text: "x", Facts: []sbom.Fact{{Name: "bailiwick:origin", Value: "kb GDPR_ART_44"}}}}}},
		Parties:   []sbom.Party{{Ref: "operator:aws", Name: "AWS", Seat: "US"}, {Ref: "operator:x", Name: "X", Seat: graph.Anywhere}},
		Targets:   []sbom.Target{{Ref: "t", Name: "bucket", Provider: &sbom.Party{Name: "AWS", Seat: "US"}}, {Ref: "u", Name: "unknown"}},
		Evidence:  []sbom.Evidence{{Ref: "e", Description: "d", At: "a.tf:1", Href: "a.tf#L1", Digest: strings.Repeat("a", 64), Created: at}, {Ref: "w", At: "perimeter.yaml:9", Href: "perimeter.yaml#L9", Created: at, Expires: at.AddDate(0, 1, 0)}},
		Claims:    slices.Values([]sbom.Claim{{Ref: "c", Target: "t", Predicate: "p", Reasoning: "why", Against: []string{"e"}, Mitigation: []string{"w"}}, {Ref: "d", Target: "u", Predicate: "p"}}),
		Answers:   []sbom.Answer{{Clause: "r", Counter: []string{"c"}, Score: 0, Confidence: 0.5, Because: "b", Decided: "d"}},
	}
}

// TestDeclare: declarations are valid, and a score of nothing is written: a reader would
// take none for not assessed.
func TestDeclare(t *testing.T) {
	var b bytes.Buffer
	if err := sbom.Declare(&b, declaration()); err != nil {
		t.Fatal(err)
	}
	bom.Valid(t, b.Bytes())
	var doc struct {
		Declarations struct {
			Attestations []struct {
				Map []struct{ Conformance, Confidence struct{ Score *float64 } }
			}
			Claims   []struct{ Evidence, CounterEvidence, MitigationStrategies []string }
			Targets  struct{ Services []struct{ TrustZone string } }
			Evidence []struct {
				Expires string
				Data    []struct{ Contents struct{ URL string } }
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	d := doc.Declarations
	if m := d.Attestations[0].Map[0]; m.Conformance.Score == nil || *m.Conformance.Score != 0 || *m.Confidence.Score != 0.5 {
		t.Errorf("%+v", m)
	}
	if c := d.Claims; c[0].CounterEvidence[0] != "e" || c[0].MitigationStrategies[0] != "w" || c[1].Evidence != nil || c[1].CounterEvidence != nil {
		t.Errorf("%+v", c)
	}
	if e := d.Evidence; e[0].Data[0].Contents.URL != "a.tf#L1" || e[0].Expires != "" || e[1].Expires != "2026-12-29T00:00:00Z" {
		t.Errorf("%+v", e)
	}
	if s := d.Targets.Services; s[0].TrustZone != "US" || s[1].TrustZone != "" {
		t.Errorf("%+v", s)
	}
	if bom.Check(t, []byte(strings.Replace(b.String(), `"score":0,`, `"score":2,`, 1))) == nil {
		t.Error("a score of 2 is valid: the schema looks at nothing")
	}
}

// TestBillIsValid holds a bill with everything against the schema, and asks for where
// each part was read.
func TestBillIsValid(t *testing.T) {
	c := content(false)
	c.Packages[0].Origin = graph.Origin{File: "requirements.txt", Line: 3}
	c.Packages[1].Origin = graph.Origin{File: "other.txt", Line: 1}
	c.Models[0].Origin = graph.Origin{File: "m.gguf"}
	c.Services[0].Flows[0].Origin = graph.Origin{File: "app.py", Line: 7}
	src := written(t, "cyclonedx", c)
	bom.Valid(t, []byte(src))
	for _, format := range sbom.Formats() {
		for _, at := range []string{"requirements.txt:3", "other.txt:1", "m.gguf", "app.py:7"} {
			if !strings.Contains(written(t, format, c), at) {
				t.Errorf("%s does not say %s", format, at)
			}
		}
	}
}
