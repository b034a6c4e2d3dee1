// Package assess is the one brain: facts in, result out. CI, admission, the
// gateway and evidence all ask here, so that they cannot disagree.
//
// The way through it: limits expand the perimeter, resolve gives each asset
// its coordinates, policy asks the rules, and gate makes the verdict.
package assess

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/gate"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// Options are everything that a result depends on.
type Options struct {
	KB        *kb.KB
	Loosened  []finding.Loosened // by the user's overlay
	Perimeter *perimeter.Perimeter
	Rules     *policy.Set
	Known     *policy.Set // of which Rules is a selection; nil: Rules is all
	At        time.Time   // the day whose law and waivers count
	All       bool        // add passes, not-in-force findings and the inventory
	Baseline  *finding.Result
	// Waivers replaces the perimeter's and the inline ones: those of the base
	// branch. nil: they count.
	Waivers []gate.Waiver
	// Extra findings are added as they are, such as a loosened perimeter.
	Extra []finding.Finding
	// Others is what other scanners say. It decides nothing.
	Others []finding.Said
	// Locator tells, as a claim, where addresses are of which no range is known;
	// nil: nobody tells.
	Locator resolve.Locator
	// Engine is one that was made for the same rules, as [Assessor.Engine] gives it:
	// what it has compiled and answered counts on. nil: a new one is made.
	Engine *policy.Engine
}

// Run judges the facts once. Who judges many facts by the same keeps an [Assessor].
func Run(ctx context.Context, facts *graph.Facts, o Options) (*finding.Result, error) {
	a, err := New(o)
	if err != nil {
		return nil, err
	}
	return a.Run(ctx, facts)
}

func kinds(lists ...[]resolve.Asset) []graph.Kind {
	seen := map[graph.Kind]bool{}
	for _, l := range lists {
		for i := range l {
			seen[l[i].Kind] = true
		}
	}
	out := make([]graph.Kind, 0, len(seen))
	for k := range seen {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// A run is one run in progress.
type run struct {
	o        *Options
	resolver *resolve.Resolver
	book     *limits.Book
	law      *law
	engine   *policy.Engine
	result   *finding.Result
	counts   map[graph.RuleID]*finding.RuleCount
	roots    map[string]string // by root as typed; see stable
}

// judge asks the rules about one asset; it returns 1 when some rule judged it.
func (r *run) judge(ctx context.Context, a *resolve.Asset) (int, error) {
	if a.Kind == graph.Inert {
		return 0, nil
	}
	q := policy.Question{Resolved: &a.Resolved, Limits: r.book.For(a.Classes), KeyHolder: a.KeyHolder, Bound: a.Bound, Tagged: a.Tagged, Receives: a.Receives, Partitions: a.Partitions, Papers: a.Papers}
	system := r.o.Perimeter.Spec.Systems[a.System]
	q.AIAct, q.Critical = system.AIAct, system.Critical
	q.System = policy.System{Named: a.System != "", Basis: []string{}, DPIA: r.resolver.Assessed(a.System)}
	for _, b := range system.Basis {
		q.System.Basis = append(q.System.Basis, string(b))
	}
	for _, t := range a.Transfers {
		q.Transfers = append(q.Transfers, policy.Transfer{Tool: t.Tool, TIA: t.TIA != "", Shown: t.Shown, Valid: t.Valid, Covers: t.Covers})
	}
	ds, why, err := r.engine.Ask(ctx, &q)
	if err != nil {
		return 0, err
	}
	for i := range ds {
		r.record(a, &q, &ds[i], why)
	}
	if r.o.All && a.Language != resolve.PartyLanguage {
		r.result.Assets = append(r.result.Assets, inventory(a))
	}
	return min(len(ds), 1), nil
}

// record counts a decision, and keeps it as a finding unless it is a pass
// that nobody asked for.
func (r *run) record(a *resolve.Asset, q *policy.Question, d *policy.Decision, why func(*policy.Decision) string) {
	status, requirements := r.law.weigh(d, q.AIAct)
	c := r.counts[d.Rule.ID]
	if status == finding.Pass || status == finding.NotInForce {
		if status == finding.Pass {
			c.Pass++
		} else {
			c.NotInForce++
		}
		if !r.o.All {
			return
		}
	}
	f := r.finding(a, q, d, why)
	f.Status, f.Requirements = status, requirements
	r.result.Findings = append(r.result.Findings, f)
}

func (r *run) summarise(facts *graph.Facts, assets, flows []resolve.Asset) {
	s := &r.result.Summary
	s.Files, s.Blocks, s.Absent = len(facts.Files), facts.Blocks, facts.Absent
	unknown, inert := types{}, types{}
	for i := range assets {
		a := &assets[i]
		switch a.Kind {
		case graph.Inert:
			s.Inert++
			inert.count(a)
			continue
		case graph.UnknownKind:
			s.Unknown++
			unknown.count(a)
		}
		s.Assets++
		s.Flows += len(a.Targets)
	}
	for i := range flows {
		s.Flows++
		if flows[i].Kind == graph.Inert {
			s.Within++
		}
	}
	r.result.Traffic = r.traffic(facts, flows)
	r.result.Unknown = unknown.list()
	if r.o.All {
		r.result.Inert = inert.list()
	}
}

// types counts the assets of each type.
type types map[string]*finding.TypeCount

func (ts types) count(a *resolve.Asset) {
	t := ts[a.Type]
	if t == nil {
		t = &finding.TypeCount{Type: a.Type, First: a.Origin}
		ts[a.Type] = t
	}
	t.Count++
	if o := a.Origin; cmp.Or(cmp.Compare(o.File, t.First.File), cmp.Compare(o.Line, t.First.Line)) < 0 {
		t.First = o
	}
}

// list is what was counted, most first.
func (ts types) list() []finding.TypeCount {
	var out []finding.TypeCount
	for _, t := range ts {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b finding.TypeCount) int {
		return cmp.Or(-cmp.Compare(a.Count, b.Count), cmp.Compare(a.Type, b.Type))
	})
	return out
}

// finish applies waivers and baseline, counts, and decides.
func (r *run) finish(facts *graph.Facts, judged int) *finding.Result {
	res, o := r.result, r.o
	res.Findings = append(res.Findings, o.Extra...)
	finding.Sort(res.Findings)
	g := &gate.Gate{FailOn: finding.Severity(o.Perimeter.Spec.Gate.FailOn), Unwaivable: o.Perimeter.Spec.Gate.Unwaivable, At: o.At}
	waivers := o.Waivers
	if waivers == nil {
		var problems []graph.Problem
		waivers, problems = Waivers(o.Perimeter, facts.Notes)
		res.Problems = append(res.Problems, problems...)
	}
	res.Problems = append(res.Problems, o.strangers(waivers)...)
	res.Waivers = g.Waive(res.Findings, waivers)
	if o.Baseline != nil {
		gate.Baseline(res.Findings, o.Baseline)
	}
	for i := range res.Findings {
		f := &res.Findings[i]
		c := r.counts[f.Rule]
		if c == nil {
			c = &finding.RuleCount{ID: f.Rule, Title: f.Title, Severity: f.Severity}
			r.counts[f.Rule] = c
		}
		switch f.Status {
		case finding.Fail:
			c.Fail++
		case finding.Undecided:
			c.Undecided++
		case finding.Waived:
			c.Waived++
		}
	}
	res.Rules = make([]finding.RuleCount, 0, len(r.counts))
	for _, c := range r.counts {
		res.Rules = append(res.Rules, *c)
		s := &res.Summary
		s.Pass, s.Fail, s.Undecided, s.Waived, s.NotInForce = s.Pass+c.Pass, s.Fail+c.Fail, s.Undecided+c.Undecided, s.Waived+c.Waived, s.NotInForce+c.NotInForce
	}
	slices.SortFunc(res.Rules, func(a, b finding.RuleCount) int { return cmp.Compare(a.ID, b.ID) })
	scope := gate.Scope{Files: len(facts.Files), Judged: judged, Problems: res.Problems}
	res.Verdict, res.Why = g.Verdict(res.Findings, scope, false)
	res.Answers()
	if o.Baseline != nil {
		res.NewVerdict, _ = g.Verdict(res.Findings, scope, true)
	}
	return res
}

// Waivers are those of the perimeter and those beside blocks. A remark that
// is no proper waiver is a problem: it must not look as if it counted.
func Waivers(p *perimeter.Perimeter, notes []graph.Note) ([]gate.Waiver, []graph.Problem) {
	out := []gate.Waiver{}
	var problems []graph.Problem
	for _, w := range p.Spec.Waivers {
		out = append(out, gate.Waiver{Waiver: w})
	}
	for _, n := range notes {
		ws, err := perimeter.ParseRemark(n)
		if err != nil {
			problems = append(problems, graph.Problem{Origin: n.Origin, Message: err.Error()})
			continue
		}
		if n.Subject == "" && len(ws) > 0 {
			problems = append(problems, graph.Problem{Origin: n.Origin, Message: fmt.Sprintf("the remark %q stands beside no block: put it into the block, or on the line above it", n.Text)})
			continue
		}
		for _, w := range ws {
			out = append(out, gate.Waiver{Waiver: w, Inline: true, Root: n.Root})
		}
	}
	return out, problems
}
