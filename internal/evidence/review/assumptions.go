package review

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A claim is one assumption with all that rests on it.
type claim struct {
	what, reason string
	names        []string
	origins      []graph.Origin
}

// assumptions are what rests on claims, on documents, and on records of ones own.
func (r *review) assumptions() error {
	r.Paragraph(r.Fixed("assumptions.about"))
	found := map[string]*claim{}
	add := func(who string, o graph.Origin, what string, because []string) {
		reason := ""
		if n := len(because); n > 0 {
			reason = because[n-1]
			if i := slices.IndexFunc(because, func(b string) bool { return strings.Contains(b, "claimed") }); i >= 0 {
				reason = because[i]
			}
		}
		c := found[what+reason]
		if c == nil {
			c = &claim{what: what, reason: reason}
			found[what+reason] = c
		}
		if n := len(c.names); n == 0 || c.names[n-1] != who || c.origins[n-1] != o { // several places of one asset
			c.names, c.origins = append(c.names, who), append(c.origins, o)
		}
	}
	for i := range r.Case.Result.Assets {
		a := &r.Case.Result.Assets[i]
		for _, p := range a.Places {
			if p.Confidence == graph.Claimed {
				add(string(a.Subject), a.Origin, "place", p.Because)
			}
		}
		if o := a.Operator; o != nil && o.Confidence == graph.Claimed {
			add(string(a.Subject), a.Origin, "operator", o.Because)
		}
		if c := a.Custody; c != nil && c.Confidence == graph.Claimed {
			add(string(a.Subject), a.Origin, "custody", c.Because)
		}
		if m := a.Maker; m != nil && m.Confidence == graph.Claimed {
			add(string(a.Subject), a.Origin, "maker", m.Because)
		}
	}
	for _, l := range r.Case.Result.Loosened {
		add(l.Record, l.Origin, "record", []string{l.Reason})
	}
	var rows [][]evidence.Cell
	for _, key := range slices.Sorted(maps.Keys(found)) {
		rows = append(rows, r.claim(found[key]))
	}
	r.Table("assumptions.table", []string{"head.rests", "head.reason", "head.where_decided"}, []int{3, 5, 5}, rows)
	r.documents()
	return nil
}

func (r *review) claim(c *claim) []evidence.Cell {
	at := evidence.At(c.origins[0])
	reason := r.Say("reasonless", nil, at)
	if c.reason != "" {
		reason = r.Quote(c.reason, at)
	}
	var who evidence.Cell
	for i := range c.names[:min(fewest, len(c.names))] {
		who = append(who, r.Name(c.names[i], evidence.At(c.origins[i])))
	}
	if n := len(c.names) - fewest; n > 0 {
		who = append(who, r.Say("more", evidence.Values{"n": n}, evidence.In("inventory")))
	}
	return []evidence.Cell{{r.value(r.Word("claim."+c.what), at)}, {reason}, who}
}

// documents are the facts that rest on a document which somebody approved.
func (r *review) documents() {
	docs := r.Case.Perimeter.Spec.Evidence
	if len(docs) == 0 {
		return
	}
	var rows [][]evidence.Cell
	for i := range docs {
		d := &docs[i]
		at := evidence.At(d.Origin)
		key := "until"
		if d.Expires < r.Case.Result.At {
			key = "ended"
		}
		rows = append(rows, []evidence.Cell{
			{r.Name(d.About, at)},
			{r.Name(d.Fact+": "+strings.Join(d.Value, ", "), at)},
			{r.Name(d.ApprovedBy, at)},
			{r.Say(key, evidence.Values{"day": r.Day(d.Expires)}, at)},
		})
	}
	r.Table("assumptions.documents", []string{"head.what", "head.fact", "head.approved", "head.until"}, []int{4, 4, 3, 3}, rows)
}

// waivers are the exceptions, with who approved them, why and until when.
func (r *review) waivers() error {
	var rows [][]evidence.Cell
	list := slices.Clone(r.Case.Result.Waivers)
	slices.SortStableFunc(list, func(a, b finding.WaiverUse) int { return cmp.Compare(a.Expires, b.Expires) })
	for _, w := range list {
		at := evidence.At(w.Origin)
		state := evidence.Cell{r.Say("waiver."+w.State, evidence.Values{"n": w.Used}, at)}
		if w.State == "refused" {
			state = append(state, r.Quote(w.Why, at))
		}
		rows = append(rows, []evidence.Cell{
			{r.Name(string(w.Rule), at), r.Name(w.Subject, at)},
			{r.Quote(or(w.Reason, r.Word("unknown")), at)},
			{r.Name(or(w.By, r.Word("unknown")), at)},
			{r.value(r.Day(w.Expires), at)},
			state,
		})
	}
	r.Paragraph(r.Fixed("waivers.about"))
	r.Table("waivers.table", []string{"head.waived", "head.reason", "head.approved", "head.until", "head.state_of"}, []int{4, 4, 3, 2, 3}, rows)
	return nil
}
