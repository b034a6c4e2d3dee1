package kb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// What is looser in a new record than in the old one of the same key. Old is
// nil for an added record. The rule for places: more countries are stricter,
// fewer or other ones are looser, and so is any country where none was known.

// looserCountries compares two sets in which data may be.
func looserCountries(what string, old, new []graph.Country) []string {
	for _, c := range old {
		if !slices.Contains(new, c) && len(new) > 0 && !slices.Contains(new, graph.Anywhere) {
			return []string{fmt.Sprintf("%s %v instead of %v", what, new, old)}
		}
	}
	if len(old) == 0 && len(new) > 0 {
		return []string{fmt.Sprintf("%s %v instead of unknown", what, new)}
	}
	return nil
}

func changed[T comparable](what string, old, new T) []string {
	if old == new {
		return nil
	}
	return []string{fmt.Sprintf("%s %v instead of %v", what, new, old)}
}

func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func looserCountry(old, new *Country) []string {
	if old == nil {
		return changed("part_of", "", new.PartOf)
	}
	return changed("part_of", old.PartOf, new.PartOf)
}

func looserBloc(old, new *Bloc) []string {
	if old == nil {
		return nil
	}
	var more []string
	for _, c := range new.Members {
		if !slices.Contains(old.Members, c) {
			more = append(more, "member "+string(c))
		}
	}
	return append(more, changed("derived", old.Derived, new.Derived)...)
}

func looserAdequacy(old, new *Adequacy) []string {
	if old == nil {
		return []string{"a decision that the knowledge base does not have"}
	}
	var c []string
	if old.Partial && !new.Partial {
		c = append(c, "full instead of partial")
	}
	if new.From < old.From {
		c = append(c, "from "+new.From+" instead of "+old.From)
	}
	if old.Until != "" && (new.Until == "" || new.Until > old.Until) {
		c = append(c, fmt.Sprintf("until %q instead of %s", new.Until, old.Until))
	}
	return c
}

func looserLaw(old, new *Law) []string {
	if old == nil {
		return nil
	}
	c := changed("country", old.Country, new.Country)
	if new.From > old.From {
		c = append(c, fmt.Sprintf("from %q instead of %q", new.From, old.From))
	}
	if new.Until != "" && (old.Until == "" || new.Until < old.Until) {
		c = append(c, fmt.Sprintf("until %s instead of %q", new.Until, old.Until))
	}
	return c
}

func looserRequirement(old, new *Requirement) []string {
	if old == nil {
		return nil
	}
	c := changed("status", old.Status, new.Status)
	c = append(c, changed("from", old.From, new.From)...)
	c = append(c, changed("until", old.Until, new.Until)...)
	c = append(c, changed("addressee", old.Addressee, new.Addressee)...)
	c = append(c, changed("instrument", old.Instrument, new.Instrument)...)
	c = append(c, changed("by", old.By, new.By)...)
	if !slices.Equal(old.Territory, new.Territory) {
		c = append(c, "another territory")
	}
	if !same(old.Dates, new.Dates) {
		c = append(c, "other dates")
	}
	return c
}

func looserOperator(old, new *Operator) []string {
	if old == nil {
		return nil
	}
	c := changed("seat", old.Seat, new.Seat)
	if new.Independent && !old.Independent {
		c = append(c, "independent")
	}
	for _, was := range old.Control {
		if !slices.ContainsFunc(new.Control, func(n Control) bool { return n.Entity == was.Entity && n.Country == was.Country }) {
			c = append(c, fmt.Sprintf("not controlled by %s (%s)", was.Entity, was.Country))
		}
	}
	if len(old.Control) == 0 && !old.Independent && len(new.Control) > 0 {
		c = append(c, "control known instead of unknown")
	}
	for _, n := range old.Nexus {
		if !slices.Contains(new.Nexus, n) {
			c = append(c, "no nexus "+string(n))
		}
	}
	var was, is []graph.Country
	if old.Support != nil {
		was = old.Support.Countries
	}
	if new.Support != nil {
		is = new.Support.Countries
	}
	if old.Support != nil && new.Support != nil && old.Support.Confidence != new.Support.Confidence && graph.Weakest(old.Support.Confidence, new.Support.Confidence) == old.Support.Confidence {
		c = append(c, fmt.Sprintf("support %s instead of %s", new.Support.Confidence, old.Support.Confidence))
	}
	c = append(c, looserOwnership(old, new)...)
	return append(c, looserCountries("support", was, is)...)
}

// looserOwnership compares shares and certificates: what a regime may pass by.
func looserOwnership(old, new *Operator) []string {
	var c []string
	for _, was := range old.Holders {
		if !slices.ContainsFunc(new.Holders, func(n Holder) bool {
			return n.Name == was.Name && n.Country == was.Country && n.Share == was.Share && n.AsOf <= was.AsOf
		}) {
			c = append(c, fmt.Sprintf("not %v percent with %s (%s)", was.Share, was.Name, was.Country))
		}
	}
	if len(new.Holders) > len(old.Holders) {
		c = append(c, "more holders known")
	}
	if new.Veto != nil && !new.Veto.Outside && (old.Veto == nil || old.Veto.Outside) {
		c = append(c, "no veto")
	}
	for _, n := range new.Certificates {
		if !slices.ContainsFunc(old.Certificates, func(was Certificate) bool {
			return was.Scheme == n.Scheme && slices.Equal(was.Covers, n.Covers) && (was.Until == "" || n.Until != "" && n.Until <= was.Until)
		}) {
			c = append(c, "certificate "+n.Scheme+" for "+strings.Join(n.Covers, ", "))
		}
	}
	return c
}

// looserModel also compares an added family with the one that so far answered
// for the plain text of its expressions: mistral for '(^|/)mistral-ours'.
func (o *overlaying) looserModel(old, new *Model) []string {
	if old == nil {
		var c []string
		for _, expr := range new.Match {
			if m, ok := o.base.Model(plainText(expr)); ok && (m.Developer != new.Developer || m.Country != new.Country) {
				c = append(c, fmt.Sprintf("%s of %s (%s) is taken for %s of %s (%s)", plainText(expr), m.Developer, m.Country, new.ID, new.Developer, new.Country))
			}
		}
		return c
	}
	c := append(changed("developer", old.Developer, new.Developer), changed("country", old.Country, new.Country)...)
	for _, was := range old.Base {
		if !slices.ContainsFunc(new.Base, func(is Base) bool { return is.Family == was.Family && slices.Equal(is.OneOf, was.OneOf) }) {
			c = append(c, "not made from "+was.Family+strings.Join(was.OneOf, " or "))
		}
	}
	for i := range old.Terms {
		was := &old.Terms[i]
		if !slices.ContainsFunc(new.Terms, func(is Term) bool { return is.withholds(was) }) {
			c = append(c, "rights that "+was.Clause+" withholds")
		}
	}
	return c
}

// withholds reports whether the term takes away at least what another does.
func (t *Term) withholds(other *Term) bool {
	return t.By == other.By && (t.Match == "" || t.Match == other.Match) &&
		!slices.ContainsFunc(other.Countries, func(k graph.Country) bool { return !slices.Contains(t.Countries, k) }) &&
		!slices.ContainsFunc(other.Blocs, func(b string) bool { return !slices.Contains(t.Blocs, b) })
}

// plainText drops the syntax of an expression and keeps its letters.
func plainText(expr string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`^$()[]{}|?*+\`, r) {
			return -1
		}
		return r
	}, expr)
}

func looserProvider(old, new *Provider) []string {
	if old == nil {
		return nil
	}
	c := changed("operator", old.Operator, new.Operator)
	for _, field := range []struct {
		what     string
		old, new any
	}{{"partitions", old.Partitions, new.Partitions}, {"codes", old.Codes, new.Codes}, {"geographies", old.Geographies, new.Geographies}} {
		if !same(field.old, field.new) {
			c = append(c, "other "+field.what)
		}
	}
	return c
}

// looserRegion also compares an added code with what it meant so far: a code
// of another partition, or the region that a form finds in it.
func (o *overlaying) looserRegion(old, new *Region) []string {
	if old == nil {
		r, ok := o.base.Region(new.Provider, new.Code)
		if !ok {
			return nil
		}
		old = &r
	}
	var c []string
	if old.Global && !new.Global {
		c = append(c, "not global")
	} else if !new.Global {
		c = looserCountries("countries", old.Countries, new.Countries)
	}
	return append(append(c, changed("pair", old.Pair, new.Pair)...), changed("zone", old.Zone, new.Zone)...)
}

// looserEndpoint also compares an added host with what answered for it so far.
func (o *overlaying) looserEndpoint(old, new *Endpoint) []string {
	if old == nil {
		probe := new.Name() + new.Suffix
		if new.Pattern != "" {
			probe = new.Example
		}
		m, ok := o.base.Host(probe)
		if !ok {
			return nil
		}
		old = &m.Endpoint
		if m.Region != nil && len(new.Places) > 0 {
			return []string{"places of its own for a host whose region is known"}
		}
	}
	c := changed("operator", old.Operator, new.Operator)
	c = append(c, changed("provider", old.Provider, new.Provider)...)
	if !slices.Equal(old.Default, new.Default) && (len(new.Default) > 0 || old.key() == new.key()) {
		c = append(c, "what goes there by default")
	}
	for _, was := range old.Places {
		i := slices.IndexFunc(new.Places, func(n EndpointPlace) bool { return n.Role == was.Role })
		if i < 0 {
			continue
		}
		is := new.Places[i]
		c = append(c, looserCountries(string(was.Role), was.Countries, is.Countries)...)
		if !slices.Equal(was.Blocs, is.Blocs) {
			c = append(c, "other blocs")
		}
		if was.Binding != is.Binding && is.Binding == graph.Guaranteed {
			c = append(c, "guaranteed")
		}
		if was.Confidence != is.Confidence && graph.Weakest(was.Confidence, is.Confidence) == was.Confidence {
			c = append(c, fmt.Sprintf("confidence %s instead of %s", is.Confidence, was.Confidence))
		}
	}
	for _, is := range new.Places {
		if !slices.ContainsFunc(old.Places, func(w EndpointPlace) bool { return w.Role == is.Role }) {
			c = append(c, fmt.Sprintf("%s known instead of unknown", is.Role))
		}
	}
	return c
}

// looserRange also compares an added range with all that answered for its
// addresses so far. An address that is answered everywhere and now is somewhere
// is looser, and so is another region, another provider or operator.
func (o *overlaying) looserRange(old, new *Range) []string {
	if old != nil {
		return o.looserAddress(old, new)
	}
	p, ok := new.Prefix()
	if !ok {
		return nil
	}
	const most = 4 // of a wide range many things change: the first tell enough
	var c []string
	o.base.Network(p, func(_ netip.Addr, known []Range) bool {
		for i := range known {
			for _, change := range o.looserAddress(&known[i], new) {
				if change += " for " + known[i].CIDR; !slices.Contains(c, change) {
					c = append(c, change)
				}
			}
		}
		return len(c) < most
	})
	return c
}

func (o *overlaying) looserAddress(old, new *Range) []string {
	placed := !new.Anycast && (new.Region != "" || len(new.Countries) > 0)
	if old.Anycast && placed {
		return []string{"a place for addresses that are answered in many"}
	}
	c := changed("provider", old.Provider, new.Provider)
	if placed {
		c = append(c, looserCountries("countries", o.base.rangeCountries(old), o.base.rangeCountries(new))...)
	}
	return append(c, changed("operator", old.Operator, new.Operator)...)
}

// rangeCountries are the countries of a range, or of its region.
func (k *KB) rangeCountries(r *Range) []graph.Country {
	if rec, ok := k.Region(r.Provider, r.Region); ok && r.Region != "" {
		return rec.Countries
	}
	return r.Countries
}
