package crossplane

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A composed resource is being made of its base.
type composed struct {
	x    *expansion
	name string // within the composition
	node *tree.Node
	at   graph.Address
}

// maxSets bounds how deep patch sets may name each other, which they must not.
const maxSets = 4

// patch applies one patch of a composition.
func (c *composed) patch(p *tree.Node, depth int) {
	kind := cmp.Or(p.Get("type").Str(), "FromCompositeFieldPath")
	switch kind {
	case "PatchSet":
		if depth < maxSets {
			for _, q := range c.x.sets[p.Get("patchSetName").Str()] {
				c.patch(q, depth+1)
			}
		}
	case "FromCompositeFieldPath":
		from := p.Get("fromFieldPath").Str()
		c.write(p, from, c.x.value(from, p.Line))
	case "CombineFromComposite":
		c.write(p, "", c.x.combined(p))
	case "ToCompositeFieldPath", "CombineToComposite":
		c.back(p)
	case "FromEnvironmentFieldPath", "CombineFromEnvironment":
		c.write(p, p.Get("fromFieldPath").Str(), tree.NewHole("the environment of the composition says "+p.Get("fromFieldPath").Str(), p.Line))
	}
}

// write puts a value, transformed, where the patch says. A value that is not
// there leaves the base as it is.
func (c *composed) write(p *tree.Node, from string, v *tree.Node) {
	if v == nil {
		return
	}
	to, ok := parsePath(cmp.Or(p.Get("toFieldPath").Str(), from))
	if !ok {
		c.x.r.problem(c.x.composition.file, p.Line, fmt.Sprintf("the patch has the path %q, which cannot be read", p.Get("toFieldPath").Str()))
		return
	}
	out := transformed(v, p.Get("transforms").Elements())
	if out == nil {
		return
	}
	if file, ok := c.x.r.from[v]; ok && out.Line == v.Line {
		c.x.r.came(out, file)
	}
	put(c.node, to, c.x.r.clone(out))
}

// back notes what the composite gets from the resource, which others may take
// from there: it is known only when the resource exists.
func (c *composed) back(p *tree.Node) {
	to, ok := parsePath(cmp.Or(p.Get("toFieldPath").Str(), p.Get("fromFieldPath").Str()))
	if !ok || len(to) > 1 && to[len(to)-1].every {
		return
	}
	if from, ok := parsePath(p.Get("fromFieldPath").Str()); ok && from[0].name == "spec" {
		if v := find(c.node, from); v != nil { // a wish, not what became of it
			put(c.x.node, to, transformed(c.x.r.clone(v), p.Get("transforms").Elements()))
			return
		}
	}
	h := tree.NewHole(fmt.Sprintf("%s is known after %s exists", p.Get("fromFieldPath").Str(), c.at), p.Line)
	h.Refs = []graph.Address{c.at}
	put(c.x.node, to, h)
}

// value is what the composite says at a path; nil when it says nothing.
func (x *expansion) value(path string, line int) *tree.Node {
	steps, ok := parsePath(path)
	if !ok {
		return tree.NewHole(fmt.Sprintf("the path %q cannot be read", path), line)
	}
	if v := find(x.node, steps); v != nil && v.Kind != tree.Null {
		v = x.r.clone(v)
		x.r.came(v, x.file)
		return v
	}
	if x.claim {
		if v := x.definition.fallback(x.apiVersion, steps); v != nil {
			v = x.r.clone(v)
			x.r.came(v, x.definition.file)
			return v
		}
		switch {
		case steps[0].name == "status":
			return tree.NewHole(path+" of the composite is known after it exists", line)
		case steps[0].name == "metadata":
			return tree.NewHole(path+" of the composite is made when it is created", line)
		}
		return nil
	}
	return tree.NewHole(x.definition.open(x.apiVersion, steps), line)
}

// combined is the text that several values of the composite come to.
func (x *expansion) combined(p *tree.Node) *tree.Node {
	format := p.Get("combine", "string", "fmt").Str()
	var args []any
	var refs []graph.Address
	why := ""
	for _, v := range p.Get("combine", "variables").Elements() {
		got := x.value(v.Get("fromFieldPath").Str(), p.Line)
		switch {
		case got == nil:
			return nil // optional: nothing is patched
		case got.Kind == tree.Hole:
			why = cmp.Or(why, got.Text)
			refs = append(refs, got.Refs...)
		default:
			args = append(args, scalar(got))
		}
	}
	if why != "" || format == "" {
		h := tree.NewHole(cmp.Or(why, "it is combined in a way that this does not know"), p.Line)
		h.Refs = refs
		return h
	}
	out, ok := formatted(format, args...)
	if !ok {
		return tree.NewHole("it is combined in a way that this does not know", p.Line)
	}
	return tree.NewText(out, p.Line)
}

// wide are verbs that write more than anybody needs.
var wide = regexp.MustCompile(`%[^a-zA-Z%]*(?:[0-9]{3}|\*)`)

// formatted writes values as fmt does, but nothing of a width that only an
// attacker asks for.
func formatted(format string, args ...any) (string, bool) {
	if wide.MatchString(format) {
		return "", false
	}
	return fmt.Sprintf(format, args...), true
}

// scalar is a value as a format takes it.
func scalar(n *tree.Node) any {
	v := n.Plain()
	if f, ok := v.(float64); ok && f == float64(int64(f)) {
		return int64(f)
	}
	return v
}

// patchSets are the named lists of patches.
func patchSets(list *tree.Node) map[string][]*tree.Node {
	out := map[string][]*tree.Node{}
	for _, s := range list.Elements() {
		out[strings.TrimSpace(s.Get("name").Str())] = s.Get("patches").Elements()
	}
	return out
}
