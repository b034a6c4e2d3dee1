// Package bounds is the perimeter as something that refuses can hold it: spelt
// out into regions, operators, hosts, registries and grades of keys, for the
// data classes of one place such as an account, a folder or a namespace.
//
// Bounds are made by the one brain ([assess.Compile]), so that what is enforced
// and what is checked cannot disagree. What is unknown is not inside.
package bounds

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// Bounds are what may be, for some data classes together.
type Bounds struct {
	Perimeter finding.Named
	KB        finding.Named
	At        string          // the day whose law counts, YYYY-MM-DD
	Classes   []graph.ClassID // sorted
	Limits    *limits.Limits
	Clouds    []Cloud // by provider and partition
	Hosts     []Host  // that may be reached, by name
	Refused   []Host  // that the perimeter declares, and that are not inside
	// Registries are hosts that images, packages and models may come from; nil
	// when the perimeter does not say, empty when it approves none.
	Registries []string
	// Mirrors say which of them serves what.
	Mirrors perimeter.Mirrors
	// Public are the hosts of registries that are known and that nobody approved;
	// "*." and a name are all below it.
	Public []string
	// Defaults are the hosts that ecosystems go to unless they are told otherwise
	// (kb.Defaults).
	Defaults map[string]string
	// Models are the approved developers and families; nil when not asked.
	Models []string
	// Cites are the requirements in force that each rule evidences.
	Cites map[graph.RuleID][]graph.RequirementID
}

// A Cloud is what one operator runs of a provider, held against the limits.
type Cloud struct {
	Provider  graph.ProviderID
	Partition string
	Name      string
	Operator  *graph.Operator
	// Standing is how its operator stands: inside, outside, unsure, or tolerated
	// when the perimeter admits it under the conditions of Tolerance.
	Standing    limits.Answer
	Why         string
	Tolerance   *limits.Tolerance
	Regions     []Region // by code
	Geographies []Region // by name: within which a service may move data
}

// A Region is a place of a cloud, held against the limits.
type Region struct {
	Code, Display, Parent string
	Kind                  string // region, zone, local-zone, multi, logical; "" of a geography
	Pair                  string // where geo-redundant copies go; "" when nobody knows
	Zone                  string // the geography that is its data zone; "" when nobody knows
	Countries             []graph.Country
	Inside                bool
	Why                   string // why it is not
}

// A Host is a destination that the perimeter declares.
type Host struct {
	Name      string
	From      string          // the system or pattern that sends there
	Classes   []graph.ClassID // sorted; of what is sent
	Countries []graph.Country
	Operator  graph.EntityID
	Origin    graph.Origin
	Why       string // why it is refused
}

// Open reports whether anything may be run in the cloud at all.
func (c *Cloud) Open() bool { return c.Standing == limits.Inside || c.Standing == limits.Tolerated }

// Codes are the codes of the regions inside, of the given kinds; without any,
// of kind region. A region with a parent is another spelling of that one, and left
// out. None when the operator is outside.
func (c *Cloud) Codes(kinds ...string) []string {
	if !c.Open() {
		return nil
	}
	if len(kinds) == 0 {
		kinds = []string{"region"}
	}
	var out []string
	for i := range c.Regions {
		if r := &c.Regions[i]; r.Inside && slices.Contains(kinds, r.Kind) && (r.Kind != "region" || r.Parent == "") {
			out = append(out, r.Code)
		}
	}
	return out
}

// Unpaired are the codes of regions inside whose geo-redundant copies would go
// to a region that is not, or nobody knows where.
func (c *Cloud) Unpaired() []string {
	inside := c.Codes()
	var out []string
	for i := range c.Regions {
		if r := &c.Regions[i]; slices.Contains(inside, r.Code) && !slices.Contains(inside, r.Pair) {
			out = append(out, r.Code)
		}
	}
	return out
}

// Geography reports whether a service may move data within the named geography.
func (c *Cloud) Geography(name string) bool {
	return c.Open() && slices.ContainsFunc(c.Geographies, func(g Region) bool { return g.Code == name && g.Inside })
}

// Zoned reports whether a model that is asked for by data zone, and may compute
// anywhere in that of its region, stays inside whichever region inside it is in.
// A region whose zone nobody knows is one that it does not stay inside of.
func (c *Cloud) Zoned() bool {
	codes := c.Codes()
	return len(codes) > 0 && !slices.ContainsFunc(c.Regions, func(r Region) bool { return slices.Contains(codes, r.Code) && !c.Geography(r.Zone) })
}

// Main is the instance of a provider with the most regions; nil when the
// knowledge base has none.
func (b *Bounds) Main(id graph.ProviderID) *Cloud {
	var out *Cloud
	for i := range b.Clouds {
		if c := &b.Clouds[i]; c.Provider == id && (out == nil || len(c.Regions) > len(out.Regions)) {
			out = c
		}
	}
	return out
}

// Of are the instances of a provider.
func (b *Bounds) Of(id graph.ProviderID) []Cloud {
	var out []Cloud
	for _, c := range b.Clouds {
		if c.Provider == id {
			out = append(out, c)
		}
	}
	return out
}

// Cited are the requirements that the rules evidence, each once, sorted.
func (b *Bounds) Cited(rules ...graph.RuleID) []graph.RequirementID {
	var out []graph.RequirementID
	for _, r := range rules {
		out = append(out, b.Cites[r]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// KeysElsewhere reports whether who runs a cloud may hold no key that it can use.
func (b *Bounds) KeysElsewhere(c *Cloud) bool {
	if c.Standing == limits.Tolerated {
		return true
	}
	answer, _ := b.Limits.Holder(&graph.Custody{Holder: graph.HolderProvider, Entity: c.Operator.Entity, Confidence: graph.Authoritative}, c.Operator)
	return b.CustomerKey() && answer != limits.Inside
}

// CustomerKey reports whether data must lie under a key that its owner chose.
func (b *Bounds) CustomerKey() bool { return b.Limits.Keys != nil }
