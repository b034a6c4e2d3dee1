package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// custody says who holds the key of the asset at rest, and returns the record
// of the holder where that is not the customer. It is nil for what rests no
// data. Of several keys the worst counts: data is as safe as its weakest key.
func (n *node) custody(operator *graph.Operator) (*graph.Custody, *graph.Operator) {
	if n.typ.Grade != nil {
		c := n.graded()
		return c, n.holder(c, operator)
	}
	spec, side, vs := n.keySpec()
	if spec == nil {
		return nil, nil
	}
	if len(vs) == 0 {
		c := &graph.Custody{ClearText: !spec.CipherOnly, Origin: side.fact.Origin}
		n.defaultKey(c, spec)
		return c, n.holder(c, operator)
	}
	var worst *graph.Custody
	for i := range vs {
		c := &graph.Custody{ClearText: !spec.CipherOnly, Origin: side.fact.Origin}
		n.namedKey(c, &vs[i], operator)
		if c.Protection == "client" {
			c.ClearText = false
		}
		if worst == nil || strength(c) < strength(worst) {
			worst = c
		}
	}
	return worst, n.holder(worst, operator)
}

// strength orders custody: a key that the provider can use is worse than one
// of which nothing is known, which is worse than one held outside.
func strength(c *graph.Custody) int {
	if c.Unknown != "" || c.Grade == graph.GradeUnknown {
		return 7
	}
	return 2 * int(c.Grade)
}

// keySpec finds every key that the asset or what is attached to it names, else
// the side that says what the default is.
func (n *node) keySpec() (spec *kb.KeySpec, side *node, vs []value) {
	n.sides(func(s *node) {
		if s.typ == nil || s.typ.Key == nil {
			return
		}
		got := s.keys(s.typ.Key.Refs)
		if spec == nil || len(got) > 0 && len(vs) == 0 || len(vs) == 0 && s != n && s.typ.Key.Default == "provider" {
			spec, side = s.typ.Key, s
		}
		vs = append(vs, got...)
	})
	return spec, side, vs
}

// keys reads every key that is named. A switch that only turns encryption on
// or off counts when no key is named beside it.
func (n *node) keys(refs []kb.Read) []value {
	var named, switches []value
	for i := range refs {
		for _, v := range n.reading(&refs[i]) {
			if v.raw == "true" || v.raw == "false" {
				switches = append(switches, v)
			} else {
				named = append(named, v)
			}
		}
	}
	if len(named) > 0 {
		return named
	}
	return switches
}

// defaultKey is custody when no key is written.
func (n *node) defaultKey(c *graph.Custody, spec *kb.KeySpec) {
	c.Protection, c.Grade, c.Confidence = spec.Default, graph.GradeOf(spec.Default), graph.Documented
	if spec.Default == "" || spec.Default == "unknown" {
		c.Protection, c.Grade, c.Confidence = "unknown", graph.GradeUnknown, graph.NotKnown
		c.Holder, c.Unknown = graph.HolderUnknown, "no key is named, and what encrypts "+n.fact.Type+" then is not documented"
		return
	}
	c.Holder = graph.HolderProvider
	if spec.Default == "none" {
		c.Because = []string{"no key is named, and " + n.fact.Type + " is not encrypted with one by default"}
		return
	}
	c.Because = []string{"no key is named, so " + n.fact.Type + " is encrypted with a key of the provider"}
}

// namedKey is custody by a key that the configuration names.
func (n *node) namedKey(c *graph.Custody, v *value, operator *graph.Operator) {
	c.Origin = v.origin
	if k := keyOf(v); k != nil {
		key := k.graded()
		clear, origin := c.ClearText, c.Origin
		*c = *key
		c.ClearText, c.Origin, c.Key, c.Named = clear, origin, k.fact.Address, true
		c.Because = append([]string{fmt.Sprintf("%s names the key %s", v.path, k.fact.Address)}, key.Because...)
		if o := k.operator(); c.Holder == graph.HolderProvider && o.Entity != "" && o.Entity != operator.Entity {
			c.Holder, c.Entity = graph.HolderExternal, o.Entity
			c.Because = append(c.Because, fmt.Sprintf("the key is with %s, the data with %s", o.Entity, operator.Entity))
		}
		return
	}
	switch {
	case v.unknown != "" && v.node == nil:
		c.Holder, c.Protection, c.Grade, c.Confidence = graph.HolderUnknown, "unknown", graph.GradeUnknown, graph.NotKnown
		c.Unknown = "which key it uses cannot be known: " + v.unknown
	case v.text == "provider" || v.text == "none":
		c.Holder, c.Protection, c.Grade, c.Confidence = graph.HolderProvider, v.text, 0, graph.Authoritative
		c.Because = []string{fmt.Sprintf("%s leaves the key to the provider", v.path)}
	default:
		c.Holder, c.Protection, c.Grade, c.Confidence, c.Named = graph.HolderUnknown, "unknown", graph.GradeUnknown, graph.NotKnown, true
		what := shown(v.text)
		if v.node != nil {
			what = string(v.node.fact.Address)
		}
		c.Because = []string{fmt.Sprintf("%s names the key %s", v.path, what)}
		c.Unknown = fmt.Sprintf("who holds the key %s is not known: it is not in this tree", what)
	}
}

// keyOf is the key that a value names, directly or by an alias of it.
func keyOf(v *value) *node {
	if v.node == nil {
		return nil
	}
	if k := v.node.main(); k.typ != nil && k.typ.Grade != nil {
		return k
	}
	return nil
}

// keyPlaces are the places of the key that the asset uses, where they are not
// those of the asset: of a key in the tree, or by the region in an ARN.
func (n *node) keyPlaces(own []graph.Place) []graph.Place {
	_, _, vs := n.keySpec()
	if len(vs) == 0 || n.typ.Grade != nil {
		return nil
	}
	var out []graph.Place
	for i := range vs {
		v := &vs[i]
		switch k := keyOf(v); {
		case k != nil:
			w := *v
			w.node = k
			out = append(out, n.takenFrom(&w, "")...)
		case v.unknown == "" && strings.HasPrefix(v.text, "arn:"):
			p := graph.Place{Provider: n.provider, Origin: n.line(v)}
			n.byARN(&p, v)
			out = append(out, p)
		case v.unknown == "" && n.namesPlace(v.text):
			p := graph.Place{Provider: n.provider, Origin: n.line(v)}
			n.byRegion(&p, v, v.text)
			out = append(out, p)
		}
	}
	kept := out[:0]
	for _, p := range out {
		p.Role, p.Purpose = roleOf("key"), "key"
		if !slices.ContainsFunc(own, func(o graph.Place) bool {
			return o.Purpose == "" && slices.Equal(o.Countries, p.Countries) && len(p.Countries) > 0
		}) {
			kept = append(kept, p)
		}
	}
	return kept
}

// graded is the custody of a key itself.
func (n *node) graded() *graph.Custody {
	g := n.typ.Grade
	c := &graph.Custody{Key: n.fact.Address, Named: true, Origin: n.fact.Origin, Protection: g.Default, Confidence: graph.Documented}
	vs, found := n.values(g.From)
	if found {
		v := &vs[0]
		c.Origin = v.origin
		if v.unknown != "" {
			c.Holder, c.Protection, c.Grade, c.Confidence = graph.HolderUnknown, "unknown", graph.GradeUnknown, graph.NotKnown
			c.Unknown = "how the key " + string(n.fact.Address) + " is protected cannot be known: " + v.unknown
			return c
		}
		c.Protection = v.text
		c.Because = []string{written(v)}
	}
	grade := graph.GradeOf(c.Protection)
	if grade == graph.GradeUnknown {
		c.Holder, c.Grade, c.Confidence = graph.HolderUnknown, graph.GradeUnknown, graph.NotKnown
		c.Unknown = fmt.Sprintf("the protection %q of the key %s is not one of the ladder", c.Protection, n.fact.Address)
		return c
	}
	c.Grade = grade
	c.Because = append(c.Because, fmt.Sprintf("%s is a key of grade %d (%s)", n.fact.Address, grade, c.Protection))
	switch c.Protection {
	case "external":
		c.Holder = graph.HolderExternal
		n.externalHolder(c, g)
	case "client":
		c.Holder = graph.HolderCustomer
	default:
		c.Holder = graph.HolderProvider
		c.Because = append(c.Because, "the provider keeps it and can use it")
	}
	return c
}

// externalHolder finds who runs the external key manager.
func (n *node) externalHolder(c *graph.Custody, g *kb.GradeSpec) {
	vs, found := n.values(g.Holder)
	switch {
	case !found:
		c.Unknown = "who runs the external key manager of " + string(n.fact.Address) + " is not written"
	case vs[0].unknown != "":
		c.Unknown = "who runs the external key manager cannot be known: " + vs[0].unknown
	default:
		host := shown(hostOf(vs[0].text))
		_, o := n.g.r.Host(host)
		if o.Entity == "" {
			if o = n.g.r.stated(host); o == nil {
				c.Unknown = fmt.Sprintf("who runs the key manager at %s is not known; state it under evidence: in the perimeter (about: %s, fact: operator)", host, host)
				break
			}
			c.Because = append(c.Because, o.Because...)
			if o.Entity == "" {
				c.Unknown = o.Unknown
			}
		}
		c.Entity = o.Entity
	}
	if c.Unknown != "" {
		c.Confidence = graph.NotKnown
	}
}

// holder is the record of whoever holds the key.
func (n *node) holder(c *graph.Custody, operator *graph.Operator) *graph.Operator {
	switch {
	case c.Entity != "":
		if _, known := n.g.r.kb.Operator(c.Entity); !known {
			if o := n.g.r.stated(string(c.Entity)); o != nil {
				return o
			}
		}
		return n.g.r.operator(c.Entity)
	case c.Holder == graph.HolderProvider:
		c.Entity = operator.Entity
		return operator
	}
	return nil
}
