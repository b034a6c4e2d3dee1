package limits

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Maker holds a maker against the limits, with all that its weights derive
// from and the other models of the asset: the worst answer counts. selfHosted
// says that the team runs the model itself.
func (l *Limits) Maker(m *graph.Maker, selfHosted bool) (a Answer, why string) {
	if len(l.Makers) == 0 && l.book.stack == nil {
		return NotAsked, ""
	}
	a, why = l.maker(m, selfHosted)
	for i := range m.Others {
		if a == Outside {
			break
		}
		if other, w := l.maker(&m.Others[i], selfHosted); other != Inside {
			if other == Outside || a == Inside {
				a, why = other, w
			}
		}
	}
	return a, why
}

// maker judges one model: who tuned it, then each link of its lineage.
func (l *Limits) maker(m *graph.Maker, selfHosted bool) (Answer, string) {
	if m.Unknown != "" || m.Entity == "" {
		return Unsure, or(m.Unknown, "its maker is not known")
	}
	name, stack := or(m.Component, m.Family), l.book.stack
	if stack != nil && !stack[string(m.Entity)] && !stack[m.Family] && !(selfHosted && stack[SelfHosted]) {
		return Outside, fmt.Sprintf("%s by %s is not in the approved stack", name, m.Entity)
	}
	a, why := l.madeBy(name, m.Entity, m.Country, m.Confidence, l.byFamily(m.Family, selfHosted))
	for i := range m.Lineage {
		if a == Outside {
			break
		}
		if link, w := l.ancestor(name, m, &m.Lineage[i], selfHosted); link == Outside || link == Unsure && a == Inside {
			a, why = link, w
		}
	}
	return a, why
}

// ancestor judges one link. Who approves a family by its name approves what it
// is made from; who approves a developer does not.
func (l *Limits) ancestor(name string, m *graph.Maker, from *graph.Ancestor, selfHosted bool) (Answer, string) {
	stack := l.book.stack
	approved := l.byFamily(m.Family, selfHosted)
	if from.Unknown != "" {
		if approved && len(l.Makers) == 0 {
			return Inside, ""
		}
		return Unsure, from.Unknown
	}
	if !approved && !stack[string(from.Entity)] && !stack[from.Family] {
		return Outside, fmt.Sprintf("%s is made from %s by %s, which is not in the approved stack", name, from.Family, from.Entity)
	}
	return l.madeBy(fmt.Sprintf("%s, from which %s is made,", from.Family, name), from.Entity, from.Country, from.Confidence,
		l.byFamily(m.Family, selfHosted) || l.byFamily(from.Family, false))
}

// byFamily reports whether the stack approves a family itself, whoever made it.
func (l *Limits) byFamily(family string, selfHosted bool) bool {
	stack := l.book.stack
	return stack == nil || stack[family] || selfHosted && stack[SelfHosted]
}

// madeBy holds one developer against the lists of makers. approved says that the
// stack does not rest on who it is. That somebody who is allowed by name made it
// may be only claimed too.
func (l *Limits) madeBy(what string, entity graph.EntityID, country graph.Country, c graph.Confidence, approved bool) (Answer, string) {
	o := &graph.Operator{Entity: entity, Seat: country, Confidence: c}
	switch a, _ := worst(l.Makers, func(a *Allow) (Answer, string) { return a.hold(o) }); {
	case a == Outside:
		return Outside, fmt.Sprintf("%s comes from %s, %s", what, entity, country)
	case a == Unsure:
		return Unsure, fmt.Sprintf("that %s comes from %s is only claimed", what, country)
	case !c.Firm() && (len(l.Makers) > 0 || !approved):
		return Unsure, fmt.Sprintf("that %s comes from %s is only claimed", what, entity)
	}
	return Inside, ""
}
