package kbs

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// A Perimeter says whether data of some classes may be in the clear at a place.
// Inside is the only answer that is none against it; why is a sentence.
type Perimeter interface {
	Hold(classes []graph.ClassID, place attest.Place) (answer limits.Answer, why string)
	Digest() string
}

// Bounded is a perimeter spelt out for the classes of a policy.
type Bounded struct {
	digest    string
	byClasses map[string]*bounds.Bounds
	operators map[string]graph.Country
}

// Bound takes the bounds for each set of classes that the policy names; compile
// is [assess.Compile] with the perimeter.
func Bound(p *Policy, digest string, compile func([]graph.ClassID) (*bounds.Bounds, error)) (*Bounded, error) {
	out := &Bounded{digest, map[string]*bounds.Bounds{}, p.Operators}
	for _, classes := range p.Classes() {
		if out.byClasses[joined(classes)] != nil {
			continue
		}
		b, err := compile(classes)
		if err == nil {
			err = strangers(b, p.Operators)
		}
		if err != nil {
			return nil, err
		}
		out.byClasses[joined(classes)] = b
	}
	return out, nil
}

// strangers refuses a seat that a policy gives to somebody whom the knowledge
// base knows: it would hide whose law reaches him.
func strangers(b *bounds.Bounds, seats map[string]graph.Country) error {
	for _, name := range slices.Sorted(maps.Keys(seats)) {
		if slices.ContainsFunc(b.Clouds, func(c bounds.Cloud) bool {
			return string(c.Provider) == name || c.Operator != nil && string(c.Operator.Entity) == name
		}) {
			return fmt.Errorf("release policy: operators: %s: the knowledge base knows who stands behind it: strike it out", name)
		}
	}
	return nil
}

func joined(classes []graph.ClassID) string {
	var words []string
	for _, c := range classes {
		words = append(words, string(c))
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

// Digest names the perimeter.
func (b *Bounded) Digest() string { return b.digest }

// Hold holds a place against the perimeter: its country and its operator.
func (b *Bounded) Hold(classes []graph.ClassID, place attest.Place) (limits.Answer, string) {
	what := b.byClasses[joined(classes)]
	if what == nil {
		return limits.Unsure, fmt.Sprintf("the perimeter was not asked about %s: load it again with this policy", joined(classes))
	}
	confidence, ok := confidences[place.Grade]
	if !ok || place.Country == "" {
		return limits.Unsure, "where the machine stands is not known"
	}
	country := graph.Country(place.Country)
	answer, _ := what.Limits.Place(&graph.Place{Role: graph.Processing, Countries: []graph.Country{country}, Confidence: confidence})
	switch answer {
	case limits.Inside:
	case limits.Outside:
		return answer, fmt.Sprintf("the machine stands in %s; the perimeter allows %s for %s", country, &what.Limits.Places, joined(classes))
	default:
		return answer, fmt.Sprintf("the place in %s is only %s", country, place.Grade)
	}
	return b.operator(what, place, confidence)
}

// operator holds who runs the place against the perimeter. A guest computes in
// the clear, so an operator that is tolerated where it sees none is not enough.
func (b *Bounded) operator(what *bounds.Bounds, place attest.Place, confidence graph.Confidence) (limits.Answer, string) {
	if seat, ok := b.operators[place.Operator]; ok {
		return what.Limits.Operator(&graph.Operator{Entity: graph.EntityID(place.Operator), Name: place.Operator, Seat: seat, Confidence: confidence})
	}
	cloud := what.Main(graph.ProviderID(place.Operator))
	if cloud == nil {
		return limits.Unsure, fmt.Sprintf("who stands behind the operator %q is not known: name its seat below operators: in the policy, or write a provider's name in the list of places", place.Operator)
	}
	return cloud.Standing, cloud.Why
}

// confidences are what a grade of a place is worth among other facts: somebody
// who was there signed it, the provider's own register says it, or somebody
// says it, which never passes.
var confidences = map[attest.Grade]graph.Confidence{
	attest.Enrolled: graph.Authoritative, attest.Endorsed: graph.Documented, attest.Declared: graph.Claimed,
}
