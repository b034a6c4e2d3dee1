package resolve

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// settings reads the facts that rules ask for, from the asset, from what is
// attached to it and from what governs it, combined as [kb.Settings] says.
func (n *node) settings() map[string]graph.Setting {
	var out map[string]graph.Setting
	wrote := map[string]bool{}
	n.setters(func(s setter) {
		if s.typ == nil {
			return
		}
		for name, spec := range s.typ.Settings {
			got, written, ok := s.setting(name, &spec)
			if !ok {
				continue
			}
			if s.unknown != "" {
				got = graph.Setting{Origin: got.Origin, Unknown: s.unknown}
			}
			written = written || s.governs
			if out == nil {
				out = map[string]graph.Setting{}
			}
			old, have := out[name]
			if !have || written && !wrote[name] || written == wrote[name] && stronger(got, old) {
				out[name] = got
			}
			wrote[name] = wrote[name] || written
		}
	})
	if s, ok := n.quiet(); ok {
		if out == nil {
			out = map[string]graph.Setting{}
		}
		out["telemetry_off"] = s
	}
	if n.beyond != "" {
		// What is above may have set what nothing here sets.
		for name, s := range out {
			if !wrote[name] {
				out[name] = graph.Setting{Origin: s.Origin, Unknown: n.beyond}
			}
		}
	}
	return out
}

// stronger reports whether one reading of a boolean counts over another: true
// over unknown, unknown over false. Other values: the first stays.
func stronger(a, b graph.Setting) bool {
	rank := func(s graph.Setting) int {
		switch {
		case s.Value == true:
			return 2
		case s.Unknown != "":
			return 1
		}
		return 0
	}
	if _, isBool := b.Value.(bool); !isBool && b.Unknown == "" {
		return false
	}
	return rank(a) > rank(b)
}

// setting makes one setting; ok is false when nothing is written and the
// provider documents no default.
func (n *node) setting(name string, spec *kb.SettingSpec) (s graph.Setting, written, ok bool) {
	if ok, why := n.holds(spec.When); why != "" {
		return graph.Setting{Origin: n.fact.Origin, Unknown: why}, true, true
	} else if !ok {
		return s, false, false
	}
	reads := spec.From
	var vs []value
	absent := 0 // readings that are not written
	if spec.Any || spec.All || spec.Present {
		for i := range reads {
			got := n.reading(&reads[i])
			if len(got) == 0 {
				absent++
			}
			vs = append(vs, got...)
		}
		written = len(vs) > 0
	} else {
		vs, written = n.values(reads)
	}
	if spec.Present {
		return n.present(spec, vs)
	}
	if !written {
		if spec.Default == nil {
			return s, false, false
		}
		return graph.Setting{Value: plain(spec.Default), Origin: n.fact.Origin}, false, true
	}
	for i := range vs {
		one := typed(name, &vs[i])
		// A list counts by its worst element: one open address is enough.
		worse := spec.All || !spec.Any && !kb.Risks[name]
		if i == 0 || !worse && stronger(one, s) || worse && stronger(s, one) {
			s = one
		}
	}
	if spec.All && absent > 0 && s.Value == true {
		s = graph.Setting{Value: false, Origin: s.Origin} // one of the switches is not written
	}
	return s, true, true
}

// present makes a setting that is true when something is written at all.
func (n *node) present(spec *kb.SettingSpec, vs []value) (graph.Setting, bool, bool) {
	if set, why := isSet(vs); set {
		return graph.Setting{Value: true, Origin: vs[0].origin}, true, true
	} else if why != "" {
		return graph.Setting{Unknown: why, Origin: vs[0].origin}, true, true
	}
	if n.hasBlock(spec.From) {
		return graph.Setting{Value: true, Origin: n.fact.Origin}, true, true
	}
	if spec.Default == nil {
		return graph.Setting{Value: false, Origin: n.fact.Origin}, false, true
	}
	return graph.Setting{Value: plain(spec.Default), Origin: n.fact.Origin}, false, true
}

// hasBlock reports whether a whole block is written, which is no scalar.
func (n *node) hasBlock(reads []kb.Read) bool {
	return slices.ContainsFunc(reads, func(rd kb.Read) bool {
		return rd.Attr != "" && slices.ContainsFunc(n.fact.Attrs.Read(rd.Attr), func(at graph.Reading) bool { return !at.Null })
	})
}

// plain turns the numbers of YAML into those of JSON.
func plain(x any) any {
	switch x := x.(type) {
	case int:
		return float64(x)
	case string:
		if x == "true" || x == "false" {
			return x == "true"
		}
	}
	return x
}

// typed reads a value as the type that the setting has.
func typed(name string, v *value) graph.Setting {
	s := graph.Setting{Origin: v.origin, Unknown: v.unknown}
	if v.unknown != "" {
		return s
	}
	kind, _, _ := strings.Cut(kb.Settings[name], ":")
	switch kind {
	case "bool":
		b, err := strconv.ParseBool(strings.ToLower(v.text))
		if err != nil {
			s.Unknown = fmt.Sprintf("%s is %q, neither true nor false", v.path, shown(v.text))
			return s
		}
		s.Value = b
	case "number":
		f, err := strconv.ParseFloat(v.text, 64)
		if err != nil {
			s.Unknown = fmt.Sprintf("%s is %q, not a number", v.path, shown(v.text))
			return s
		}
		s.Value = f
	default:
		s.Value = v.text
	}
	return s
}

// targets are the destinations that the configuration names.
func (n *node) targets() []graph.Target {
	if n.aimed {
		return n.aims
	}
	n.aimed = true
	for _, t := range n.findTargets() {
		// Two containers that pull from one registry are one destination.
		if !slices.ContainsFunc(n.aims, func(o graph.Target) bool {
			return o.Purpose == t.Purpose && o.Name == t.Name && o.Asset == t.Asset && o.Unknown == t.Unknown && (t.Name != "" || t.Asset != "")
		}) {
			n.aims = append(n.aims, t)
		}
	}
	return n.aims
}

func (n *node) findTargets() []graph.Target {
	var out []graph.Target
	n.sides(func(s *node) {
		if s.typ == nil {
			return
		}
		for i := range s.typ.Targets {
			spec := &s.typ.Targets[i]
			vs, _ := s.values(spec.To)
			for j := range vs {
				if vs[j].as == "account" && vs[j].node != nil {
					continue // a principal of this tree belongs to whoever writes it
				}
				out = append(out, n.target(s, spec.Purpose, &vs[j]))
			}
		}
		for i := range s.typ.Env {
			for _, call := range s.calls(&s.typ.Env[i]) {
				out = append(out, n.target(s, call.purpose, &call.to))
			}
		}
		for i := range s.typ.Runs {
			out = append(out, n.doings(s, &s.typ.Runs[i])...)
		}
	})
	return out
}

func (n *node) target(side *node, purpose string, v *value) graph.Target {
	t := graph.Target{Purpose: purpose, Origin: v.origin, Unknown: v.unknown}
	if v.text != "" {
		t.Name = shown(v.text)
	}
	if m := v.node; m != nil {
		m = m.main()
		t.Name, t.Asset, t.Unknown = string(m.fact.Address), m.fact.Address, ""
		t.Places, t.Operator = m.own(), m.operator()
		return t
	}
	if v.unknown != "" {
		return t
	}
	switch v.as {
	case "image":
		host, ok := registryOf(v.text)
		if !ok {
			t.Unknown = fmt.Sprintf("%s is no container image", t.Name)
			break
		}
		t.Name = shown(host)
		t.Places, t.Operator = n.g.r.host(host, t.Name)
	case "url", "host":
		if strings.HasPrefix(v.text, "arn:") {
			t.Places, t.Operator = n.inRoles([]graph.Place{n.arnPlace(side, v)}), n.operator()
			return t
		}
		host := hostOf(v.text)
		t.Name = shown(host)
		if side.local(host) {
			t.Places, t.Operator = n.own(), n.operator()
			return t
		}
		t.Places, t.Operator = n.g.r.host(host, t.Name)
	case "operator":
		t.Operator = n.g.r.operator(graph.EntityID(v.text))
	case "account":
		t.Operator = n.g.r.accountOperator(v.text)
	case "region", "arn":
		t.Places = n.inRoles(side.placesOf(v))
		t.Operator = n.operator()
	default:
		t.Unknown = fmt.Sprintf("%s names %s, which is not in this tree", v.path, t.Name)
	}
	return t
}
