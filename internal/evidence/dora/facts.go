package dora

import (
	"cmp"
	"regexp"
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
	code = r.single("lei", id)
	return code, cell{code.said, typeOfCode(code.value)}
}

// typeOfCode is the type of a code that a person answered; "" where its form tells none.
func typeOfCode(code string) string {
	switch {
	case lei.MatchString(code):
		return "LEI"
	case euid.MatchString(code):
		return "EUID"
	}
	return ""
}

// A LEI is that of ISO 17442; an EUID begins with a country and the register, and goes on
// with a dot and the number there.
var (
	lei  = regexp.MustCompile(`^[A-Z0-9]{18}[0-9]{2}$`)
	euid = regexp.MustCompile(`^[A-Z]{2}[A-Z0-9]*\..+$`)
)

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
	if x.Alleged || rec.Standing(r.Case.At) == graph.Claimed {
		return r.claimed(rec.LegalEntity, x.Record()), r.claimed(r.Word("legal_person"), x.Record())
	}
	return r.stated(rec.LegalEntity, rec.LegalEntity, x.Record()), cell{r.Say("legal_person", nil, x.Record()), legalPerson}
}

// claimed is a cell of which only a claim speaks: it is told, and is no value.
func (r *register) claimed(text string, at evidence.Source) cell {
	return cell{said: r.Say("claimed", evidence.Values{"name": text}, at)}
}

// seat is the country of the head office.
func (r *register) seat(x *evidence.Recipient) cell {
	if x.Operator == nil || x.Operator.Seat == "" {
		return r.asked("recipient-entity", x.ID())
	}
	if rec, ok := r.record(x); ok && rec.Standing(r.Case.At) == graph.Claimed {
		return r.claimed(r.Country(x.Operator.Seat), x.Record())
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
	name := cmp.Or(last.Name, string(last.Entity))
	if last.Standing(r.Case.At) == graph.Claimed {
		return r.claimed(name+", "+r.Country(last.Country), x.Record()), r.asked("ultimate-parent", x.ID())
	}
	if top, ok := r.Case.KB.Operator(last.Entity); ok && top.LEI != "" {
		return r.stated(top.LEI, top.Name+", LEI "+top.LEI, operator(last.Entity)), r.stated("LEI", "LEI", operator(last.Entity))
	}
	c := cell{said: r.Say("parent", evidence.Values{"name": name, "country": r.Country(last.Country)}, x.Record())}
	return c, r.asked("ultimate-parent", x.ID())
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
	if len(r.shown(s.Stored, s, graph.Storage, graph.Backup)) > 0 {
		return cell{r.Say("yes", nil, s.Sources...), "Yes"}
	}
	return r.asked("recipient-places", s.ID())
}

// shown are those countries of a service that more than a claim tells.
func (r *register) shown(countries []graph.Country, s *service, roles ...graph.Role) []graph.Country {
	claims := s.Claims(countries, roles...)
	return slices.DeleteFunc(slices.Clone(countries), func(k graph.Country) bool { return slices.Contains(claims, k) })
}

// places are the cells of the countries in which a service plays some roles. A value is
// the country of a place that can be in no other. What may be in several, what is only
// claimed and what nobody knows is told: a person has to name the country.
func (r *register) places(s *service, countries []graph.Country, roles ...graph.Role) []cell {
	pinned := s.Pinned(roles...)
	var out []cell
	for _, k := range pinned {
		out = append(out, r.stated(string(k), r.Country(k), s.Sources...))
	}
	loose := slices.DeleteFunc(r.shown(countries, s, roles...), func(k graph.Country) bool { return slices.Contains(pinned, k) })
	claims := s.Claims(countries, roles...)
	switch {
	case slices.Contains(loose, graph.Anywhere):
		out = append(out, cell{said: r.Say("places.anywhere", nil, s.Sources...)})
	case len(loose) > 0:
		out = append(out, cell{said: r.Say("places.loose", evidence.Values{"countries": r.Countries(loose)}, s.Sources...)})
	case len(claims) > 0:
		out = append(out, cell{said: r.Say("places.claimed", evidence.Values{"countries": r.Countries(claims)}, s.Sources...)})
	}
	if len(out) == 0 || s.OpenAt(roles...) {
		out = append(out, r.asked("recipient-places", s.ID()))
	}
	return out
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
	if s.System == evidence.Unbound {
		return r.asked("unbound", "")
	}
	switch c := r.critical(s.System); c.value {
	case "Yes":
		return r.asked("service-assessment", s.ID())
	case "No":
		return cell{said: r.Say("unrequired", nil, r.Case.Key("spec.systems."+s.System+".critical"))}
	default:
		return c
	}
}

// stray says why nobody knows who provides something, or asks.
func (r *register) stray(s *stray) evidence.Sentence {
	switch {
	case s.Why != "":
		return r.Quote(s.Why, s.Source)
	case s.system == evidence.Unbound:
		return r.Ask("unbound", "")
	}
	return r.Ask("unattributed", s.system)
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
