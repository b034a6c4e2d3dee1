// Package tia writes the transfer impact assessment: the six steps of the
// Recommendations 01/2020 of the EDPB for every transfer of every system to a third
// country, and apart from them who can be reached by foreign law inside of the
// European Economic Area, which is an exposure and no transfer.
package tia

import (
	"embed"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

//go:embed *.yaml
var messages embed.FS

// Document is how the assessment is made.
var Document = evidence.Kind{Name: "tia", Messages: messages, Write: write, BySystem: true}

func write(b *evidence.Builder) error {
	b.Paragraph(b.Fixed("about"), b.Fixed("about.legal"))
	b.Unread()
	systems := b.Case.Systems()
	if len(systems) == 0 {
		b.Paragraph(b.Ask("systems", ""))
	}
	for _, name := range systems {
		a, err := newAssessment(b, name)
		if err != nil {
			return err
		}
		b.Head(1, "system", evidence.Values{"system": name})
		a.summary()
		a.know()
		if len(a.crossings) > 0 {
			a.tools()
			a.laws()
			a.measures()
			a.steps()
		} else {
			a.nothing()
		}
		a.again()
		if len(a.crossings) > 0 {
			a.decide()
		}
		a.exposures()
	}
	return unbound(b)
}

// An assessment is that of one system in the making.
type assessment struct {
	*evidence.Builder
	system    string
	all       []*evidence.Recipient            // of personal data, wherever they are
	crossings []*evidence.Crossing             // that carry data there
	fetched   []*evidence.Recipient            // from whom is only fetched
	inside    []*evidence.Recipient            // shown to keep all in the area, and reached by foreign law
	unplaced  []*evidence.Recipient            // of whom some place is not known, or only claimed, and none is in a third country
	strays    []*evidence.Stray                // without a recipient that is known
	reach     map[*evidence.Recipient][]kb.Law // laws from outside of the area, by who is reached
	laid      []*reach                         // the laws of step 3
	held      map[string][]*held               // what recipients hold and get, by their ids
}

func newAssessment(b *evidence.Builder, system string) (*assessment, error) {
	a := &assessment{Builder: b, system: system, reach: map[*evidence.Recipient][]kb.Law{}}
	all, err := b.Case.Crossings(system)
	if err != nil {
		return nil, err
	}
	crosses := map[string]*evidence.Crossing{}
	for _, x := range all {
		crosses[x.ID()] = x
	}
	for _, r := range b.Case.Recipients(system) {
		if !a.carries(r.Classes) {
			continue
		}
		if err := a.sort(r, crosses[r.ID()]); err != nil {
			return nil, err
		}
	}
	a.strays = slices.DeleteFunc(b.Case.Strays(system), func(s *evidence.Stray) bool { return !a.carries(s.Classes) })
	a.laid, a.held = a.reached(), a.hold()
	return a, nil
}

// sort gives a recipient of personal data its part of the assessment; x is its crossing,
// nil where it is not known to have one.
func (a *assessment) sort(r *evidence.Recipient, x *evidence.Crossing) error {
	if r.Fetched() {
		a.fetched = append(a.fetched, r)
		return nil
	}
	laws, err := a.Case.ForeignLaws(r.Operator)
	if err != nil {
		return err
	}
	if x != nil {
		r = x.Recipient
	}
	a.all, a.reach[r] = append(a.all, r), laws
	switch {
	case x != nil:
		a.crossings = append(a.crossings, x)
	case unplaced(r):
		a.unplaced = append(a.unplaced, r)
	case len(laws) > 0:
		a.inside = append(a.inside, r)
	}
	return nil
}

// unplaced reports whether some place of a recipient is not known, or only claimed.
func unplaced(r *evidence.Recipient) bool {
	stored, processed := r.Claims(r.Stored, graph.Storage, graph.Backup), r.Claims(r.Processed, graph.Processing)
	return r.Open || len(r.Countries) == 0 || len(r.Claimed)+len(stored)+len(processed) > 0
}

// summary counts what the assessment is about.
func (a *assessment) summary() {
	at := evidence.In("flows and inventory of " + a.system)
	a.Paragraph(
		a.Say("summary.transfers", evidence.Values{"n": len(a.crossings)}, at),
		a.Say("summary.exposures", evidence.Values{"n": len(a.inside)}, at),
		a.Say("summary.unplaced", evidence.Values{"n": len(a.unplaced)}, at),
		a.Say("summary.strays", evidence.Values{"n": len(a.strays)}, at),
	)
}

// nothing says that steps 2 to 5 have no subject.
func (a *assessment) nothing() {
	a.Head(2, "nothing", nil)
	a.Paragraph(a.Say("nothing.about", nil, evidence.In("flows and inventory of "+a.system)))
	if len(a.laid) > 0 {
		a.lawTable() // of who is reached without a transfer, or without one that is known
	}
}

// personal are the classes of personal data that a recipient gets.
func (a *assessment) personal(r *evidence.Recipient) string {
	return graph.Listed(slices.DeleteFunc(slices.Clone(r.Classes), func(k graph.ClassID) bool { return !a.Case.Personal(k) }))
}

// unbound are transfers of what nothing gives to a system, and what may be one: an
// assessment without them would look complete.
func unbound(b *evidence.Builder) error {
	a, err := newAssessment(b, evidence.Unbound)
	if err != nil {
		return err
	}
	if len(a.crossings)+len(a.unplaced)+len(a.inside)+len(a.strays) == 0 {
		return nil
	}
	b.Head(1, "unbound", nil)
	b.Paragraph(b.Fixed("unbound.about"), b.Ask("unbound", ""))
	if len(a.crossings) > 0 {
		a.known("unbound.table", a.crossings)
	}
	a.elsewhere()
	a.StrayTable(a.system, a.strays)
	if len(a.inside) > 0 {
		b.Paragraph(b.Fixed("exposure.about"))
		a.exposed()
	}
	return nil
}
