package terraform

import (
	"path/filepath"

	"github.com/zclconf/go-cty/cty"
)

// eval finds what a name stands for: first what expressions bind themselves,
// then the words of the language, then a resource type.
func (e *ref) eval(s *scope) (cty.Value, error) {
	if v, ok := s.lookup(e.name); ok {
		return s.walk(v, e.steps)
	}
	if s.onlyVars != nil {
		v, ok := s.onlyVars[e.name]
		if !ok {
			return cty.NilVal, faultf("the template needs a variable %q", e.name)
		}
		return s.walk(v, e.steps)
	}
	var v cty.Value
	var err error
	rest := e.steps
	first := ""
	if len(rest) > 0 {
		first = rest[0].name
	}
	switch e.name {
	case "each", "count", "path", "terraform", "tofu":
		if first == "" {
			return cty.NilVal, faultf("%s needs a name", e.name)
		}
	}
	switch e.name {
	case "each":
		v, err = s.each(first)
	case "count":
		if first != "index" || s.count == cty.NilVal {
			return cty.NilVal, fault("count.index is used outside a block with count")
		}
		v = s.count
	case "self":
		if s.self == nil {
			return cty.NilVal, fault("self is used outside a resource")
		}
		return s.walk(placeholder(s.self), rest)
	case "path":
		v, err = s.path(first)
	case "terraform", "tofu":
		v, err = s.tool(first)
	default:
		v, rest, err = s.m.named(e.name, rest)
		if err != nil {
			return cty.NilVal, err
		}
		return s.walk(v, rest)
	}
	if err != nil {
		return v, err
	}
	return s.walk(v, rest[1:])
}

func (s *scope) each(name string) (cty.Value, error) {
	switch {
	case s.key == cty.NilVal:
		return cty.NilVal, fault("each is used outside a block with for_each")
	case name == "key":
		return s.key, nil
	case name == "value":
		return s.val, nil
	}
	return cty.NilVal, faultf("there is no each.%s", name)
}

// path gives the paths as terraform sees them when it runs in the root.
func (s *scope) path(name string) (cty.Value, error) {
	r := s.m.root
	switch name {
	case "root":
		return cty.StringVal("."), nil
	case "module":
		rel, err := filepath.Rel(r.dir, s.m.cfg.dir)
		if err != nil {
			return unknown("path.module cannot be told from here"), nil
		}
		return cty.StringVal(filepath.ToSlash(rel)), nil
	case "cwd":
		abs, err := filepath.Abs(r.dir)
		if err != nil {
			return unknown("path.cwd cannot be told from here"), nil
		}
		return cty.StringVal(filepath.ToSlash(abs)), nil
	}
	return cty.NilVal, faultf("there is no path.%s", name)
}

func (s *scope) tool(name string) (cty.Value, error) {
	if name != "workspace" {
		return unknown("terraform." + name + " is only known when the tool runs"), nil
	}
	if w := s.m.root.opt.Workspace; w != "" {
		return cty.StringVal(w), nil
	}
	return unknown("terraform.workspace is not given"), nil
}

// named finds an object of the module; rest are the steps that are left.
func (m *modInst) named(name string, steps []step) (cty.Value, []step, error) {
	next := func(what string) (string, error) {
		if len(steps) == 0 || steps[0].name == "" {
			return "", faultf("%s needs a name", what)
		}
		n := steps[0].name
		steps = steps[1:]
		return n, nil
	}
	switch name {
	case "var":
		n, err := next("var")
		if err != nil {
			return cty.NilVal, nil, err
		}
		v, err := m.variable(n)
		return v, steps, err
	case "local":
		n, err := next("local")
		if err != nil {
			return cty.NilVal, nil, err
		}
		v, err := m.local(n)
		return v, steps, err
	case "module":
		n, err := next("module")
		if err != nil {
			return cty.NilVal, nil, err
		}
		v, err := m.module(n)
		return v, steps, err
	}
	index, prefix, typ := m.cfg.managed, "", name
	var err error
	if name == "data" || name == "ephemeral" || name == "resource" {
		if typ, err = next(name); err != nil {
			return cty.NilVal, nil, err
		}
		if name != "resource" {
			index, prefix = m.cfg.data, name+"."
		}
	}
	n, err := next(typ)
	if err != nil {
		return cty.NilVal, nil, faultf("nothing is called %q here", name)
	}
	r := index[prefix+typ+"."+n]
	if r == nil {
		return cty.NilVal, nil, faultf("there is no %s%s.%s in this module", prefix, typ, n)
	}
	return m.expand(r).collection(), steps, nil
}
