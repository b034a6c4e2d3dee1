package evidence_test

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// TestClaimedPlaceIsNotCovered: a decision for where somebody is only said to be covers nobody.
func TestClaimedPlaceIsNotCovered(t *testing.T) {
	swiss := []graph.Country{"CH"}
	x := &evidence.Crossing{Recipient: &evidence.Recipient{Countries: swiss}, Countries: swiss, Adequate: swiss}
	if !x.Covered() {
		t.Error("a place that is shown is not covered")
	}
	x.Claimed = swiss
	if x.Covered() {
		t.Error("a place that is claimed is covered")
	}
}

// TestDecisionName: German and French tell the kinds of decisions apart.
func TestDecisionName(t *testing.T) {
	c := clinic(t)
	for _, tc := range []struct{ decision, en, de, fr string }{
		{"Decision 2000/518/EC", "Decision 2000/518/EC", "Entscheidung 2000/518/EG", "décision 2000/518/CE"},
		{"Decision 2010/625/EU", "Decision 2010/625/EU", "Beschluss 2010/625/EU", "décision 2010/625/UE"},
		{"Decision 2013/65/EU", "Implementing Decision 2013/65/EU", "Durchführungsbeschluss 2013/65/EU", "décision d’exécution 2013/65/UE"},
		{"Decision (EU) 2021/1772, renewed by C(2025) 8771", "Implementing Decision (EU) 2021/1772, renewed by C(2025) 8771", "Durchführungsbeschluss (EU) 2021/1772, verlängert durch C(2025) 8771", "décision d’exécution (UE) 2021/1772, renouvelée par C(2025) 8771"},
	} {
		for language, want := range map[string]string{"en": tc.en, "de": tc.de, "fr": tc.fr} {
			got := ""
			k := kind("", func(b *evidence.Builder) error { got = b.DecisionName(kb.Adequacy{Decision: tc.decision}); return nil })
			if _, err := k.Make(c, language); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("%s: %q, want %q", language, got, want)
			}
		}
	}
}
