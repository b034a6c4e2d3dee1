package resolve_test

import (
	"strings"
	"testing"
)

// Every model that an asset names has its maker, and each maker its lineage.
func TestSeveralModels(t *testing.T) {
	assets := resolved(t, plain, `
provider "nord" { region = "berlin-1" }
resource "nord_agent" "both" { model = ["lumen-2", "giga-9", "lumen-2", "nobody-knows"] }
resource "nord_agent" "tuned" { model = "lumen-tuned-7b" }
`)
	m := get(t, assets, "nord_agent.both").Maker
	if m.Entity != "nord" || len(m.Others) != 2 || m.Others[0].Entity != "big" || m.Others[1].Unknown == "" {
		t.Fatalf("makers: %+v", m)
	}
	if because := strings.Join(m.Because, "\n"); !strings.Contains(because, "giga-9") {
		t.Errorf("the other model has no reason: %s", because)
	}
	m = get(t, assets, "nord_agent.tuned").Maker
	if m.Entity != "big" || len(m.Lineage) != 1 || m.Lineage[0].Family != "lumen" || !strings.Contains(strings.Join(m.Because, "\n"), "lumen-tuned is made from lumen by nord, DE") {
		t.Errorf("lineage: %+v", m)
	}
}
