package assess

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// clauses are the ids of requirements as tags and remarks write them.
type clauses struct {
	known map[string]bool
	// shapes are the first two parts of the ids, as in GDPR_ART: a tag that has one
	// and is no id is a slip of the pen, while gdpr_relevant is a word of the team.
	shapes map[string]bool
}

func newClauses(k *kb.KB) *clauses {
	c := &clauses{map[string]bool{}, map[string]bool{}}
	for _, q := range k.Requirements() {
		c.known[string(q.ID)] = true
		c.shapes[shape(string(q.ID))] = true
	}
	return c
}

// shape is the first two parts of an id.
func shape(id string) string {
	parts := strings.SplitN(id, "_", 3)
	return strings.Join(parts[:min(2, len(parts))], "_")
}

// clauseTags are the tags and labels whose value says nothing but clauses.
var clauseTags = []string{"bailiwick/implements", "bailiwick.dev/implements"}

// in are the ids that a key or a value of a tag names. Keys of labels have a domain
// before them, annotations may be lists in JSON, and labels of some clouds have no
// capital letters and no separator but an underscore: two of them separate ids.
func (c *clauses) in(text string, all bool) []string {
	var out []string
	apart := func(r rune) bool { return r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	for _, w := range strings.FieldsFunc(strings.ReplaceAll(text, "__", " "), apart) {
		id := strings.ToUpper(strings.ReplaceAll(w, "-", "_"))
		if all || c.known[id] || strings.Count(id, "_") > 1 && c.shapes[shape(id)] {
			out = append(out, id)
		}
	}
	return out
}

// denials are the values of a tag that say that its key does not hold.
var denials = []string{"false", "no", "none", "0", "off", "n/a", "na"}

// tagged are the ids that the tags of an asset name, sorted.
func (c *clauses) tagged(tags map[string]string) []string {
	var out []string
	for k, v := range tags {
		if slices.Contains(clauseTags, k) {
			out = append(out, c.in(v, true)...)
			continue
		}
		if !slices.Contains(denials, strings.ToLower(strings.TrimSpace(v))) {
			out = append(out, c.in(k, false)...)
		}
		out = append(out, c.in(v, false)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// longest bounds what is shown of an id that is none, and compared with others.
const longest = 64

// unlike says that an id is not one, and proposes the nearest.
func (c *clauses) unlike(id string) string {
	if len(id) > longest {
		return fmt.Sprintf("there is no requirement %s…: bailiwick explain GDPR lists those of an instrument", strings.ToValidUTF8(id[:longest], ""))
	}
	best, least := "", 1+len(id)/3
	for _, k := range slices.Sorted(maps.Keys(c.known)) {
		if d := levenshtein.ComputeDistance(id, k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return fmt.Sprintf("there is no requirement %s: bailiwick explain GDPR lists those of an instrument", id)
	}
	return fmt.Sprintf("there is no requirement %s; did you mean %s?", id, best)
}

// implemented reads which clauses tags, labels and remarks name. One that does not
// exist is a problem: it would look as if a clause were implemented.
func (r *run) implemented(c *clauses, facts *graph.Facts, assets []resolve.Asset) {
	type wrong struct{ root, id string }
	first, more := map[wrong]int{}, map[wrong]int{}
	systems := map[string]string{} // by root and address, or block
	for i := range assets {
		a := &assets[i]
		if len(facts.Notes) > 0 {
			systems[a.Root+"\x00"+string(finding.Block(a.Address))] = a.System
		}
		for _, id := range c.tagged(a.Tags) {
			if c.known[id] {
				r.implement(finding.Implemented{Clause: graph.RequirementID(id), Subject: a.Address, Root: a.Root, System: a.System, By: "tag", Origin: a.Origin})
				continue
			}
			w := wrong{a.Root, id}
			if _, ok := first[w]; ok {
				more[w]++
				continue
			}
			first[w] = len(r.result.Problems)
			r.result.Problems = append(r.result.Problems, graph.Problem{Origin: a.Origin, Message: fmt.Sprintf("a tag of %s names a clause: %s", a.Address, c.unlike(id))})
		}
	}
	for w, n := range more {
		r.result.Problems[first[w]].Message += fmt.Sprintf(" (and so do %d more assets)", n)
	}
	for _, n := range facts.Notes {
		ids, err := perimeter.Implements(n)
		if err != nil {
			r.result.Problems = append(r.result.Problems, graph.Problem{Origin: n.Origin, Message: err.Error()})
		}
		for _, id := range ids {
			if !c.known[string(id)] {
				r.result.Problems = append(r.result.Problems, graph.Problem{Origin: n.Origin, Message: fmt.Sprintf("the remark about %s names a clause: %s", n.Subject, c.unlike(string(id)))})
				continue
			}
			r.implement(finding.Implemented{Clause: id, Subject: n.Subject, Root: n.Root, System: systems[n.Root+"\x00"+string(n.Subject)], By: "remark", Origin: n.Origin})
		}
	}
	slices.SortStableFunc(r.result.Implements, func(a, b finding.Implemented) int {
		return cmp.Or(cmp.Compare(a.Clause, b.Clause), cmp.Compare(a.Root, b.Root), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.By, b.By), cmp.Compare(a.Origin.Line, b.Origin.Line))
	})
}

func (r *run) implement(m finding.Implemented) {
	if r.o.All {
		r.result.Implements = append(r.result.Implements, m)
	}
}
