package fria_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/fria"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
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
		{"prohibited", "      ai_act: prohibited\n", "no assessment makes its use lawful", false, false},
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

// TestWhatTheReaderNeeds: holes are told, checks are named in the language, and a rule of
// the users that begins like one of ours is one of theirs.
func TestWhatTheReaderNeeds(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	c.Result.Problems = append(c.Result.Problems, graph.Problem{Origin: graph.Origin{File: "corpus.tf", Line: 1}, Message: "cannot be read"})
	for i := range c.Result.Findings {
		if f := &c.Result.Findings[i]; f.Rule == "EXI-001" {
			f.Rule, f.Title = "LOCK-001", "Doors are locked"
		}
	}
	text := map[string]string{}
	for _, language := range evidence.Languages() {
		d, err := fria.Document.Make(c, language)
		if err != nil {
			t.Fatal(err)
		}
		d.Sentences(func(s *evidence.Sentence) { text[language] += s.Text + "\n" })
	}
	for language, words := range map[string][]string{
		"en": {"could not be read", "Other checks", "Doors are locked (LOCK-001).", "Connections use TLS 1.2 or later (ENC-001)", "(Art. 27(4))", "Art. 49(3)"},
		"de": {"Doors are locked (LOCK-001).", "(ENC-001)", "Art. 49 Abs. 3"},
		"fr": {"Doors are locked (LOCK-001).", "(ENC-001)", "art. 49, par. 3"},
	} {
		for _, w := range words {
			if !strings.Contains(text[language], w) {
				t.Errorf("in %s nothing says %q", language, w)
			}
		}
		if language != "en" && strings.Contains(text[language], "Connections use TLS") {
			t.Errorf("in %s a check is named in English", language)
		}
	}
}
