package resolve

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// KeyDocuments are the documents of the perimeter about a key that is known by
// one of the names, of those facts that say who has it and where it is: those
// in force, and those whose time is over.
func (r *Resolver) KeyDocuments(names ...string) (inForce, over []perimeter.Evidence) {
	for _, e := range r.p.Spec.Evidence {
		if e.Fact != "operator" && e.Fact != "place" || !anyMatches(e.About, names) {
			continue
		}
		if r.valid(e.Expires) {
			inForce = append(inForce, e)
		} else {
			over = append(over, e)
		}
	}
	return inForce, over
}

// anyMatches takes no pattern that matches whatever there is.
func anyMatches(pattern string, names []string) bool {
	return strings.Trim(pattern, "*") != "" && slices.ContainsFunc(names, func(n string) bool { return n != "" && perimeter.Match(pattern, n) })
}

// KeyHolder is who holds a key: the operator that a document names, nil when
// it says that it is the customer.
func (r *Resolver) KeyHolder(e *perimeter.Evidence) *graph.Operator {
	if e.Value[0] == perimeter.Customer {
		return nil
	}
	return r.statedOperator(e)
}

// KeyPlace is where a document says that a key is.
func (r *Resolver) KeyPlace(e *perimeter.Evidence) graph.Place {
	p := graph.Place{Role: roleOf("key"), Purpose: "key"}
	for _, name := range e.Value {
		cs, err := r.kb.Expand(name, r.at)
		if err != nil {
			p.Unknown, p.Confidence = err.Error(), graph.NotKnown
			return p
		}
		p.Countries = append(p.Countries, cs...)
	}
	slices.Sort(p.Countries)
	p.Countries = slices.Compact(p.Countries)
	p.Confidence, p.Binding, p.Because = graph.Documented, graph.Guaranteed, []string{said(e)}
	return p
}

// KeyService is who runs the service of a provider in a region, and where that
// region is.
func (r *Resolver) KeyService(provider graph.ProviderID, region string) (*graph.Operator, graph.Place) {
	place := graph.Place{Role: roleOf("key"), Purpose: "key", Provider: provider, Confidence: graph.NotKnown}
	var only *graph.Operator
	found := 0
	for _, c := range r.Clouds() {
		if c.Provider != provider {
			continue
		}
		found++
		only = c.Operator
		for _, at := range c.Regions {
			if region != "" && at.Code == region {
				p := at.Place
				p.Role, p.Purpose = place.Role, place.Purpose
				return c.Operator, p
			}
		}
	}
	place.Unknown = "the knowledge base has no region " + or(region, "of this key") + " of " + string(provider)
	if found == 1 {
		return only, place
	}
	return &graph.Operator{Confidence: graph.NotKnown, Unknown: "who runs the region " + region + " of " + string(provider) + " is not known to the knowledge base"}, place
}
