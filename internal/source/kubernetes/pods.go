package kubernetes

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// isContainer reports whether an object runs an image: it has one beside the name,
// command, environment or ports of a container.
func isContainer(n *tree.Node) bool {
	image := n.Get("image")
	if image == nil || image.Kind != tree.String && image.Kind != tree.Hole {
		return n.Get("env").Elements() != nil && isEnvironment(n.Get("env"))
	}
	for _, beside := range []string{"name", "command", "args", "env", "envFrom", "ports", "resources", "imagePullPolicy", "volumeMounts", "source"} {
		if n.Get(beside) != nil {
			return true
		}
	}
	return false
}

func isEnvironment(env *tree.Node) bool {
	if env == nil || env.Kind != tree.List || len(env.Items) == 0 {
		return false
	}
	for _, e := range env.Items {
		if e.Get("name") == nil {
			return false
		}
	}
	return true
}

// podsIn are the pod specifications within an object: whatever has containers.
func podsIn(o *object) []*tree.Node {
	var out []*tree.Node
	each(o.node, func(n *tree.Node) {
		if c := n.Get("containers"); c != nil && c.Kind == tree.List && len(c.Items) > 0 && c.Items[0].Kind == tree.Object && isContainer(c.Items[0]) {
			out = append(out, n)
		}
	})
	return out
}

// evaluate gives every container of the object the environment that it will
// have, and opens the texts that somebody else fills in.
func (u *unit) evaluate(o *object) {
	holes(o.node)
	policyTypes(o)
	each(o.node, func(n *tree.Node) {
		if to := n.Get("to"); to != nil && to.Kind == tree.Object && n.Get("from") != nil && len(to.Fields) > 0 && to.Fields[0].Value.Kind == tree.Number {
			keys := &tree.Node{Kind: tree.List, Line: to.Line}
			for _, f := range to.Fields {
				keys.Items = append(keys.Items, &tree.Node{Kind: tree.String, Text: f.Name, Line: f.Line})
			}
			set(n, "localities", keys)
		}
		if n.Get("env") == nil && n.Get("envFrom") == nil && n.Get("command") == nil && n.Get("args") == nil {
			return
		}
		if env := u.environment(o, n); env != nil {
			set(n, "env", env)
		}
		if line := commandLine(n); line != nil {
			set(n, "commandline", line)
		}
	})
}

// policyTypes writes what the API takes when a network policy does not say it:
// Ingress, and Egress where it has rules for it.
func policyTypes(o *object) {
	spec := o.node.Get("spec")
	if o.typ() != "NetworkPolicy.networking.k8s.io" || spec == nil || spec.Kind != tree.Object || spec.Get("policyTypes") != nil {
		return
	}
	types := &tree.Node{Kind: tree.List, Line: spec.Line, Items: []*tree.Node{{Kind: tree.String, Text: "Ingress", Line: spec.Line}}}
	if len(spec.Get("egress").Elements()) > 0 {
		types.Items = append(types.Items, &tree.Node{Kind: tree.String, Text: "Egress", Line: spec.Line})
	}
	set(spec, "policyTypes", types)
}

// set replaces or adds a member.
func set(n *tree.Node, name string, v *tree.Node) {
	for i := range n.Fields {
		if n.Fields[i].Name == name {
			n.Fields[i].Value = v
			return
		}
	}
	n.Fields = append(n.Fields, tree.Field{Name: name, Line: v.Line, Value: v})
}

// filled are texts of which a part is filled in by whoever applies or runs the object.
var filled = regexp.MustCompile(`\{\{.*\}\}|^[^\s]*\$\{[A-Za-z_][A-Za-z0-9_.]*(?::?[-=][^}]*)?\}[^\s]*$`)

// holes makes single-line texts that a template fills in values that are not known.
func holes(n *tree.Node) {
	switch n.Kind {
	case tree.String:
		if len(n.Text) < 4096 && strings.ContainsAny(n.Text, "{") && !strings.Contains(n.Text, "\n") && !strings.HasPrefix(n.Text, "{\"") && filled.MatchString(n.Text) {
			n.Kind, n.Text = tree.Hole, "it is filled in when the object is applied or run"
		}
	case tree.List:
		for _, it := range n.Items {
			holes(it)
		}
	case tree.Object:
		for i := range n.Fields {
			if name := n.Fields[i].Name; name == "annotations" || name == "data" || name == "stringData" {
				continue
			}
			holes(n.Fields[i].Value)
		}
	}
}

// environment is the list of variables of a container; nil when it has none. Later
// variables count more, as the last of one name does.
func (u *unit) environment(o *object, n *tree.Node) *tree.Node {
	env := n.Get("env")
	if n.Get("envFrom") == nil && (env == nil || !isEnvironment(env)) {
		return nil
	}
	out := &tree.Node{Kind: tree.List, Line: n.Line}
	if env != nil {
		out.Line = env.Line
	}
	at := map[string]int{}
	put := func(name *tree.Node, value *tree.Node) {
		e := &tree.Node{Kind: tree.Object, Line: value.Line, Fields: []tree.Field{{Name: "name", Line: value.Line, Value: name}, {Name: "value", Line: value.Line, Value: value}}}
		if i, twice := at[name.Text]; twice && name.Kind == tree.String {
			out.Items[i] = e
			return
		}
		at[name.Text] = len(out.Items)
		out.Items = append(out.Items, e)
	}
	for _, from := range n.Get("envFrom").Elements() {
		u.envFrom(o, from, put)
	}
	if env != nil && isEnvironment(env) {
		for _, e := range env.Items {
			value := u.value(o, e)
			value = expand(value, out.Items)
			put(e.Get("name"), value)
		}
	}
	return out
}

// envFrom brings all variables of a ConfigMap. A map that was not read, and a
// secret, are variables that are not known.
func (u *unit) envFrom(o *object, from *tree.Node, put func(name, value *tree.Node)) {
	if ref := from.Get("configMapRef"); ref != nil {
		m := u.named("ConfigMap", o.namespace, ref.Get("name").Str())
		if m == nil {
			if b := ref.Get("optional"); b == nil || b.Text != "true" {
				why := fmt.Sprintf("variables come from the ConfigMap %s, which was not read", ref.Get("name").Str())
				put(&tree.Node{Kind: tree.Hole, Line: from.Line, Text: why}, &tree.Node{Kind: tree.Hole, Line: from.Line, Text: why})
			}
			return
		}
		for _, f := range m.node.Get("data").Members() {
			put(&tree.Node{Kind: tree.String, Line: from.Line, Text: from.Get("prefix").Str() + f.Name}, &tree.Node{Kind: f.Value.Kind, Line: from.Line, Text: f.Value.Text})
		}
		return
	}
	if ref := from.Get("secretRef"); ref != nil {
		why := fmt.Sprintf("variables come from the Secret %s, whose values are not read", ref.Get("name").Str())
		put(&tree.Node{Kind: tree.Hole, Line: from.Line, Text: why}, &tree.Node{Kind: tree.Hole, Line: from.Line, Text: why})
	}
}

// value is that of one variable.
func (u *unit) value(o *object, e *tree.Node) *tree.Node {
	if v := e.Get("value"); v != nil {
		if v.Kind == tree.Object || v.Kind == tree.List {
			return &tree.Node{Kind: tree.Hole, Line: v.Line, Text: "it is no text"}
		}
		c := *v
		if c.Kind == tree.Bool || c.Kind == tree.Number { // a slip that the API refuses; what is meant is clear
			c.Kind = tree.String
		}
		return &c
	}
	from := e.Get("valueFrom")
	line := e.Line
	if ref := from.Get("configMapKeyRef"); ref != nil {
		if m := u.named("ConfigMap", o.namespace, ref.Get("name").Str()); m != nil {
			if v := m.node.Get("data", ref.Get("key").Str()); v != nil {
				return &tree.Node{Kind: v.Kind, Text: v.Text, Line: line}
			}
		}
		return &tree.Node{Kind: tree.Hole, Line: line, Text: fmt.Sprintf("it comes from the ConfigMap %s, which was not read", ref.Get("name").Str())}
	}
	if ref := from.Get("secretKeyRef"); ref != nil {
		return &tree.Node{Kind: tree.Hole, Line: line, Text: fmt.Sprintf("it comes from the Secret %s, whose values are not read", ref.Get("name").Str())}
	}
	if from != nil {
		return &tree.Node{Kind: tree.Hole, Line: line, Text: "it is known when the pod runs"}
	}
	return &tree.Node{Kind: tree.String, Line: line} // without value it is empty
}

// named finds an object by kind, namespace and name.
func (u *unit) named(typ, namespace, name string) *object {
	for _, o := range u.byKind[typ] {
		if o.name == name && (o.namespace == namespace || o.namespace == "" || namespace == "") {
			return o
		}
	}
	return nil
}

var dependent = regexp.MustCompile(`\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)`)

// expand fills $(NAME) in, of the variables before it.
func expand(v *tree.Node, before []*tree.Node) *tree.Node {
	if v.Kind != tree.String || !strings.Contains(v.Text, "$(") {
		return v
	}
	unknown := ""
	text := dependent.ReplaceAllStringFunc(v.Text, func(m string) string {
		if m == "$$" {
			return "$"
		}
		name := m[2 : len(m)-1]
		for _, e := range before {
			if e.Get("name").Str() != name {
				continue
			}
			val := e.Get("value")
			if val == nil {
				return ""
			}
			if val.Kind == tree.Hole {
				unknown = val.Text
			}
			return val.Text
		}
		return m
	})
	if unknown != "" {
		return &tree.Node{Kind: tree.Hole, Line: v.Line, Text: unknown}
	}
	return &tree.Node{Kind: tree.String, Line: v.Line, Text: text}
}

// commandLine is what a container runs, as far as it is written: command and
// args with a blank between them; nil when it leaves both to its image.
func commandLine(n *tree.Node) *tree.Node {
	var words []string
	line := 0
	for _, name := range []string{"command", "args"} {
		list := n.Get(name)
		if list == nil || list.Kind != tree.List && list.Kind != tree.String {
			continue
		}
		for _, it := range list.Elements() {
			if line == 0 {
				line = it.Line
			}
			switch it.Kind {
			case tree.Object, tree.List:
				return nil
			case tree.Hole:
				words = append(words, "{unknown}")
				continue
			}
			text := it.Text
			if env := n.Get("env"); env != nil {
				e := expand(&tree.Node{Kind: tree.String, Text: text}, env.Elements())
				if text = e.Text; e.Kind == tree.Hole {
					text = "{unknown}"
				}
			}
			words = append(words, strings.Fields(text)...)
		}
	}
	if len(words) == 0 || line == 0 {
		return nil
	}
	return &tree.Node{Kind: tree.String, Line: line, Text: strings.Join(words, " ")}
}
