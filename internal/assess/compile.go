package assess

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// Compile spells the perimeter out for the classes together; without any, for
// those of what nothing binds. Declared flows are let through when every rule
// passes them or a waiver covers what it says.
func Compile(ctx context.Context, o Options, classes []graph.ClassID) (*bounds.Bounds, error) {
	o.All = true
	a, err := New(o)
	if err != nil {
		return nil, err
	}
	res, err := a.Run(ctx, &graph.Facts{})
	if err != nil {
		return nil, err
	}
	book := a.book
	if len(classes) == 0 {
		classes = book.Unbound()
	}
	for _, c := range classes {
		if !book.Has(c) {
			return nil, fmt.Errorf("the perimeter has no data class %q; it has: %s", c, graph.Listed(book.Classes()))
		}
	}
	classes = slices.Clone(classes)
	slices.Sort(classes)
	classes = slices.Compact(classes)
	b := &bounds.Bounds{Perimeter: res.Perimeter, KB: res.KB, At: o.At.Format(time.DateOnly), Classes: classes, Limits: book.For(classes),
		Registries: o.Perimeter.Spec.Stack.Registries, Mirrors: o.Perimeter.Spec.Stack.Mirrors, Public: public(o), Defaults: o.KB.Defaults(), Models: o.Perimeter.Spec.Stack.Models, Cites: map[graph.RuleID][]graph.RequirementID{}}
	for i := range o.Rules.Rules {
		rule := &o.Rules.Rules[i]
		for _, id := range rule.Requirements {
			if a.law.inForce(id, "") {
				b.Cites[rule.ID] = append(b.Cites[rule.ID], id)
			}
		}
	}
	for _, c := range a.resolver.Clouds() {
		b.Clouds = append(b.Clouds, held(b.Limits, &c))
	}
	hosts(b, res)
	return b, nil
}

// public are the registries of the knowledge base that the stack does not approve.
func public(o Options) []string {
	var out []string
	add := func(name, prefix string) {
		if name != "" && !o.Perimeter.Spec.Stack.Approves(name) {
			out = append(out, prefix+name)
		}
	}
	for _, e := range o.KB.Endpoints() {
		if e.Kind == graph.Registry {
			add(e.Name(), "")
			add(e.Suffix, "")
			add(e.Suffix, "*.")
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// held holds a cloud against the limits.
func held(l *limits.Limits, c *resolve.Cloud) bounds.Cloud {
	out := bounds.Cloud{Provider: c.Provider, Partition: c.Partition, Name: c.Name, Operator: c.Operator}
	out.Standing, out.Why = l.Operator(c.Operator)
	for i := range l.Tolerate {
		if t := &l.Tolerate[i]; out.Standing == limits.Outside && t.Operator == c.Operator.Entity {
			out.Standing, out.Tolerance = limits.Tolerated, t
		}
	}
	for i := range c.Regions {
		r := &c.Regions[i]
		out.Regions = append(out.Regions, region(l, bounds.Region{Code: r.Code, Display: r.Display, Parent: r.Parent, Kind: r.Kind, Pair: r.Pair, Zone: r.Zone}, &r.Place))
	}
	for name, p := range c.Geographies {
		out.Geographies = append(out.Geographies, region(l, bounds.Region{Code: name}, &p))
	}
	slices.SortFunc(out.Regions, func(a, b bounds.Region) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortFunc(out.Geographies, func(a, b bounds.Region) int { return cmp.Compare(a.Code, b.Code) })
	return out
}

func region(l *limits.Limits, r bounds.Region, p *graph.Place) bounds.Region {
	answer, why := resolve.Against(l, p)
	r.Countries, r.Inside, r.Why = p.Countries, answer == limits.Inside, why
	return r
}

// hosts sorts the declared flows into those that are let through for the classes
// and those that are not.
func hosts(b *bounds.Bounds, res *finding.Result) {
	why := map[graph.Address]string{}
	for i := range res.Findings {
		f := &res.Findings[i]
		if f.Flow != nil && (f.Status == finding.Fail || f.Status == finding.Undecided && f.Blocks) && why[f.Subject] == "" {
			why[f.Subject] = fmt.Sprintf("%s: %s", f.Rule, f.Message)
		}
	}
	for i := range res.Flows {
		e := &res.Flows[i]
		if e.Within || e.To == "" || !slices.Contains(e.States, graph.Declared) || !concerns(b.Classes, e.Classes) {
			continue
		}
		h := bounds.Host{Name: string(e.To), From: string(e.From), Classes: e.Classes, Origin: e.Origin, Why: why[graph.Address(string(e.From)+resolve.FlowArrow+string(e.To))]}
		for j := range e.Places {
			h.Countries = append(h.Countries, e.Places[j].Countries...)
		}
		slices.Sort(h.Countries)
		h.Countries = slices.Compact(h.Countries)
		if e.Operator != nil {
			h.Operator = e.Operator.Entity
		}
		if h.Why == "" {
			b.Hosts = append(b.Hosts, h)
		} else {
			b.Refused = append(b.Refused, h)
		}
	}
	byName := func(x, y bounds.Host) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.From, y.From)) }
	slices.SortFunc(b.Hosts, byName)
	slices.SortFunc(b.Refused, byName)
}

// concerns reports whether any of the classes is sent. What is sent is unknown
// without one.
func concerns(classes, sent []graph.ClassID) bool {
	return len(sent) == 0 || slices.ContainsFunc(sent, func(c graph.ClassID) bool { return slices.Contains(classes, c) })
}
