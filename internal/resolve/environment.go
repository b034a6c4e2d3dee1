package resolve

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A call is the address of a service that a variable of the environment holds.
type call struct {
	purpose string
	to      value
}

// calls are the addresses in an environment. Of one that is not known as a whole,
// one call is left that is not known: a client takes its address from there.
func (n *node) calls(e *kb.EnvSpec) []call {
	if e.Name == "" {
		return n.callsInMap(e)
	}
	var out []call
	for _, at := range n.fact.Attrs.Read(e.Attr) {
		if at.Null {
			continue
		}
		for _, entry := range entries(at, e.JSON) {
			out = append(out, n.callInEntry(e, at, entry)...)
		}
	}
	return out
}

func (n *node) callsInMap(e *kb.EnvSpec) []call {
	var out []call
	for _, v := range n.g.r.kb.Variables() {
		path := e.Attr + "." + v.Env
		for _, to := range n.scalars(n.fact.Attrs.Read(path), path, address(&v)) {
			if len(out) > 0 && to.unknown != "" && to.unknown == out[0].to.unknown {
				return n.environmentUnknown(e, to.origin, to.unknown)
			}
			out = append(out, call{v.Purpose, to})
		}
	}
	return out
}

// environmentUnknown is the call that nobody can see.
func (n *node) environmentUnknown(e *kb.EnvSpec, at graph.Origin, why string) []call {
	return []call{{"data", value{as: "url", path: e.Attr, origin: at, unknown: why}}}
}

// entries are the elements of a list of variables, as it stands in a block, a
// list or a document. A hole is an entry that is not known.
func entries(at graph.Reading, path string) []any {
	if text, ok := at.Value.(string); ok && (path == "" || text == "") {
		return nil
	}
	doc, unknown := content(at, "it")
	if unknown != "" {
		return []any{graph.Hole{Unknown: unknown, Refs: at.Refs}}
	}
	found := []any{doc}
	if path != "" {
		found = walk(found, documentPath(path))
	}
	var out []any
	for _, x := range found {
		if list, ok := x.([]any); ok {
			out = append(out, list...)
		} else {
			out = append(out, x)
		}
	}
	return out
}

func (n *node) callInEntry(e *kb.EnvSpec, at graph.Reading, entry any) []call {
	if h, ok := entry.(graph.Hole); ok {
		return n.environmentUnknown(e, at.Origin, h.Unknown)
	}
	fields, ok := entry.(map[string]any)
	if !ok {
		return nil
	}
	if h, ok := fields[e.Name].(graph.Hole); ok {
		return n.environmentUnknown(e, at.Origin, h.Unknown)
	}
	name, _ := fields[e.Name].(string)
	v, ok := n.g.r.kb.Variable(name)
	if !ok {
		return nil
	}
	to := value{as: address(&v), path: e.Attr + " " + name, origin: at.Origin}
	switch x := fields[e.Value].(type) {
	case string:
		to.text = x
	case graph.Hole:
		to.unknown = x.Unknown
	default:
		to.unknown = fmt.Sprintf("%s takes its value from elsewhere", name)
	}
	if to.text == "" && to.unknown == "" {
		return nil
	}
	return []call{{v.Purpose, to}}
}

func address(v *kb.Variable) string {
	if v.As == "" {
		return "url"
	}
	return v.As
}
