// Package incidents writes a record of each crossing that traffic showed, with the
// deadlines of GDPR art. 33, of the NIS 2 Directive art. 23, of DORA art. 19 and of the
// AI Act art. 73 counted from when somebody was aware of it
// (EVD-008), of where what was seen differs from what is declared (LOC-017, FLW-013), and
// of the records of the knowledge base that are past their review (EVD-007).
package incidents

import (
	"embed"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

//go:embed *.yaml
var messages embed.FS

// Document is how the record is made.
var Document = evidence.Kind{Name: "incidents", Messages: messages, Write: write, Past: true}

func write(b *evidence.Builder) error {
	b.Paragraph(b.Fixed("about"), b.Fixed("about.law"), b.Fixed("about.times"))
	seen := observed(b.Case)
	if seen == 0 {
		b.Paragraph(b.Say("unseen", nil, evidence.In("traffic")))
	} else {
		b.Paragraph(b.Say("seen", evidence.Values{"n": seen}, evidence.In("traffic")))
	}
	list := crossings(b.Case)
	b.Head(1, "crossings", nil)
	if len(list) == 0 && seen > 0 {
		b.Paragraph(b.Say("crossings.none", nil, evidence.In("findings of "+string(crossingRule))))
	}
	for _, x := range list {
		r := &record{b, x}
		r.write()
	}
	earlier(b, list)
	refused(b)
	drift(b, seen)
	stale(b)
	return nil
}

// observed counts the flows that lead to somebody else and that traffic showed.
func observed(c *evidence.Case) (n int) {
	for i := range c.Result.Flows {
		if e := &c.Result.Flows[i]; e.Traffic != nil && !e.Within {
			n++
		}
	}
	return n
}

// A record is one crossing in the making.
type record struct {
	*evidence.Builder
	x *crossing
}

func (r *record) write() {
	x := r.x
	r.Head(2, "crossing."+string(x.status), evidence.Values{"system": r.system(), "to": x.name})
	rows := [][]evidence.Cell{
		{{r.Fixed("r.when")}, {r.when()}},
		{{r.Fixed("r.what")}, r.amount()},
		{{r.Fixed("r.flows")}, r.flows()},
		{{r.Fixed("r.who")}, {r.Name(x.name, x.sources...), r.controlled()}},
		{{r.Fixed("r.where")}, {r.Say("value", evidence.Values{"value": r.countries()}, x.sources...)}},
		{{r.Fixed("r.data")}, r.data()},
		{{r.Fixed("r.why")}, r.why()},
		{{r.Fixed("r.stopped")}, r.stopped()},
	}
	if r.Case.Past != nil {
		rows = slices.Insert(rows, 1, []evidence.Cell{{r.Fixed("r.past")}, {r.recorded()}})
	}
	if len(x.gaps) > 0 {
		rows = append(rows, []evidence.Cell{{r.Fixed("r.gaps")}, r.quotes(x.gaps)})
	}
	if w := r.waiver(); w != nil {
		rows = append(rows, []evidence.Cell{{r.Fixed("r.waiver")}, w})
	}
	r.Table("r.table", []string{"r.label", "r.is"}, []int{3, 9}, rows)
	r.Paragraph(r.Ask("breach", x.id))
	r.clocks()
}

// system is the name of the system, or that there is none.
func (r *record) system() string {
	if r.x.system == evidence.Unbound {
		return r.Word("no_system")
	}
	return r.x.system
}

func (r *record) when() evidence.Sentence {
	x := r.x
	if x.first.IsZero() {
		return r.Say("r.untimed", nil, x.sources...)
	}
	return r.Say("r.seen", evidence.Values{"first": r.moment(x.first), "last": r.moment(x.last)}, x.firstAt, x.lastAt)
}

func (r *record) amount() []evidence.Sentence {
	x := r.x
	if x.count == 0 {
		return evidence.One(r.Say("r.lookup", nil, x.sources...))
	}
	out := []evidence.Sentence{r.Say("r.count", evidence.Values{"n": int(x.count), "passed": x.count - x.blocked, "blocked": x.blocked}, x.sources...)}
	if x.measured > 0 {
		out = append(out, r.Say("r.bytes", evidence.Values{"sent": r.Bytes(x.sent), "received": r.Bytes(x.received)}, x.sources...))
	}
	if left := len(x.flows) - x.measured; left > 0 {
		out = append(out, r.Say("r.unmeasured", evidence.Values{"n": left}, x.sources...))
	}
	return out
}

// mostFlows bounds the flows that a record lists, and the sentences about them.
const mostFlows = 10

func (r *record) flows() []evidence.Sentence {
	var out []evidence.Sentence
	for i, e := range r.x.flows {
		if i == mostFlows {
			out = append(out, r.Say("r.more", evidence.Values{"n": len(r.x.flows) - i}, evidence.In("flows")))
			break
		}
		out = append(out, r.Say("r.flow", evidence.Values{"from": string(e.From), "to": string(e.To)}, evidence.At(e.Origin)))
	}
	return out
}

// controlled says where the recipient is seated and who controls it.
func (r *record) controlled() evidence.Sentence {
	o := r.x.operator
	switch {
	case o == nil:
		return r.Say("r.nobody", nil, r.x.sources...)
	case o.Seat == "":
		return r.Say("r.seatless", nil, r.x.sources...)
	}
	at := evidence.Source{Kind: evidence.Record, At: "operator " + string(o.Entity)}
	if n := len(o.Control); n > 0 {
		last := o.Control[n-1]
		name := last.Name
		if name == "" {
			name = string(last.Entity)
		}
		return r.Say("r.control", evidence.Values{"seat": r.Country(o.Seat), "controller": name, "country": r.Country(last.Country)}, at)
	}
	return r.Say("r.seat", evidence.Values{"seat": r.Country(o.Seat)}, at)
}

func (r *record) countries() string {
	if r.x.open && len(r.x.countries) > 0 {
		return r.And([]string{r.Countries(r.x.countries), r.Word("elsewhere")})
	}
	return r.Countries(r.x.countries)
}

// data are the classes that the crossing may have carried, and whose data that is.
func (r *record) data() []evidence.Sentence {
	x := r.x
	if len(x.classes) == 0 {
		return evidence.One(r.Say("r.classless", nil, x.sources...))
	}
	out := evidence.One(r.Say("r.classes", evidence.Values{"classes": graph.Listed(x.classes)}, x.sources...))
	if x.system == evidence.Unbound {
		return out
	}
	people := r.And(r.Case.Perimeter.Spec.Systems[x.system].Subjects)
	return append(out, r.Given("r.subjects", "subjects", x.system, people, evidence.Values{"people": people}))
}

// why is what the rules said.
func (r *record) why() []evidence.Sentence {
	if len(r.x.findings) == 0 {
		return evidence.One(r.Say("r.unjudged", nil, r.x.sources...))
	}
	var out []evidence.Sentence
	told := map[string]bool{}
	for _, f := range r.x.findings {
		if f.Message == "" || told[f.Message] {
			continue
		}
		told[f.Message] = true
		if len(told) <= mostFlows {
			out = append(out, r.Quote(f.Message, evidence.At(f.Origin)))
		}
	}
	if len(out) == 0 {
		return evidence.One(r.Say("r.unjudged", nil, r.x.sources...))
	}
	if left := len(told) - mostFlows; left > 0 {
		out = append(out, r.Say("r.more", evidence.Values{"n": left}, evidence.In("findings of "+string(crossingRule))))
	}
	return out
}

// stopped says whether it was contained on the way, and asks what was done since.
func (r *record) stopped() []evidence.Sentence {
	x := r.x
	key := "r.passed"
	switch {
	case x.count == 0:
		key = "r.unsent"
	case x.blocked > 0 && x.blocked == x.count:
		key = "r.blocked"
	case x.blocked > 0:
		key = "r.partly"
	}
	return []evidence.Sentence{r.Say(key, nil, x.sources...), r.Ask("containment", x.id)}
}

func (r *record) quotes(list []string) []evidence.Sentence {
	var out []evidence.Sentence
	for _, s := range list {
		out = append(out, r.Quote(s, r.x.sources...))
	}
	return out
}

func (r *record) waiver() []evidence.Sentence {
	for _, f := range r.x.findings {
		if w := f.Waiver; f.Status == finding.Waived && w != nil {
			at := evidence.At(w.Origin)
			return []evidence.Sentence{r.Quote(w.Reason, at), r.Say("r.approved", evidence.Values{"by": w.ApprovedBy, "day": r.Day(w.Expires)}, at)}
		}
	}
	return nil
}
