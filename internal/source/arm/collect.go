package arm

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// collect finds the resources below n: a list, or an object with symbolic names.
func (d *deployment) collect(n *tree.Node, parent *resource, index map[string]int) {
	switch {
	case n == nil:
	case n.Kind == tree.Object:
		for _, f := range n.Fields {
			d.entry(f.Value, f.Line, f.Name, parent, index)
		}
	case n.Kind == tree.List:
		for _, it := range n.Items {
			d.entry(it, it.Line, "", parent, index)
		}
	default:
		d.run.problem(d.file, n.Line, "resources is made by an expression, which is not worked out")
	}
}

// entry takes one resource, as often as its loop says.
func (d *deployment) entry(n *tree.Node, line int, symbol string, parent *resource, index map[string]int) {
	if n == nil || n.Kind != tree.Object || get(n, "type").Str() == "" {
		d.run.problem(d.file, line, "a resource has no type that could be read")
		return
	}
	loop := get(n, "copy")
	if loop == nil || loop.Kind != tree.Object {
		d.instance(n, line, symbol, parent, index, "", "")
		return
	}
	s := &scope{deployment: d, res: &resource{index: index}}
	count := s.eval(get(loop, "count"), 0)
	times, err := strconv.Atoi(count.Text)
	group := d.path + strings.TrimPrefix(symbol+"/"+get(loop, "name").Str(), "/")
	if count.Kind != tree.Number || err != nil || times > maxCopies {
		d.instance(n, line, symbol, parent, with(index, get(loop, "name").Str(), -1), group, "how often it is copied is not known: "+why(count))
		return
	}
	if times <= 0 {
		d.run.facts.Blocks++
		d.run.facts.Absent++
	}
	for i := range times {
		if len(d.resources) > maxAssets {
			return
		}
		d.instance(n, line, symbol, parent, with(index, get(loop, "name").Str(), i), group, "")
	}
}

// with adds a loop; an index of -1 is not known.
func with(index map[string]int, name string, i int) map[string]int {
	out := make(map[string]int, len(index)+2)
	maps.Copy(out, index)
	out[""], out[strings.ToLower(name)] = i, i
	return out
}

func (d *deployment) instance(n *tree.Node, line int, symbol string, parent *resource, index map[string]int, group, partial string) {
	res := &resource{node: n, line: line, parent: parent, index: index, group: group, partial: partial}
	s := &scope{deployment: d, res: res}
	res.typ = strings.Trim(get(n, "type").Str(), "/")
	res.name = s.eval(get(n, "name"), 0)
	if res.name == removed {
		res.name = hole(line, "it has no name", "{"+symbol+"}")
	}
	if parent != nil && !strings.Contains(res.typ, ".") {
		res.typ = parent.typ + "/" + res.typ
		res.name = s.glue(line, []*tree.Node{parent.name, tree.NewText("/", line), res.name})
	}
	extended := d.extension(res)
	res.existing = get(n, "existing").Plain() == true
	if res.parent = extended; extended == nil {
		res.parent = d.parentOf(res)
	}
	if res.partial == "" {
		res.partial = d.partial
	}
	if parent != nil {
		res.absent = parent.absent
		if res.partial == "" {
			res.partial = parent.partial
		}
	}
	if c := get(n, "condition"); c != nil {
		v := s.eval(c, 0)
		switch {
		case v.Kind == tree.Bool:
			res.absent = res.absent || v.Text == "false"
		case res.partial == "":
			res.partial = "whether it is deployed is not known: " + why(v)
		}
	}
	res.address = d.address(res, symbol, index)
	keys := []string{key(res.typ, res.name)}
	if symbol != "" {
		keys = append(keys, symbolKey(symbol, index))
	}
	for _, k := range keys {
		if d.byKey[k] == nil {
			d.byKey[k] = res
		}
	}
	d.resources = append(d.resources, res)
	d.collect(get(n, "resources"), res, index)
}

// parentOf finds the resource that the type and name of a child speak of; where
// that one is made by itself, as blobServices are, the one above it.
func (d *deployment) parentOf(res *resource) *resource {
	if res.parent != nil {
		return res.parent
	}
	typ, names := res.typ, splitName(spelling(res.name))
	for len(names) > 1 && strings.Count(typ, "/") > 1 {
		names = names[:len(names)-1]
		typ = typ[:strings.LastIndexByte(typ, '/')]
		if found := d.find(key(typ, tree.NewText(strings.Join(names, "/"), 0))); found != nil {
			return found
		}
	}
	return nil
}

// extension takes the older way to write an extension apart: the type
// Microsoft.Storage/storageAccounts/providers/roleAssignments and the name
// store/Microsoft.Authorization/x are a Microsoft.Authorization/roleAssignments
// of the store, which is returned when it is here.
func (d *deployment) extension(res *resource) *resource {
	i := strings.Index(strings.ToLower(res.typ), "/providers/")
	if i < 0 {
		return nil
	}
	base, typ := res.typ[:i], res.typ[i+len("/providers/"):]
	names, n := splitName(spelling(res.name)), strings.Count(base, "/")
	if len(names) < n+2 {
		return nil
	}
	own := strings.Join(names, "/")
	res.typ = names[n] + "/" + typ
	if res.name.Kind == tree.Hole {
		res.name = hole(res.line, res.name.Text, own, res.name.Refs...)
	} else {
		res.name = tree.NewText(own, res.line, res.name.Refs...)
	}
	return d.find(key(base, tree.NewText(strings.Join(names[:n], "/"), 0)))
}

// find looks for a resource in this deployment and in those around it.
func (d *deployment) find(k string) *resource {
	for at := d; at != nil; at = at.above {
		if res := at.byKey[k]; res != nil {
			return res
		}
	}
	return nil
}

func key(typ string, name *tree.Node) string {
	return strings.ToLower(typ) + " " + strings.ToLower(spelling(name))
}

func symbolKey(symbol string, index map[string]int) string {
	if i, ok := index[""]; ok && i >= 0 {
		return "#" + symbol + "[" + strconv.Itoa(i) + "]"
	}
	return "#" + symbol
}

// address is Microsoft.Sql/servers/s/databases/d, or the symbolic name; unique
// within the root.
func (d *deployment) address(res *resource, symbol string, index map[string]int) graph.Address {
	name := symbol
	if symbol == "" {
		name = id(res.typ, spelling(res.name))
	} else if i, ok := index[""]; ok && i >= 0 {
		name = fmt.Sprintf("%s[%d]", symbol, i)
	}
	name = d.path + strings.ReplaceAll(name, " ", "")
	base := name
	for i := 2; d.taken[name]; i++ {
		name = fmt.Sprintf("%s#%d", base, i)
	}
	d.taken[name] = true
	return graph.Address(name)
}

// id puts the parts of a type and of a name together as an id does.
func id(typ, name string) string {
	types, names := strings.Split(typ, "/"), splitName(name)
	if len(types) < 2 {
		return typ + "/" + name
	}
	out := types[0]
	for i, t := range types[1:] {
		out += "/" + t
		switch {
		case i == len(types)-2 && i < len(names):
			out += "/" + strings.Join(names[i:], "/")
		case i < len(names):
			out += "/" + names[i]
		}
	}
	return out
}

// splitName cuts a name at its slashes, but not within the spelling of what is
// not known.
func splitName(name string) []string {
	var out []string
	depth, start := 0, 0
	for i, c := range name {
		switch c {
		case '{':
			depth++
		case '}':
			depth--
		case '/':
			if depth == 0 {
				out = append(out, name[start:i])
				start = i + 1
			}
		}
	}
	return append(out, name[start:])
}
