package arm

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// call works an expression out.
func (s *scope) call(x *expression, line, depth int) *tree.Node {
	if s.run.values++; s.run.values > maxValues || depth > maxNested {
		return hole(line, "the template says too much to be worked out: split it", "{…}")
	}
	if x.name == "" {
		if x.number {
			return &tree.Node{Kind: tree.Number, Line: line, Text: x.text}
		}
		return tree.NewText(x.text, line)
	}
	v := s.function(x, line, depth)
	for i := 0; i < len(x.path); i++ {
		p := x.path[i]
		if v.Kind == tree.Hole {
			return hole(line, v.Text, "{"+x.source+"}", v.Refs...)
		}
		k := s.call(p, line, depth+1)
		v = member(v, k, line, x)
	}
	return v
}

// member is a member of an object, or an element of a list.
func member(v, k *tree.Node, line int, x *expression) *tree.Node {
	switch {
	case k.Kind == tree.Hole:
		return hole(line, k.Text, "{"+x.source+"}", v.Refs...)
	case v.Kind == tree.Object:
		if got := get(v, k.Text); got != nil {
			return got
		}
	case v.Kind == tree.List && k.Kind == tree.Number:
		if i, err := strconv.Atoi(k.Text); err == nil && i >= 0 && i < len(v.Items) {
			return v.Items[i]
		}
	}
	return hole(line, fmt.Sprintf("there is no %s in %s", k.Text, x.source), "{"+x.source+"}", v.Refs...)
}

// function works a call out, without what is taken of its result.
func (s *scope) function(x *expression, line, depth int) *tree.Node {
	switch x.name {
	case "if":
		return s.choose(x, line, depth)
	case "parameters":
		return s.parameter(s.argument(x, 0, line, depth), line, depth)
	case "variables":
		return s.variable(s.argument(x, 0, line, depth), line, depth)
	case "and", "or":
		return s.several(x, line, depth)
	case "lambda", "map", "filter", "reduce", "sort", "toobject", "groupby", "mapvalues":
		return hole(line, x.name+" is not worked out", "{"+x.source+"}")
	}
	args := make([]*tree.Node, len(x.args))
	for i := range x.args {
		args[i] = s.argument(x, i, line, depth)
	}
	switch x.name {
	case "resourceid", "extensionresourceid", "subscriptionresourceid", "tenantresourceid", "managementgroupresourceid":
		return s.resourceID(x, args, line)
	case "reference", "listkeys", "listsecrets", "list":
		return s.reference(x, args, line)
	case "copyindex":
		return s.copyIndex(x, args, line)
	case "resourcegroup", "subscription", "deployment", "tenant", "managementgroup", "environment":
		return s.around(x, line)
	}
	if strings.HasPrefix(x.name, "list") {
		return s.reference(x, args, line)
	}
	if v := pure(x, args, line); v != nil {
		if len(v.Text) > maxText {
			return hole(line, "the text is too long to be worked out", "{…}", v.Refs...)
		}
		return v
	}
	return hole(line, "what "+x.name+" gives is known when it is deployed", s.spelled(x, args), refsOf(args)...)
}

func (s *scope) argument(x *expression, i, line, depth int) *tree.Node {
	if i >= len(x.args) {
		return hole(line, x.name+" lacks an argument", "{"+x.source+"}")
	}
	v := s.call(x.args[i], line, depth+1)
	if v == removed {
		return &tree.Node{Line: line}
	}
	return v
}

// spelled is a call with what its arguments came to: two names that are made
// alike are spelled alike.
func (s *scope) spelled(x *expression, args []*tree.Node) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = spelling(a)
	}
	return "{" + x.name + "(" + strings.Join(parts, ",") + ")}"
}

func refsOf(args []*tree.Node) []graph.Address {
	var out []graph.Address
	for _, a := range args {
		out = append(out, a.Refs...)
	}
	return unique(out)
}

// choose is if(condition, then, else). Where the condition is not known, and both
// come to the same text, that is it.
func (s *scope) choose(x *expression, line, depth int) *tree.Node {
	c := s.argument(x, 0, line, depth)
	if c.Kind == tree.Bool {
		if c.Text == "true" {
			return s.argument(x, 1, line, depth)
		}
		return s.argument(x, 2, line, depth)
	}
	a, b := s.argument(x, 1, line, depth), s.argument(x, 2, line, depth)
	if a.Kind == tree.String && b.Kind == tree.String && a.Text == b.Text {
		return a
	}
	return hole(line, why(c), s.spelled(x, []*tree.Node{c, a, b}), refsOf([]*tree.Node{a, b})...)
}

// several is and, or or: one that decides is enough, known or not what the others are.
func (s *scope) several(x *expression, line, depth int) *tree.Node {
	var unknown *tree.Node
	for i := range x.args {
		switch v := s.argument(x, i, line, depth); {
		case v.Kind != tree.Bool:
			unknown = v
		case (v.Text == "true") == (x.name == "or"):
			return v
		}
	}
	if unknown != nil {
		return hole(line, why(unknown), "{"+x.source+"}", unknown.Refs...)
	}
	return boolean(line, x.name == "and")
}

// parameter is the value of a parameter. The default is worked out where it
// stands: in the deployment itself.
func (s *scope) parameter(name *tree.Node, line, depth int) *tree.Node {
	d := s.deployment
	if d.outer != nil {
		d = d.outer
	}
	k := strings.ToLower(name.Text)
	v := d.parameters[k]
	if v == nil {
		return hole(line, fmt.Sprintf("there is no parameter %s", name.Text), "{"+name.Text+"}")
	}
	if v.Kind == tree.String || v.Kind == tree.Object || v.Kind == tree.List {
		d.parameters[k] = hole(line, fmt.Sprintf("the parameter %s is made of itself", name.Text), "{"+name.Text+"}")
		v = (&scope{deployment: d}).eval(v, depth)
		d.parameters[k] = escaped(v)
	}
	return at(v, line)
}

// escaped keeps a worked out text from being taken for an expression again.
func escaped(v *tree.Node) *tree.Node {
	if v.Kind == tree.String && strings.HasPrefix(v.Text, "[") && strings.HasSuffix(v.Text, "]") {
		v = at(v, v.Line)
		v.Text = "[" + v.Text
	}
	return v
}

func (s *scope) variable(name *tree.Node, line, depth int) *tree.Node {
	d := s.deployment
	if d.outer != nil {
		d = d.outer
	}
	k := strings.ToLower(name.Text)
	if v, seen := d.variables[k]; seen {
		if v == nil {
			return hole(line, fmt.Sprintf("the variable %s is made of itself", name.Text), "{"+name.Text+"}")
		}
		return v
	}
	vars := get(d.doc, "variables")
	n := get(vars, name.Text)
	in := &scope{deployment: d}
	d.variables[k] = nil
	var v *tree.Node
	if n == nil {
		made := &tree.Node{Kind: tree.Object}
		if loops := get(vars, "copy"); loops != nil && loops.Kind == tree.List {
			i := slices.IndexFunc(loops.Items, func(l *tree.Node) bool { return strings.EqualFold(get(l, "name").Str(), name.Text) })
			if i >= 0 {
				in.copies(made, &tree.Node{Kind: tree.List, Items: loops.Items[i : i+1]}, depth)
			}
		}
		v = get(made, name.Text)
	} else {
		v = in.eval(n, depth)
	}
	if v == nil {
		v = hole(line, fmt.Sprintf("there is no variable %s", name.Text), "{"+name.Text+"}")
	}
	d.variables[k] = v
	return v
}

// copyIndex is the turn of a loop, perhaps of a named one, and perhaps moved.
func (s *scope) copyIndex(x *expression, args []*tree.Node, line int) *tree.Node {
	name, add := "", 0
	for _, a := range args {
		if a.Kind == tree.String {
			name = strings.ToLower(a.Text)
		} else if i, err := strconv.Atoi(a.Text); err == nil {
			add = i
		}
	}
	if s.res != nil {
		if i, ok := s.res.index[name]; ok && i >= 0 {
			return number(line, i+add)
		}
	}
	return hole(line, "the turn of the loop is not known", "{"+x.source+"}")
}

// around is what surrounds a deployment, of which the template says nothing but
// what was told.
func (s *scope) around(x *expression, line int) *tree.Node {
	what := map[string]string{"resourcegroup": "the resource group", "subscription": "the subscription", "deployment": "the deployment", "tenant": "the tenant",
		"managementgroup": "the management group", "environment": "the cloud"}[x.name]
	for _, p := range x.path {
		name := strings.ToLower(p.text)
		if name == "location" && s.run.options.Location != "" {
			return &tree.Node{Kind: tree.Object, Line: line, Fields: []tree.Field{{Name: "location", Line: line, Value: tree.NewText(s.run.options.Location, line)}}}
		}
		if name == "location" {
			return hole(line, "the template does not say where "+what+" is: name it with --location", "{"+x.source+"}")
		}
	}
	return hole(line, "what "+what+" is called and where it is, is not in the template", "{"+x.source+"}")
}
