// Package review writes the review of a system by its jurisdictions, which lives
// beside the perimeter: what there is, whose law reaches it, what was decided
// and which clause asks for it, what rests on claims, what nobody answered, what
// is waived and what is out of scope.
package review

import (
	"embed"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

//go:embed *.yaml
var messages embed.FS

// name is that of the document.
const name = "review"

// Document is how the review is made.
var Document = evidence.Kind{Name: name, Messages: messages, Write: write}

// parts are the regions of the review, in their order.
var parts = []struct {
	name  string
	write func(*review) error
}{
	{"summary", (*review).summary},
	{"reviewed", (*review).reviewed},
	{"systems", (*review).systems},
	{"assets", (*review).assets},
	{"flows", (*review).flows},
	{"lineage", (*review).lineage},
	{"decisions", (*review).decisions},
	{"clauses", (*review).clauses},
	{"assumptions", (*review).assumptions},
	{"waivers", (*review).waivers},
	{"scope", (*review).scope},
	{"questions", (*review).questions}, // the last: those of all parts before are among them
}

// Regions are the names of the regions, in the order of the document.
func Regions() []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = p.name
	}
	return out
}

func write(b *evidence.Builder) error {
	r := &review{Builder: b, checks: map[subject]map[finding.Status]int{}, flowing: map[subject]*finding.Asset{}}
	for i := range b.Case.Result.Findings {
		f := &b.Case.Result.Findings[i]
		of := subject{f.Root, f.Subject}
		if r.checks[of] == nil {
			r.checks[of] = map[finding.Status]int{}
		}
		r.checks[of][f.Status]++
	}
	for i := range b.Case.Result.Assets {
		if a := &b.Case.Result.Assets[i]; a.Type == resolve.FlowType {
			r.flowing[subject{a.Root, a.Subject}] = a
		}
	}
	for _, p := range parts {
		r.Region(p.name)
		r.Head(1, p.name, nil)
		if err := p.write(r); err != nil {
			return err
		}
	}
	return nil
}

// A review is the document in the making.
type review struct {
	*evidence.Builder
	checks  map[subject]map[finding.Status]int
	flowing map[subject]*finding.Asset // the lines of the inventory that stand for flows
}

// A subject is an address within its root.
type subject struct {
	root    string
	address graph.Address
}

// of are the systems of the perimeter, and what no binding gives to one.
func (r *review) of() []string { return append(r.Case.Systems(), evidence.Unbound) }

// system heads a section about a system, or about what belongs to none.
func (r *review) system(name string) {
	if name == evidence.Unbound {
		r.Head(2, "unbound", nil)
		return
	}
	r.Head(2, "system", evidence.Values{"system": name})
}

// value is a sentence that is a value.
func (r *review) value(s string, at ...evidence.Source) evidence.Sentence {
	return r.Say("value", evidence.Values{"value": s}, at...)
}

// assetsOf are the assets of a system without the lines that stand for flows.
func (r *review) assetsOf(system string) []*finding.Asset {
	return slices.DeleteFunc(r.Case.Assets(system), func(a *finding.Asset) bool { return a.Type == resolve.FlowType })
}
