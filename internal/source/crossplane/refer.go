package crossplane

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A register finds resources by name and by label, within their root.
type register struct {
	byName map[string][]*resource
	all    map[string][]*resource // by root
}

func newRegister(list []*resource) *register {
	g := &register{byName: map[string][]*resource{}, all: map[string][]*resource{}}
	for _, res := range list {
		if name := res.name(); name != "" {
			g.byName[res.root+" "+name] = append(g.byName[res.root+" "+name], res)
		}
		g.all[res.root] = append(g.all[res.root], res)
	}
	return g
}

// filled adds the fields that Crossplane fills from references and selectors.
func (r *reading) filled(n *tree.Node, res *resource, names *register) *tree.Node {
	if n == nil || len(n.Items) == 0 && len(n.Fields) == 0 {
		return n
	}
	out := *n
	if file, ok := r.from[n]; ok {
		r.from[&out] = file
	}
	out.Items = slices.Clone(n.Items)
	for i := range out.Items {
		out.Items[i] = r.filled(out.Items[i], res, names)
	}
	out.Fields = slices.Clone(n.Fields)
	for i := range out.Fields {
		f := &out.Fields[i]
		switch {
		case f.Value == nil:
		case strings.HasSuffix(f.Name, "Selector"):
			field := strings.TrimSuffix(f.Name, "Selector")
			if f.Value.Kind != tree.Object || has(&out, field) || out.Get(field+"Ref") != nil || out.Get(field+"Refs") != nil {
				break
			}
			list := names.selected(f.Value, field, res)
			set(&out, field, pointing(f.Value.Line, list, "it is chosen by a selector, whose labels no resource of this tree has"))
			set(&out, field+"s", out.Get(field))
		case strings.HasSuffix(f.Name, "Ref") && f.Value.Get("name") != nil && !strings.HasSuffix(f.Name, "SecretRef"):
			field := strings.TrimSuffix(f.Name, "Ref")
			v := names.reference(f.Value, field, res)
			if isConnector(res.object) {
				f.Value = v
			}
			if out.Get(field) == nil {
				set(&out, field, v)
			}
		case strings.HasSuffix(f.Name, "Ref") && f.Value.Get("external") != nil: // Config Connector: something outside of the cluster
			f.Value = f.Value.Get("external")
			if field := strings.TrimSuffix(f.Name, "Ref"); out.Get(field) == nil {
				set(&out, field, f.Value)
			}
		case strings.HasSuffix(f.Name, "Refs") && f.Value.Kind == tree.List:
			field := strings.TrimSuffix(f.Name, "Refs")
			list := &tree.Node{Kind: tree.List, Line: f.Value.Line}
			for _, ref := range f.Value.Items {
				one := names.reference(ref, field, res)
				list.Items = append(list.Items, one)
				list.Refs = append(list.Refs, one.Refs...)
			}
			slices.Sort(list.Refs)
			list.Refs = slices.Compact(list.Refs)
			for _, name := range []string{field, field + "s"} {
				if out.Get(name) == nil {
					set(&out, name, list)
				}
			}
		default:
			f.Value = r.filled(f.Value, res, names)
		}
	}
	return &out
}

func has(n *tree.Node, field string) bool {
	return n.Get(field) != nil || n.Get(field+"s") != nil
}

// reference is the value that comes from the resource that is named.
func (g *register) reference(ref *tree.Node, field string, of *resource) *tree.Node {
	name := ref.Get("name")
	if plainText(name) == "" {
		why := "it comes from a resource that nothing names"
		if name != nil && name.Kind == tree.Hole {
			why = name.Text
		}
		return tree.NewHole(why, ref.Line)
	}
	kind := ref.Get("kind").Str() // Config Connector says it where a field may name several
	list := slices.DeleteFunc(slices.Clone(g.byName[of.root+" "+plainText(name)]), func(res *resource) bool { return res == of || kind != "" && res.kind() != kind })
	if kind == "" {
		list = best(list, field, true)
	}
	return pointing(ref.Line, list, fmt.Sprintf("it comes from %q, which is not in this tree", plainText(name)))
}

// selected are the resources with the labels, or of the same composite.
func (g *register) selected(sel *tree.Node, field string, of *resource) []*resource {
	var list []*resource
	controller := sel.Get("matchControllerRef")
	for _, res := range g.all[of.root] {
		if res == of || controller != nil && controller.Text == "true" && res.owner != of.owner || !hasLabels(res.node, sel.Get("matchLabels")) {
			continue
		}
		list = append(list, res)
	}
	return best(list, field, false)
}

// best are the resources whose kind is what the field asks for: a VPC for vpcId.
// A name that only one resource has says enough.
func best(list []*resource, field string, named bool) []*resource {
	var out []*resource
	most := 0
	for _, res := range list {
		n := fits(res.kind(), field)
		switch {
		case n > most:
			out, most = []*resource{res}, n
		case n == most && n > 0:
			out = append(out, res)
		}
	}
	if most == 0 && named && len(list) == 1 {
		return list
	}
	return out
}

// fits says how well a kind answers to the name of a field; 0 not at all.
func fits(kind, field string) int {
	k, f := strings.ToLower(kind), strings.ToLower(field)
	for _, end := range []string{"ids", "id", "arns", "arn", "names", "name"} {
		if cut, ok := strings.CutSuffix(f, end); ok {
			f = cut
			break
		}
	}
	switch {
	case f == "":
		return 0
	case strings.HasSuffix(f, k) || strings.HasSuffix(strings.TrimSuffix(f, "s"), k):
		return 100 + len(k)
	case strings.Contains(f, k):
		return len(k)
	case len(f) > 2 && strings.Contains(k, f):
		return len(f)
	}
	return 0
}

// pointing is a value that is known when the resources exist.
func pointing(line int, list []*resource, otherwise string) *tree.Node {
	if len(list) == 0 {
		return tree.NewHole(otherwise, line)
	}
	var refs []graph.Address
	for _, res := range list {
		refs = append(refs, res.at)
	}
	slices.Sort(refs)
	h := tree.NewHole(fmt.Sprintf("it is known after %s exists", refs[0]), line)
	h.Refs = slices.Compact(refs)
	return h
}
