package crossplane

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A composition says what a composite is made of.
type composition struct {
	*object
	used bool
}

// of reports whether it makes composites of a definition.
func (c *composition) of(d *definition) bool {
	ref := c.node.Get("spec", "compositeTypeRef")
	return ref.Get("kind").Str() == d.kind && groupOf(ref.Get("apiVersion").Str()) == d.group
}

// An expansion is one composite on its way into resources.
type expansion struct {
	r           *reading
	composition *composition
	definition  *definition
	sets        map[string][]*tree.Node
	apiVersion  string     // of the composite
	file        string     // that the composite stands in
	node        *tree.Node // the composite; it grows by what resources give back
	claim       bool       // somebody wrote it: what it does not say is not said
	at          graph.Address
	root        string
	partial     string
	line        int
	depth       int
}

// deepest bounds composites that are made of composites, most how many resources
// come out of all of them.
const (
	deepest = 8
	most    = 20_000
)

// chosen are the compositions that a composite may be made by, and why it is not
// known which when there are several.
func (r *reading) chosen(d *definition, o *object) (list []*composition, why string) {
	var fit []*composition
	for _, c := range r.compositions {
		if c.of(d) {
			fit = append(fit, c)
		}
	}
	spec := o.node.Get("spec")
	name := cmp.Or(d.enforced, spec.Get("compositionRef", "name").Str(), spec.Get("crossplane", "compositionRef", "name").Str())
	labels := spec.Get("compositionSelector", "matchLabels")
	if labels == nil {
		labels = spec.Get("crossplane", "compositionSelector", "matchLabels")
	}
	if name == "" && labels == nil {
		name = d.preferred
	}
	if name != "" {
		return slices.DeleteFunc(fit, func(c *composition) bool { return c.name() != name }), ""
	}
	fit = slices.DeleteFunc(fit, func(c *composition) bool { return !hasLabels(c.node, labels) })
	if len(fit) > 1 {
		why = fmt.Sprintf("%d compositions of this tree may make it, and nothing says which", len(fit))
	}
	return fit, why
}

func hasLabels(n, want *tree.Node) bool {
	for _, f := range want.Members() {
		if got := n.Get("metadata", "labels", f.Name); got == nil || plainText(got) != plainText(f.Value) {
			return false
		}
	}
	return true
}

// expand makes the resources of a composite.
func (r *reading) expand(o *object, root string, at graph.Address, depth int) {
	d := r.definitionOf(o.group(), o.kind())
	list, why := r.chosen(d, o)
	if r.made > most {
		return // said already
	}
	if len(list) == 0 || depth > deepest {
		text := "no composition of this tree makes it: check the package that does beside it, or what crossplane render prints"
		if depth > deepest {
			text = "it is made of composites more than " + fmt.Sprint(deepest) + " deep"
		}
		r.unread(o, root, at, text)
		return
	}
	for _, c := range list {
		c.used = true
		address := at
		if len(list) > 1 {
			address += graph.Address("/" + c.name())
		}
		x := &expansion{r: r, composition: c, definition: d, apiVersion: o.apiVersion(), file: o.file, node: r.clone(o.node), claim: true,
			at: address, root: root, partial: why, line: o.node.Line, depth: depth}
		if o.kind() == d.claim && d.claim != "" {
			x.fromClaim()
		}
		x.run()
	}
}

// fromClaim makes the composite that a claim becomes: its name is not known, and
// labels say which claim it is of.
func (x *expansion) fromClaim() {
	meta := x.node.Get("metadata")
	name, namespace := meta.Get("name"), meta.Get("namespace")
	labels := meta.Get("labels")
	if labels == nil {
		labels = &tree.Node{Kind: tree.Object, Line: meta.Line}
	}
	if name != nil {
		set(labels, "crossplane.io/claim-name", name)
	}
	if namespace != nil {
		set(labels, "crossplane.io/claim-namespace", namespace)
	}
	set(meta, "labels", labels)
	set(meta, "name", tree.NewHole("the name of the composite is made when it is created", x.line))
	if ref := x.node.Get("spec"); ref != nil {
		claimRef := &tree.Node{Kind: tree.Object, Line: x.line}
		if name != nil {
			set(claimRef, "name", name)
		}
		if namespace != nil {
			set(claimRef, "namespace", namespace)
		}
		set(ref, "claimRef", claimRef)
	}
}

// alone shows a composition that nothing in the tree uses.
func (r *reading) alone(c *composition, root string) {
	ref := c.node.Get("spec", "compositeTypeRef")
	x := &expansion{r: r, composition: c, definition: r.definitionOf(groupOf(ref.Get("apiVersion").Str()), ref.Get("kind").Str()),
		apiVersion: ref.Get("apiVersion").Str(), file: c.file, node: &tree.Node{Kind: tree.Object, Line: c.node.Line},
		at: graph.Address("Composition/" + c.name()), root: root, line: c.node.Line,
		partial: "no claim or composite in this tree uses the composition"}
	if x.definition == nil {
		x.definition = &definition{kind: ref.Get("kind").Str()}
	}
	x.run()
}

// run makes resources of the composition, whichever form it has.
func (x *expansion) run() {
	spec := x.composition.node.Get("spec")
	if spec.Get("pipeline") == nil {
		x.resources(spec)
		return
	}
	for _, s := range spec.Get("pipeline").Elements() {
		input := s.Get("input")
		function := s.Get("functionRef", "name").Str()
		switch {
		case input.Get("kind").Str() == "Resources" && strings.HasPrefix(input.Get("apiVersion").Str(), "pt.fn.crossplane.io/"):
			x.resources(input)
		case makesNothing(function):
		default:
			step := cmp.Or(s.Get("step").Str(), function)
			x.r.module(x, step, s.Line, fmt.Sprintf("what the function %s makes cannot be known without running it: check what crossplane render prints", cmp.Or(function, step)))
		}
	}
}

// makesNothing are the functions that only watch over, or fetch for, the others.
func makesNothing(function string) bool {
	return slices.ContainsFunc([]string{"auto-ready", "environment-configs", "extra-resources", "sequencer", "status-transformer"},
		func(s string) bool { return strings.HasSuffix(function, s) })
}

// resources makes the resources of a list with patches.
func (x *expansion) resources(from *tree.Node) {
	x.sets = patchSets(from.Get("patchSets"))
	var made []*composed
	for i, res := range from.Get("resources").Elements() {
		if x.r.made++; x.r.made > most {
			if x.r.made > most+1 {
				return
			}
			x.r.problem(x.composition.file, res.Line, fmt.Sprintf("the compositions make more than %d resources: check the tree in parts", most))
			return
		}
		base := res.Get("base")
		if base == nil || base.Kind != tree.Object {
			continue
		}
		name := cmp.Or(res.Get("name").Str(), fmt.Sprintf("resource-%d", i))
		c := &composed{x: x, name: name, node: x.r.clone(base), at: x.at + graph.Address("/"+name)}
		for _, p := range res.Get("patches").Elements() {
			c.patch(p, 0)
		}
		made = append(made, c)
	}
	for _, c := range made {
		x.r.compose(c)
	}
}
