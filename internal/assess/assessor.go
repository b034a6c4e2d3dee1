package assess

import (
	"context"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// An Assessor holds what is the same for all facts that are judged by one
// perimeter, knowledge base, set of rules and day: the perimeter expanded, what
// the resolver worked out, the law of the day, the rules compiled, and what they
// said of each shape. Several goroutines may run it at once.
type Assessor struct {
	o        Options
	book     *limits.Book
	law      *law
	resolver *resolve.Resolver
	engine   *policy.Engine
	rules    string // their digest
	clauses  *clauses
}

// New prepares what the options say.
func New(o Options) (*Assessor, error) {
	a := &Assessor{o: o, engine: o.Engine, rules: o.Rules.Digest(), clauses: newClauses(o.KB)}
	var err error
	if a.book, err = limits.New(o.KB, o.Perimeter, o.At); err != nil {
		return nil, err
	}
	if err := o.names(); err != nil {
		return nil, err
	}
	if a.law, err = newLaw(o.KB, o.Perimeter, o.At); err != nil {
		return nil, err
	}
	if err := cited(o.KB, o.Rules); err != nil {
		return nil, err
	}
	if a.engine == nil {
		if a.engine, err = policy.New(o.Rules, nil); err != nil {
			return nil, err
		}
	}
	a.resolver = resolve.New(o.KB, o.Perimeter, a.book, o.At)
	a.resolver.Locate(o.Locator)
	return a, nil
}

// Engine is what asks the rules, for the next assessor of the same rules.
func (a *Assessor) Engine() *policy.Engine { return a.engine }

// Warm makes everything ready that is otherwise made when it is first needed, for
// those who must not wait then.
func (a *Assessor) Warm() error { return a.engine.Warm(graph.Kinds()) }

// Run judges the facts.
func (a *Assessor) Run(ctx context.Context, facts *graph.Facts) (*finding.Result, error) {
	if err := facts.Check(); err != nil {
		return nil, err
	}
	o := &a.o
	r := a.resolver.Again()
	assets := r.Resolve(facts)
	flows := r.Flows(facts, assets)
	assets = r.Components(facts, assets) // after flows: a manifest is no sender of its own
	run := &run{o: o, resolver: r, book: a.book, law: a.law, engine: a.engine, counts: make(map[graph.RuleID]*finding.RuleCount, len(o.Rules.Rules)), roots: map[string]string{}}
	run.result = &finding.Result{
		Schema:    finding.Schema,
		Perimeter: finding.Named{Name: o.Perimeter.Metadata.Name, Digest: o.Perimeter.Digest},
		KB:        finding.Named{Digest: o.KB.Digest()},
		Ruleset:   finding.Named{Digest: a.rules},
		At:        o.At.Format(time.DateOnly),
		Problems:  slices.Clone(facts.Problems),
		Loosened:  o.Loosened,
		Unmatched: r.Unmatched(),
		Findings:  []finding.Finding{},
	}
	counts := make([]finding.RuleCount, len(o.Rules.Rules))
	for i := range o.Rules.Rules {
		rule := &o.Rules.Rules[i]
		counts[i] = finding.RuleCount{ID: rule.ID, Title: rule.Title, Severity: rule.Severity}
		run.counts[rule.ID] = &counts[i]
	}
	parties := r.Parties(assets, flows)
	if err := a.engine.Compile(kinds(assets, flows, parties)); err != nil {
		return nil, err
	}
	judged := 0
	for _, list := range [][]resolve.Asset{assets, flows} {
		for i := range list {
			n, err := run.judge(ctx, &list[i])
			if err != nil {
				return nil, err
			}
			judged += n
		}
	}
	for i := range parties { // they come of what was read, and are nothing that was
		if _, err := run.judge(ctx, &parties[i]); err != nil {
			return nil, err
		}
	}
	run.summarise(facts, assets, flows)
	run.implemented(a.clauses, facts, assets)
	run.hear(o.Others, assets, flows)
	if o.All {
		run.result.Flows = edges(assets, flows)
	}
	return run.finish(facts, judged), nil
}
