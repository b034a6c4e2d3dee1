package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/others"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// hear puts what other scanners say at the assets and flows that it is about, and
// says of rules which ask for a place elsewhere how that goes together with the
// perimeter.
func (r *run) hear(said []finding.Said, assets, flows []resolve.Asset) {
	if len(said) == 0 {
		return
	}
	both := slices.Concat(assets, flows)
	list := make([]others.Asset, len(both))
	for i := range both {
		list[i] = others.Asset{Address: both[i].Address, Origin: both[i].Origin, Flow: i >= len(assets)}
	}
	out := slices.Clone(said)
	for i, at := range others.Attach(out, list) {
		s := &out[i]
		var a *resolve.Asset
		if at >= 0 {
			a = &both[at]
			s.Subject, s.Root = a.Address, a.Root
		}
		if c, ok := others.ConflictOf(s.Tool, s.Rule, s.Title); ok {
			s.Answer, s.Met = r.second(a, c)
		}
	}
	r.result.Others = out
}

// second says whether the asset has the second place that another scanner asks
// for, and whether it is inside. Without an asset of ours it says what would be.
func (r *run) second(a *resolve.Asset, c *others.Conflict) (answer string, met bool) {
	ours := strings.Join(c.Ours, ", ")
	if a == nil || len(c.Second) == 0 {
		return fmt.Sprintf("what meets this and %s: %s", ours, c.Both), false
	}
	l := r.book.For(a.Classes)
	var inside []graph.Place
	for i := range a.Places {
		p := &a.Places[i]
		if !slices.Contains(c.Second, p.Purpose) {
			continue
		}
		switch is, out := l.Place(p); is {
		case limits.Outside:
			return fmt.Sprintf("there is a second place, and it is outside: %v (%s); one inside answers both", out, ours), false
		case limits.Inside:
			inside = append(inside, *p)
		default:
			return fmt.Sprintf("there is a second place, and where it is is not established (%s)", ours), false
		}
	}
	if len(inside) > 0 {
		return fmt.Sprintf("met by a second place inside the perimeter: %s %s", inside[0].Region, countries(inside[0].Countries)), true
	}
	return fmt.Sprintf("asks for a second place; one inside (%s) meets this and %s: %s", l.Places.String(), ours, c.Both), false
}

func countries(cs []graph.Country) string {
	if len(cs) > 4 {
		return fmt.Sprintf("(%d countries)", len(cs))
	}
	return fmt.Sprintf("%v", cs)
}
