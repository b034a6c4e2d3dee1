package resolve

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// Judge holds each answer against the perimeter, by the limits of assets that
// nothing binds, and looks for alternatives inside it for what is not inside.
func (r *Resolver) Judge(answers []Answer) {
	l := r.book.For(r.book.Unbound())
	for i := range answers {
		a := &answers[i]
		in, why := r.judged(l, a)
		a.Inside, a.Why = string(in), why
		if a.Alternatives = []Alternative{}; in != limits.Inside {
			a.Alternatives = r.alternatives(l, a)
		}
	}
}

// judged says how an answer stands to the limits: one part outside is enough,
// and what is not known never counts as inside.
func (r *Resolver) judged(l *limits.Limits, a *Answer) (limits.Answer, string) {
	if a.Kind == "model" {
		switch in, why := l.Maker(a.Maker, false); in {
		case limits.NotAsked:
			return limits.Inside, "the perimeter does not ask who makes a model; who runs it is another question"
		case limits.Inside:
			return in, fmt.Sprintf("its maker %s, %s, is allowed", a.Maker.Entity, a.Maker.Country)
		default:
			return in, why
		}
	}
	in, why := limits.Inside, ""
	worse := func(one limits.Answer, because string) {
		if one == limits.Outside && in != limits.Outside || one == limits.Unsure && in == limits.Inside {
			in, why = one, because
		}
	}
	for i := range a.Places {
		worse(Against(l, &a.Places[i]))
	}
	if a.Operator != nil {
		worse(l.Operator(a.Operator))
	}
	if a.Unknown != "" {
		worse(limits.Unsure, a.Unknown)
	}
	if a.Operator == nil && len(a.Places) == 0 {
		worse(limits.Unsure, "nothing is known of where it is or who runs it")
	}
	if in != limits.Inside {
		return in, why
	}
	switch {
	case len(a.Places) == 0:
		return in, "its operator is allowed; where it is, its configuration says"
	case a.Operator == nil:
		return in, fmt.Sprintf("it is in %s", l.Places.String())
	}
	return in, fmt.Sprintf("it is in %s, and its operator is allowed", l.Places.String())
}

// Against holds a place against the limits and says why.
func Against(l *limits.Limits, p *graph.Place) (limits.Answer, string) {
	in, out := l.Place(p)
	switch {
	case in == limits.Outside && out[0] == graph.Anywhere:
		return in, fmt.Sprintf("its %s is anywhere, not only in %s", p.Role, l.Places.String())
	case in == limits.Outside:
		return in, fmt.Sprintf("its %s is in %s, which is outside %s", p.Role, countryList(out), l.Places.String())
	case p.Unknown != "":
		return in, p.Unknown
	case in == limits.Unsure && !p.Confidence.Firm():
		return in, fmt.Sprintf("that its %s is in %s is only claimed", p.Role, countryList(p.Countries))
	case in == limits.Unsure:
		return in, fmt.Sprintf("its %s may also be in %s", p.Role, countryList(p.Perhaps))
	}
	return in, ""
}
