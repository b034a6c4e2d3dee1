package tia

import (
	"cmp"
	"maps"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// laws are step 3: what authorities of the third countries can demand, of those who
// have the data there and of those whom these laws reach wherever the data is.
func (a *assessment) laws() {
	a.Head(2, "laws", nil)
	a.lawTable()
	a.unknownLaw()
	a.practice()
}

// lawTable is the table of the laws with those whom they reach.
func (a *assessment) lawTable() {
	a.Paragraph(a.Fixed("laws.about"))
	var rows [][]evidence.Cell
	for _, r := range a.laid {
		at := source(r.law)
		rows = append(rows, []evidence.Cell{
			{a.Quote(r.law.Title, at), a.Value("("+r.law.Citation+"; "+a.Country(r.law.Country)+")", at)},
			{a.Quote(r.law.Compels, at)},
			a.standing(r.law),
			{a.Value(a.And(r.names), append(slices.Clone(few(r.sources)), at)...)},
		})
	}
	a.Table("laws.table", []string{"head.law", "head.compels", "head.standing", "head.reaches"}, []int{4, 6, 5, 3}, rows)
}

// lawsOf names the laws from outside of the area that reach a recipient through its seat
// or control.
func (a *assessment) lawsOf(r *evidence.Recipient) evidence.Sentence {
	laws := a.reach[r]
	if len(laws) == 0 {
		return a.Say("laws.none_known", nil, append(slices.Clone(r.Sources), evidence.In("kb.digest"))...)
	}
	var names []string
	at := slices.Clone(r.Sources)
	for _, l := range laws {
		names, at = append(names, l.Citation), append(at, source(l))
	}
	return a.Value(a.And(names), at...)
}

// few are the first sources of a sentence that many facts show: step 1 has them all.
func few(sources []evidence.Source) []evidence.Source { return sources[:min(len(sources), 3)] }

// A reach is one access law with those whom it reaches.
type reach struct {
	law     kb.Law
	names   []string
	sources []evidence.Source
}

// reached are the laws of the third countries in which data is, and those that reach
// its recipients, by id.
func (a *assessment) reached() []*reach {
	found := map[graph.LawID]*reach{}
	add := func(l kb.Law, r *evidence.Recipient) {
		x := found[l.ID]
		if x == nil {
			x = &reach{law: l}
			found[l.ID] = x
		}
		if !slices.Contains(x.names, r.Name) {
			x.names, x.sources = append(x.names, r.Name), append(x.sources, r.Sources[0])
		}
	}
	for _, r := range a.all {
		for _, l := range a.reach[r] {
			add(l, r)
		}
	}
	for _, x := range a.crossings {
		for _, l := range a.Case.KB.LawsOf(x.Countries, a.Case.At) {
			add(l, x.Recipient)
		}
	}
	for _, x := range found {
		slices.Sort(x.names)
	}
	return slices.SortedFunc(maps.Values(found), func(x, y *reach) int { return cmp.Compare(x.law.ID, y.law.ID) })
}

func source(l kb.Law) evidence.Source {
	return evidence.Source{Kind: evidence.Record, At: "law " + string(l.ID)}
}

// standing is how a law stands on the day: since when and until when it is in
// force, and how well that is known.
func (a *assessment) standing(l kb.Law) evidence.Cell {
	at := source(l)
	key, v := "standing.open", evidence.Values{}
	switch {
	case l.From != "" && l.Until != "":
		key, v["from"], v["until"] = "standing.span", a.Day(l.From), a.Day(l.Until)
	case l.From != "":
		key, v["from"] = "standing.since", a.Day(l.From)
	case l.Until != "":
		key, v["until"] = "standing.until", a.Day(l.Until)
	}
	out := evidence.Cell{a.Say(key, v, at), a.review("standing.review", "standing.overdue", l.Fact, at)}
	if l.Note != "" {
		out = append(out, a.Quote(l.Note, at))
	}
	return out
}

// review says until when a fact counts, or since when somebody has to look again.
func (a *assessment) review(due, overdue string, f kb.Fact, at evidence.Source) evidence.Sentence {
	v := evidence.Values{"confidence": evidence.WordOf(a.Builder, "confidence", f.Standing(a.Case.At)), "day": a.Word("unknown")}
	if f.ReviewBy != "" {
		v["day"] = a.Day(f.ReviewBy)
	}
	if f.ReviewBy != "" && f.ReviewBy < a.Case.Result.At {
		due = overdue
	}
	return a.Say(due, v, at)
}

// unknownLaw says for which transfers the law cannot be told.
func (a *assessment) unknownLaw() {
	var silent []graph.Country
	var anywhere []string
	var at, where []evidence.Source
	for _, x := range a.crossings {
		for _, k := range x.Countries {
			switch {
			case k == graph.Anywhere:
				anywhere, at = append(anywhere, x.Name), append(at, x.Sources[0])
			case len(a.Case.KB.LawsOf([]graph.Country{k}, a.Case.At)) == 0:
				silent, where = append(silent, k), append(where, x.Sources[0])
			}
		}
	}
	slices.Sort(silent)
	silent = slices.Compact(silent)
	if len(silent) > 0 {
		a.Paragraph(a.Say("laws.silent", evidence.Values{"countries": a.Countries(silent)}, few(where)...))
	}
	if len(anywhere) > 0 {
		a.Paragraph(a.Say("laws.anywhere", evidence.Values{"names": a.And(anywhere)}, few(at)...))
	}
	a.uncontrolled()
}

// uncontrolled names recipients of which nobody knows who controls them: more laws
// may reach them.
func (a *assessment) uncontrolled() {
	var names []string
	var at []evidence.Source
	for _, r := range a.all {
		if r.Operator == nil || r.Operator.Unknown != "" {
			names, at = append(names, r.Name), append(at, r.Sources[0])
		}
	}
	if len(names) > 0 {
		a.Paragraph(a.Say("laws.uncontrolled", evidence.Values{"n": len(names), "names": a.And(names)}, few(at)...))
	}
}

// assessed reports whether a transfer needs steps 3 to 5: it rests on no adequacy decision
// and no derogation, or not all of it does.
func (a *assessment) assessed(x *evidence.Crossing) bool {
	tool, decided := a.Case.Basis(x)
	return x.Open || !decided && (tool == nil || !tool.Holds() || tool.Assessed())
}

// practice is what no text of law shows: it is asked where a tool of article 46 is
// relied on, or has to be.
func (a *assessment) practice() {
	var rows [][]evidence.Cell
	for _, x := range a.crossings {
		if a.assessed(x) {
			rows = append(rows, []evidence.Cell{{a.Name(x.Name, x.Sources...)}, {a.Ask("transfer-practice", x.ID())}})
		}
	}
	if len(rows) > 0 {
		a.Paragraph(a.Fixed("practice.about"))
		a.Table("practice.table", []string{"head.recipient", "head.practice"}, []int{3, 12}, rows)
	}
}
