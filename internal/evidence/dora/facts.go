package dora

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// identifier is the code of a provider and its type: the LEI where it is recorded.
func (r *register) identifier(o *graph.Operator, id string) (code, kind cell) {
	if o != nil {
		if rec, ok := r.Case.KB.Operator(o.Entity); ok && rec.LEI != "" {
			at := operator(o.Entity)
			return r.stated(rec.LEI, rec.LEI, at), r.stated("LEI", "LEI", at)
		}
	}
	c := r.single("lei", id)
	return c, cell{said: c.said}
}

func operator(id graph.EntityID) evidence.Source {
	return evidence.Source{Kind: evidence.Record, At: "operator " + string(id)}
}

// named is the legal name of a provider, and whether it is a legal person.
func (r *register) named(x *evidence.Recipient) (name, person cell) {
	rec, ok := r.record(x)
	if !ok || rec.LegalEntity == "" {
		c := r.asked("recipient-entity", x.ID())
		return c, c
	}
	name = r.stated(rec.LegalEntity, rec.LegalEntity, x.Record())
	if rec.Standing(r.Case.At) == graph.Claimed {
		name.said = r.Say("claimed", evidence.Values{"name": rec.LegalEntity}, x.Record())
	}
	return name, cell{r.Say("legal_person", nil, x.Record()), "Legal person"}
}

// seat is the country of the head office.
func (r *register) seat(x *evidence.Recipient) cell {
	if x.Operator == nil || x.Operator.Seat == "" {
		return r.asked("recipient-entity", x.ID())
	}
	return r.stated(string(x.Operator.Seat), r.Country(x.Operator.Seat), x.Record())
}

// parent is the ultimate parent undertaking, by its LEI where that is recorded; of
// a provider that nobody controls, the provider itself.
func (r *register) parent(x *evidence.Recipient) (code, kind cell) {
	rec, ok := r.record(x)
	switch {
	case !ok || len(rec.Control) == 0 && !rec.Independent:
		c := r.asked("ultimate-parent", x.ID())
		return c, c
	case len(rec.Control) == 0:
		return r.identifier(x.Operator, x.ID())
	}
	last := rec.Control[len(rec.Control)-1]
	if top, ok := r.Case.KB.Operator(last.Entity); ok && top.LEI != "" {
		return r.stated(top.LEI, top.Name+", LEI "+top.LEI, operator(last.Entity)), r.stated("LEI", "LEI", operator(last.Entity))
	}
	c := cell{said: r.Say("parent", evidence.Values{"name": or(last.Name, string(last.Entity)), "country": r.Country(last.Country)}, x.Record())}
	return c, r.asked("ultimate-parent", x.ID())
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// function is the function that a service supports.
func (r *register) function(s *service) cell {
	if s.function == "" {
		return r.asked("unbound", "")
	}
	return r.stated(s.function, s.function+" "+s.System, s.Sources...)
}

// serviceType is the type of service that its assets and flows come to.
func (r *register) serviceType(s *service) cell {
	if s.kind == "" {
		return r.asked("service-type", s.ID())
	}
	return cell{r.Say("type."+s.kind, nil, s.Sources...), s.kind}
}

// stores is whether a service keeps data.
func (r *register) stores(s *service) cell {
	if len(s.Stored) > 0 {
		return cell{r.Say("yes", nil, s.Sources...), "Yes"}
	}
	return r.asked("recipient-places", s.ID())
}

// places are the countries of a role. A country that the operator chooses is no
// value of the register: it is said, and a person has to name the countries.
func (r *register) places(s *service, countries []graph.Country) cell {
	switch {
	case slices.Contains(countries, graph.Anywhere):
		return cell{said: r.Say("places.anywhere", nil, s.Sources...)}
	case len(countries) == 0:
		return r.asked("recipient-places", s.ID())
	}
	codes := make([]string, len(countries))
	for i, k := range countries {
		codes[i] = string(k)
	}
	return r.stated(strings.Join(codes, "; "), r.Countries(countries), s.Sources...)
}

// sensitivity is the highest that the classes of data come to, with the class that
// makes it so.
func (r *register) sensitivity(s *service) cell {
	best, by := 0, graph.ClassID("")
	for _, id := range s.Classes {
		c, ok := r.Case.Perimeter.Spec.Data[id]
		if !ok {
			continue
		}
		n := 1
		switch {
		case c.Confidentiality == "secret" || c.GDPR == "special" || c.GDPR == "criminal":
			n = 3
		case c.Confidentiality == "confidential" || c.GDPR == "personal":
			n = 2
		}
		if n > best {
			best, by = n, id
		}
	}
	if best == 0 {
		return r.asked("unbound", "")
	}
	level := []string{"low", "medium", "high"}[best-1]
	value := []string{"Low", "Medium", "High"}[best-1]
	return cell{r.Say("sensitive", evidence.Values{"level": r.Word("level." + level), "class": string(by)}, r.Case.Key("spec.data."+string(by))), value}
}

// reliance is asked where a critical or important function is supported; whether one
// is comes first.
func (r *register) reliance(s *service) cell {
	switch {
	case s.System == evidence.Unbound:
		return r.asked("unbound", "")
	case !r.Case.Perimeter.Spec.Systems[s.System].Critical:
		return r.asked("critical", s.System)
	}
	return r.asked("service-assessment", s.ID())
}

// substitutable is what the check of substitutes found of what a provider runs. The
// choice among the four options of the register is a judgement, and asked.
func (r *register) substitutable(s *service) cell {
	n := map[finding.Status]int{}
	for _, f := range r.Case.Findings(s.System) {
		if f.Rule == "EXI-004" && slices.Contains(s.Senders, string(f.Subject)) {
			n[f.Status]++
		}
	}
	if len(n) == 0 {
		return r.asked("service-assessment", s.ID())
	}
	return cell{said: r.Say("substitutes", evidence.Values{"pass": n[finding.Pass], "fail": n[finding.Fail], "undecided": n[finding.Undecided] + n[finding.Waived] + n[finding.NotInForce]}, evidence.In("findings of EXI-004"))}
}

// alternatives are other providers that a document of the perimeter names.
func (r *register) alternatives(s *service) (known, who cell) {
	for _, e := range r.Case.Perimeter.Spec.Evidence {
		if e.Fact == "substitute" && (s.Named(e.About) || e.About == s.System || slices.Contains(s.Senders, e.About)) && e.Expires >= r.Case.Result.At {
			at := evidence.At(e.Origin)
			names := r.And(e.Value)
			return cell{r.Say("yes", nil, at), "Yes"}, r.stated(strings.Join(e.Value, "; "), names, at)
		}
	}
	c := r.asked("service-assessment", s.ID())
	return c, c
}
