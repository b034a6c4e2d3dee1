package fria_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/fria"
)

// TestWhomItIsFor shows that high-risk systems alone are assessed, that other kinds are
// named, and that an unstated kind is a question.
func TestWhomItIsFor(t *testing.T) {
	const line = "      ai_act: high-risk\n"
	for _, c := range []struct {
		name, instead, says string
		asks, assesses      bool
	}{
		{"high-risk", line, "high-risk system (Art. 6(2), Annex III)", false, true},
		{"annex-i", "      ai_act: annex-i\n", "triage is not one, so none is made", false, false},
		{"minimal", "      ai_act: minimal\n", "triage is not one, so none is made", false, false},
		{"unstated", "", "nobody can say whether this assessment is due", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			edit := func(s string) string { return strings.Replace(s, line, c.instead, 1) }
			if c.instead == line {
				edit = nil
			}
			d, err := fria.Document.Make(evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), edit), "en")
			if err != nil {
				t.Fatal(err)
			}
			said, asked := false, map[string]bool{}
			d.Sentences(func(s *evidence.Sentence) {
				said = said || strings.Contains(s.Text, c.says)
				if s.Asking != nil {
					asked[s.Asking.ID] = true
				}
			})
			if !said {
				t.Errorf("nothing says %q", c.says)
			}
			if asked["triage/ai-act"] != c.asks || asked["triage/harms"] != c.assesses {
				t.Errorf("it asks for the kind: %v, for the harms: %v", asked["triage/ai-act"], asked["triage/harms"])
			}
		})
	}
}
