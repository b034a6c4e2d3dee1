package report

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// everything lists what only --all asks for: what passes, what is not in
// force, and every asset with the reasons behind its coordinates.
func (t *text) everything() {
	if !t.o.All {
		return
	}
	t.withStatus(finding.NotInForce, "Not in force")
	t.withStatus(finding.Pass, "Passes")
	if len(t.r.Assets) == 0 {
		return
	}
	t.line("%s", t.bold("Assets"))
	for i := range t.r.Assets {
		a := &t.r.Assets[i]
		t.line("  %s  %s  %s  %s", t.bold(string(tame(a.Subject))), a.Kind, inventoryPlace(a.Places), t.dim(where(tameOrigin(a.Origin))))
		for _, b := range a.Because {
			t.line("      %s", t.dim("because "+tame(b)))
		}
	}
	t.line("")
}

// withStatus lists the findings of one status, a line each.
func (t *text) withStatus(s finding.Status, head string) {
	first := true
	for i := range t.r.Findings {
		f := &t.r.Findings[i]
		if f.Status != s {
			continue
		}
		if first {
			t.line("%s", t.bold(head))
			first = false
		}
		t.line("  %s %s  %s  %s", f.Rule, tame(f.Subject), f.Title, t.dim(where(tameOrigin(f.Origin))))
	}
	if !first {
		t.line("")
	}
}

// inventoryPlace words the own places of an asset.
func inventoryPlace(ps []graph.Place) string {
	var out []string
	for i := range ps {
		p := &ps[i]
		word := "unknown"
		if p.Unknown == "" {
			cs := make([]string, len(p.Countries))
			for n, c := range p.Countries {
				cs[n] = string(c)
			}
			word = strings.Join(cs, ",")
			if p.Region != "" {
				word += " (" + p.Region + ")"
			}
		}
		if p.Purpose != "" {
			word = p.Purpose + " " + word
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return strings.Join(out, "; ")
}
