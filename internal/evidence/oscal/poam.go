package oscal

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/lines"
)

// poam is what is to be done: what fails, what could not be decided, and what a waiver
// covers until it ends. OSCAL knows no plan without an item.
func (w *writer) poam(e *lines.Writer) error {
	groups := w.groups(func(f *finding.Finding) bool {
		return f.Status == finding.Fail || f.Status == finding.Undecided || f.Status == finding.Waived
	})
	if len(groups) == 0 {
		return fmt.Errorf("no check fails, is undecided or is waived: %w, which OSCAL does not allow", evidence.ErrNothing)
	}
	w.head(e, "poam", "poam")
	e.Value("system-id", systemID{"http://datatracker.ietf.org/doc/html/rfc4122", w.id("system-id")})
	e.Object("local-definitions", func() { w.local(e, func(t *thing) bool { return t.used }) })
	w.observed(e, groups)
	e.List("poam-items", func() {
		for _, g := range groups {
			e.Value("", w.todo(g))
		}
	})
	w.back(e)
	return nil
}

// todo is the item of a group.
func (w *writer) todo(g *group) poamItem {
	it := poamItem{
		UUID: w.id("item", g.name), Title: w.heading(g), Description: w.seen(g), Origins: w.by(), Observations: []foundObservation{{w.observationID(g)}},
		Props: append(props("origin", g.Origin.At(), "reason", string(g.Status), "severity", string(g.Severity), "rule", string(g.Rule)), each(named(g.Finding), g.Requirements)...),
	}
	if g.Remedy != "" {
		it.Description += " " + sentence(g.Remedy)
	}
	if v := g.Waiver; v != nil {
		it.Props = append(it.Props, props("waiver-ends", v.Expires, "approved-by", v.ApprovedBy, "origin", v.Origin.At())...)
	}
	if g.risky() {
		it.Risks = []foundRisk{{w.riskID(g)}}
	}
	return it
}
