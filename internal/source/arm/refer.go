package arm

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// resourceID is an id, which is known after it was deployed; it names the
// resource of the template that has this type and name.
func (s *scope) resourceID(x *expression, args []*tree.Node, line int) *tree.Node {
	for i, a := range args {
		if a.Kind != tree.String || !strings.Contains(a.Text, "/") || !strings.Contains(a.Text, ".") {
			continue
		}
		var parts []*tree.Node
		for j, n := range args[i+1:] {
			if j > 0 {
				parts = append(parts, tree.NewText("/", line))
			}
			parts = append(parts, n)
		}
		if strings.EqualFold(x.name, "extensionResourceId") && len(parts) == 0 {
			break
		}
		name := s.glue(line, parts)
		spelled := "{" + id(a.Text, spelling(name)) + "}"
		if res := s.find(key(a.Text, name)); res != nil && !res.existing {
			return hole(line, "the id of "+string(res.address)+" is known after it was deployed", spelled, res.address)
		}
		return hole(line, "the id of "+id(a.Text, spelling(name))+" is not in the template", spelled, refsOf(args)...)
	}
	return hole(line, "the id is not in the template", s.spelled(x, args), refsOf(args)...)
}

// reference is what a resource says of itself after it was deployed; of a nested
// deployment that was read, an output.
func (s *scope) reference(x *expression, args []*tree.Node, line int) *tree.Node {
	if len(args) == 0 {
		return hole(line, x.name+" names nothing", "{"+x.source+"}")
	}
	var res *resource
	a := args[0]
	switch {
	case len(a.Refs) > 0:
		res = s.byAddress(a.Refs[0])
	case a.Kind == tree.String || a.Kind == tree.Hole:
		name := spelling(a)
		if res = s.find(symbolKey(name, nil)); res == nil {
			for d := s.deployment; d != nil && res == nil; d = d.above {
				for _, other := range d.resources {
					if strings.EqualFold(spelling(other.name), name) || strings.EqualFold(id(other.typ, spelling(other.name)), name) {
						res = other
						break
					}
				}
			}
		}
	}
	if res == nil || res.existing {
		return hole(line, x.name+" asks what the template does not say", "{"+x.source+"}", refsOf(args)...)
	}
	if res.child != nil && x.name == "reference" && len(x.path) >= 2 && strings.EqualFold(x.path[0].text, "outputs") {
		value := &tree.Node{Kind: tree.Object, Line: line, Fields: []tree.Field{{Name: "value", Line: line, Value: res.child.output(x.path[1].text, line)}}}
		outputs := &tree.Node{Kind: tree.Object, Line: line, Fields: []tree.Field{{Name: x.path[1].text, Line: line, Value: value}}}
		return &tree.Node{Kind: tree.Object, Line: line, Fields: []tree.Field{{Name: "outputs", Line: line, Value: outputs}}}
	}
	return hole(line, "what "+string(res.address)+" says of itself is known after it was deployed", "{"+x.source+"}", res.address)
}

func (s *scope) byAddress(a graph.Address) *resource {
	for d := s.deployment; d != nil; d = d.above {
		for _, res := range d.resources {
			if res.address == a {
				return res
			}
		}
	}
	return nil
}

// output is an output of a nested deployment.
func (d *deployment) output(name string, line int) *tree.Node {
	k := strings.ToLower(name)
	if v := d.outputs[k]; v != nil {
		return v
	}
	d.outputs[k] = hole(line, "the output "+name+" names itself", "{"+name+"}")
	d.gather()
	v := get(get(get(d.doc, "outputs"), name), "value")
	if v == nil {
		d.outputs[k] = hole(line, "the deployment has no output "+name, "{"+name+"}")
	} else if v = (&scope{deployment: d}).eval(v, 0); v != removed {
		d.outputs[k] = v
	}
	return d.outputs[k]
}
