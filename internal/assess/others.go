package assess

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/others"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// hear puts what other scanners say at the assets that it is about, and says of
// rules which ask for a copy elsewhere how that goes together with the perimeter.
func (r *run) hear(said []finding.Said, assets []resolve.Asset) {
	if len(said) == 0 {
		return
	}
	list := make([]others.Asset, len(assets))
	for i := range assets {
		list[i] = others.Asset{Address: assets[i].Address, Origin: assets[i].Origin}
	}
	out := slices.Clone(said)
	for i, at := range others.Attach(out, list) {
		s := &out[i]
		if at < 0 {
			continue
		}
		a := &assets[at]
		s.Subject, s.Root = a.Address, a.Root
		if c, ok := others.ConflictOf(s.Tool, s.Rule, s.Title); ok {
			s.Answer, s.Met = r.second(a, c)
		}
	}
	r.result.Others = out
}

// second says whether the asset has the second place that another scanner asks
// for, and whether it is inside.
func (r *run) second(a *resolve.Asset, c *others.Conflict) (answer string, met bool) {
	l := r.book.For(a.Classes)
	var inside []graph.Place
	for i := range a.Places {
		p := &a.Places[i]
		if !slices.Contains(c.Purposes, p.Purpose) {
			continue
		}
		switch is, out := l.Place(p); is {
		case limits.Outside:
			return fmt.Sprintf("there is a second place, and it is outside: %v (%s); one inside answers both", out, c.Ours), false
		case limits.Inside:
			inside = append(inside, *p)
		default:
			return fmt.Sprintf("there is a second place, and where it is is not established (%s)", c.Ours), false
		}
	}
	if len(inside) > 0 {
		return fmt.Sprintf("met by a second place inside the perimeter: %s %s", inside[0].Region, countries(inside[0].Countries)), true
	}
	return fmt.Sprintf("asks for a second place; one inside (%s) meets this and %s", l.Places.String(), c.Ours), false
}

func countries(cs []graph.Country) string {
	if len(cs) > 4 {
		return fmt.Sprintf("(%d countries)", len(cs))
	}
	return fmt.Sprintf("%v", cs)
}
