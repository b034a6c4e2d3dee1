package report

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// printable returns the result with every control character of its texts
// shown as a question mark: names come from files that anybody may have
// written, and must not move a terminal's cursor, colour it, or begin a line
// that a build server takes for a command. The result itself stays as it is.
func printable(r *finding.Result) *finding.Result {
	out := *r
	out.Perimeter.Name = tame(r.Perimeter.Name)
	out.Why = tameAll(r.Why)
	out.Findings = slices.Clone(r.Findings)
	for i := range out.Findings {
		f := &out.Findings[i]
		f.Title, f.Message, f.Remedy = tame(f.Title), tame(f.Message), tame(f.Remedy)
		f.Subject, f.Rule = tame(f.Subject), tame(f.Rule)
		f.Because = tameAll(f.Because)
		f.Origin = tameOrigin(f.Origin)
		if f.Waiver != nil {
			w := *f.Waiver
			w.Reason, w.ApprovedBy, w.Expires, w.Origin = tame(w.Reason), tame(w.ApprovedBy), tame(w.Expires), tameOrigin(w.Origin)
			f.Waiver = &w
		}
	}
	out.Others = slices.Clone(r.Others)
	for i := range out.Others {
		o := &out.Others[i]
		o.Tool, o.Rule, o.Title, o.Subject, o.Answer, o.Origin = tame(o.Tool), tame(o.Rule), tame(o.Title), tame(o.Subject), tame(o.Answer), tameOrigin(o.Origin)
	}
	out.Traffic = slices.Clone(r.Traffic)
	for i := range out.Traffic {
		row := &out.Traffic[i]
		row.Operator, row.Aside, row.Countries = tame(row.Operator), tame(row.Aside), slices.Clone(row.Countries)
		for j := range row.Countries {
			row.Countries[j] = tame(row.Countries[j])
		}
	}
	out.Problems = slices.Clone(r.Problems)
	for i := range out.Problems {
		p := &out.Problems[i]
		p.Message, p.Origin = tame(p.Message), tameOrigin(p.Origin)
	}
	out.Unknown = slices.Clone(r.Unknown)
	for i := range out.Unknown {
		out.Unknown[i].Type = tame(out.Unknown[i].Type)
	}
	out.Loosened = slices.Clone(r.Loosened)
	for i := range out.Loosened {
		l := &out.Loosened[i]
		l.Record, l.Reason, l.Origin = tame(l.Record), tame(l.Reason), tameOrigin(l.Origin)
	}
	out.Unmatched = tameAll(r.Unmatched)
	out.Waivers = slices.Clone(r.Waivers)
	for i := range out.Waivers {
		w := &out.Waivers[i]
		w.Rule, w.Subject, w.Why, w.Expires, w.Origin = tame(w.Rule), tame(w.Subject), tame(w.Why), tame(w.Expires), tameOrigin(w.Origin)
	}
	return &out
}

func tameOrigin(o graph.Origin) graph.Origin {
	return graph.Origin{File: tame(o.File), Line: o.Line}
}

func tameAll(list []string) []string {
	if !slices.ContainsFunc(list, func(s string) bool { return finding.Tame(s) != s }) {
		return list
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = tame(s)
	}
	return out
}

func tame[T ~string](s T) T { return finding.Tame(s) }
