package kb

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A lineage names every family once, and the name tells which of several.
func TestLineage(t *testing.T) {
	k := loadSmall(t)
	for name, want := range map[string]string{"derived-on-base-tuned": "base tuned", "derived-on-base-7b": "base", "derived-7b": "?"} {
		m, ok := k.Model(name)
		if !ok || m.ID != "derived" {
			m = *k.model("derived")
		}
		var got []string
		for _, d := range k.Lineage(m, name) {
			if d.Unknown != "" {
				got = append(got, "?")
			} else {
				got = append(got, d.Model.ID)
			}
			if d.Confidence(func(f Fact) graph.Confidence { return f.Standing(day(t, "2026-11-25")) }).Firm() {
				t.Errorf("%s: a claimed link is firm", name)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s comes from %v, want %s", name, got, want)
		}
	}
}

// model returns a family by its id.
func (k *KB) model(id string) *Model {
	for i := range k.Models() {
		if k.Models()[i].ID == id {
			return &k.Models()[i]
		}
	}
	return nil
}

func TestBaseIsChecked(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"one_of: [tuned, base]", "one_of: [tuned, bse]", "did you mean base?"},
		{"one_of: [tuned, base]", "one_of: [base]", "write family: base"},
		{"one_of: [tuned, base]", "one_of: [tuned, base], family: base", "exactly one of"},
		{"one_of: [tuned, base]", "family: derived", "derives from derived itself"},
		{"match: ['base'], confidence: claimed", "match: ['base'], base: [{family: derived}], confidence: claimed", "derives from base itself"},
		{"one_of: [tuned, base]", "family: base, quote: x", "no source; cite one"},
	} {
		if _, err := Load(with(t, "models/x.yaml", c.old, c.new)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.new, err, c.want)
		}
	}
}
