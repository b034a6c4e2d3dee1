package incidents

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// crossingRule judges what traffic shows.
const crossingRule graph.RuleID = "EGR-004"

// A crossing is what one system was seen to send to one recipient that is not, or not
// for certain, inside the perimeter. A notification to an authority is about that, and
// not about a single connection.
type crossing struct {
	id       string // of its questions: system/recipient
	system   string
	name     string // of the operator, or the host where nobody knows who runs it
	operator *graph.Operator
	status   finding.Status // the worst: fail, undecided, waived
	flows    []*finding.Edge
	findings []*finding.Finding

	first, last     time.Time
	firstAt, lastAt evidence.Source
	count, blocked  int64
	sent, received  int64
	measured        int // of the flows, those of which bytes are known
	countries       []graph.Country
	open            bool // of some places nobody knows where
	classes         []graph.ClassID
	gaps            []string // of what records are missing
	sources         []evidence.Source

	past *evidence.PastCrossing // what a ledger recorded of it; nil where it recorded nothing, or cannot tell
}

// since is the first moment at which anything of it was seen, or was recorded and not
// stopped: nobody could be aware of it before.
func (x *crossing) since() (time.Time, evidence.Source) {
	if p := x.past; p != nil && !p.Passed.IsZero() && (x.first.IsZero() || p.Passed.Before(x.first)) {
		return p.Passed, p.PassedAt
	}
	return x.first, x.firstAt
}

// ends name a flow.
type ends struct {
	root     string
	from, to graph.Address
}

// judged are the findings of a rule by flow; a rule may say several things of one.
func judged(c *evidence.Case, rule graph.RuleID) map[ends][]*finding.Finding {
	out := map[ends][]*finding.Finding{}
	for i := range c.Result.Findings {
		if f := &c.Result.Findings[i]; f.Rule == rule && f.Flow != nil {
			at := ends{f.Root, f.Flow.From, f.Flow.To}
			out[at] = append(out[at], f)
		}
	}
	return out
}

// rank orders the statuses of crossings, worst first.
var rank = map[finding.Status]int{finding.Fail: 0, finding.Undecided: 1, finding.Waived: 2}

// worst is the worst of what was found, without what is no crossing. Of nothing found
// nobody knows.
func worst(fs []*finding.Finding) (status finding.Status, crosses []*finding.Finding) {
	if len(fs) == 0 {
		return finding.Undecided, nil
	}
	for _, f := range fs {
		r, ok := rank[f.Status]
		if !ok {
			continue
		}
		if len(crosses) == 0 || r < rank[status] {
			status = f.Status
		}
		crosses = append(crosses, f)
	}
	return status, crosses
}

// crossings are all of a case, worst first. A flow that was seen and that no rule
// judged is one too: unknown is not fine.
func crossings(c *evidence.Case) []*crossing {
	said := judged(c, crossingRule)
	found := map[string]*crossing{}
	for i := range c.Result.Flows {
		e := &c.Result.Flows[i]
		if e.Traffic == nil || e.Within {
			continue
		}
		status, fs := worst(said[ends{e.Root, e.From, e.To}])
		if _, ok := rank[status]; !ok {
			continue
		}
		name, operator := string(e.To), (*graph.Operator)(nil)
		key := name
		if e.Operator != nil && e.Operator.Entity != "" {
			operator, key = e.Operator, string(e.Operator.Entity)
			name = cmp.Or(operator.Name, key)
		}
		id := cmp.Or(e.System, "unbound") + "/" + key
		x := found[id]
		if x == nil {
			x = &crossing{id: id, system: e.System, name: name, operator: operator, status: status}
			if operator != nil && c.Past != nil {
				x.past = c.Past.Of(e.System, operator.Entity)
			}
			found[id] = x
		}
		x.add(e, fs, status)
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *crossing) int {
		return cmp.Or(cmp.Compare(rank[a.status], rank[b.status]), cmp.Compare(a.id, b.id))
	})
}

// mostSources bounds the sources of a sentence.
const mostSources = 3

func (x *crossing) add(e *finding.Edge, fs []*finding.Finding, status finding.Status) {
	at, t := evidence.At(e.Origin), e.Traffic
	if rank[status] < rank[x.status] {
		x.status = status
	}
	x.flows = append(x.flows, e)
	x.findings = append(x.findings, fs...)
	if !t.First.IsZero() && (x.first.IsZero() || t.First.Before(x.first)) {
		x.first, x.firstAt = t.First.UTC(), at
	}
	if last := cmpTime(t.Last, t.First); !last.IsZero() && last.After(x.last) {
		x.last, x.lastAt = last.UTC(), at
	}
	x.count, x.blocked = x.count+t.Count, x.blocked+t.Blocked
	if t.HasBytes {
		x.measured++
		x.sent, x.received = x.sent+t.Sent, x.received+t.Received
	}
	for _, p := range e.Places {
		x.countries = union(x.countries, p.Countries)
		x.open = x.open || len(p.Countries) == 0 && p.Role != graph.Metadata && p.Purpose == ""
	}
	x.classes = union(x.classes, e.Classes)
	if t.Incomplete != "" {
		x.gaps = union(x.gaps, []string{t.Incomplete})
	}
	if len(x.sources) < mostSources && !slices.Contains(x.sources, at) {
		x.sources = append(x.sources, at)
	}
}

func cmpTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

func union[T cmp.Ordered](a, b []T) []T {
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

// refused lists attempts that were all refused on the way: the perimeter held, and
// somebody should know why it was tried.
func refused(b *evidence.Builder) {
	said := judged(b.Case, crossingRule)
	var rows [][]evidence.Cell
	for i := range b.Case.Result.Flows {
		e := &b.Case.Result.Flows[i]
		t := e.Traffic
		if t == nil || e.Within || t.Blocked == 0 || t.Blocked < t.Count {
			continue
		}
		fs := said[ends{e.Root, e.From, e.To}]
		if status, _ := worst(fs); status != "" || !slices.ContainsFunc(fs, func(f *finding.Finding) bool { return f.Status == finding.Pass }) {
			continue // a crossing, or not judged
		}
		at := evidence.At(e.Origin)
		rows = append(rows, []evidence.Cell{
			{b.Say("r.flow", evidence.Values{"from": string(e.From), "to": string(e.To)}, at)},
			{b.Say("value", evidence.Values{"value": b.Operator(e.Operator)}, at)},
			{b.Say("refused.count", evidence.Values{"n": int(t.Blocked)}, at)},
		})
	}
	if len(rows) == 0 {
		return
	}
	b.Head(1, "refused", nil)
	b.Table("refused.table", []string{"r.flows", "r.who", "refused.times"}, []int{6, 3, 3}, rows)
}
