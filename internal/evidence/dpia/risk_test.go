package dpia

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// TestEveryCheckIsOfARisk holds the rules against the risks: a rule of which nobody said
// what it speaks of would be set aside.
func TestEveryCheckIsOfARisk(t *testing.T) {
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	there := map[graph.RuleID]bool{}
	for _, r := range set.Rules {
		there[r.ID] = true
		if _, excepted := exceptions[r.ID]; riskOf(r.ID) == aside && !excepted {
			t.Errorf("%s is of no risk", r.ID)
		}
	}
	if len(there) < 100 {
		t.Fatalf("there are %d rules", len(there))
	}
	for id := range exceptions {
		if !there[id] {
			t.Errorf("there is no rule %s", id)
		}
	}
	if r := riskOf("OWN-001"); r != aside {
		t.Errorf("a rule of the users is of the risk %s", r)
	}
}

func TestLevel(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "we do not know": 0, "Negligible": 1, "limitée : peu de données": 2, "important, since": 3,
		"significant": 3, "substantiell, weil": 3, "maximum": 4, "groß": 4, "not maximum": 0,
		"Négligeable à limitée, selon les cas": 0, "negligible to limited": 0, "maximal geringfügig": 0, "Großteils geringfügig": 0,
		"Geringfügige Folgen, da wenige Daten": 1, "limited: no significant harm": 2, "importante\u00a0: santé": 3, "Groß – Gesundheitsdaten": 4,
	} {
		if got := level(text); got != want {
			t.Errorf("%q is the level %d, not %d", text, got, want)
		}
	}
}
