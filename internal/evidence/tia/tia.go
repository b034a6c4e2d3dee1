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
	all       []*evidence.Recipient // of personal data, wherever they are
	crossings []*evidence.Crossing  // that carry data there
	fetched   []*evidence.Crossing  // from whom is only fetched
	inside    []*exposure           // recipients of the area that foreign law reaches
	unplaced  []*evidence.Recipient
	reach     map[*evidence.Recipient][]kb.Law // laws from outside of the area, by who is reached
	laid      []*reach                         // the laws of step 3
	held      map[string][]*held               // what recipients hold and get, by their ids
}

// An exposure is a recipient that has the data inside of the area, and can be
// ordered from outside of it.
type exposure struct {
	*evidence.Recipient
	laws []kb.Law
}

func newAssessment(b *evidence.Builder, system string) (*assessment, error) {
	a := &assessment{Builder: b, system: system, reach: map[*evidence.Recipient][]kb.Law{}}
	all, err := b.Case.Crossings(system)
	if err != nil {
		return nil, err
	}
	crosses := map[string]bool{}
	for _, x := range all {
		crosses[x.ID()] = true
		if x.Fetched() {
			a.fetched = append(a.fetched, x)
			continue
		}
		a.crossings = append(a.crossings, x)
		if a.reach[x.Recipient], err = b.Case.ForeignLaws(x.Operator); err != nil {
			return nil, err
		}
	}
	for _, r := range b.Case.Recipients(system) {
		if r.Fetched() || !slices.ContainsFunc(r.Classes, b.Case.Personal) {
			continue
		}
		a.all = append(a.all, r)
		if crosses[r.ID()] {
			continue
		}
		laws, err := b.Case.ForeignLaws(r.Operator)
		if err != nil {
			return nil, err
		}
		if len(laws) > 0 && len(r.Countries) > 0 {
			a.inside = append(a.inside, &exposure{r, laws})
		}
		if len(r.Countries) == 0 || r.Open {
			a.unplaced = append(a.unplaced, r)
		}
	}
	a.laid, a.held = a.reached(), a.hold()
	return a, nil
}

// summary counts what the assessment is about.
func (a *assessment) summary() {
	at := evidence.In("flows and inventory of " + a.system)
	a.Paragraph(
		a.Say("summary.transfers", evidence.Values{"n": len(a.crossings)}, at),
		a.Say("summary.exposures", evidence.Values{"n": len(a.inside)}, at),
		a.Say("summary.unplaced", evidence.Values{"n": len(a.unplaced)}, at),
	)
}

// nothing says that steps 2 to 5 have no subject.
func (a *assessment) nothing() {
	a.Head(2, "nothing", nil)
	a.Paragraph(a.Say("nothing.about", nil, evidence.In("flows and inventory of "+a.system)))
}

// personal are the classes of personal data that a recipient gets.
func (a *assessment) personal(r *evidence.Recipient) string {
	return graph.Listed(slices.DeleteFunc(slices.Clone(r.Classes), func(k graph.ClassID) bool { return !a.Case.Personal(k) }))
}

// unbound are transfers of what nothing gives to a system: an assessment without
// them would look complete.
func unbound(b *evidence.Builder) error {
	a, err := newAssessment(b, evidence.Unbound)
	if err != nil {
		return err
	}
	if len(a.crossings) == 0 {
		return nil
	}
	b.Head(1, "unbound", nil)
	b.Paragraph(b.Fixed("unbound.about"), b.Ask("unbound", ""))
	a.known("unbound.table", a.crossings)
	return nil
}
