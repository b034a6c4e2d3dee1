package resolve

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// documentPaths holds the parsed paths of the dialects, which the loader has
// checked.
var documentPaths sync.Map

func documentPath(text string) kb.JSONPath {
	if p, ok := documentPaths.Load(text); ok {
		return p.(kb.JSONPath)
	}
	p, err := kb.ParseJSONPath(text)
	if err != nil {
		p = nil // leads nowhere; the loader reports the fault
	}
	documentPaths.Store(text, p)
	return p
}

// documents reads a path within documents: policies, templates, request bodies,
// written as JSON text or as an object. What the path does not find is not
// written; a document that is not known, or is no JSON, is unknown. Of one that
// is known in part, what is known counts: a path that meets a hole is unknown
// there, and one that does not is as good as in a document that is known. An
// object is read where its parts stand, and a part that names an asset names it.
func (n *node) documents(rds []graph.Reading, path string, rd *kb.Read) []value {
	if len(rds) == 1 && !rds[0].Null && documentPath(rd.JSON).Plain() {
		if _, text := rds[0].Value.(string); !text {
			return n.scalars(n.fact.Attrs.Read(cmp.Or(rd.Then, rd.Attr)+"."+rd.JSON), path+" "+rd.JSON, rd.As)
		}
	}
	var out []value
	for _, at := range rds {
		if at.Null || at.Value == "" {
			continue
		}
		v := value{as: rd.As, path: path + " " + rd.JSON, origin: at.Origin}
		doc, why := content(at, path)
		if why != "" {
			v.unknown = why
			out = append(out, v)
			continue
		}
		for _, x := range walk([]any{doc}, documentPath(rd.JSON)) {
			out = append(out, flat(v, x, n, graph.Reading{Origin: at.Origin})...)
		}
	}
	return out
}

// content is the document that a reading holds, as far as it is known. Where
// nothing is, or the text is no JSON, unknown says so of what is called by that name.
func content(at graph.Reading, called string) (doc any, unknown string) {
	doc = at.Value
	if at.Unknown != "" {
		if _, text := at.Part.(graph.Pieces); text || at.Part == nil {
			return nil, at.Unknown
		}
		doc = at.Part
	}
	if text, ok := doc.(string); ok {
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			return nil, called + " is not JSON"
		}
	}
	return doc, ""
}

// walk follows a path from each of the values.
func walk(from []any, path kb.JSONPath) []any {
	if path == nil {
		return nil
	}
	at := from
	for i := range path {
		var next []any
		for _, x := range at {
			next = append(next, descend(x, &path[i])...)
		}
		at = next
	}
	return at
}

func descend(x any, step *kb.JSONStep) []any {
	if len(step.Keys) == 0 {
		return meeting(x, step.If)
	}
	var out []any
	switch x := x.(type) {
	case graph.Hole:
		return []any{x}
	case []any:
		for _, e := range x {
			out = append(out, descend(e, step)...)
		}
	case map[string]any:
		for _, key := range step.Keys {
			if key == "*" {
				for _, k := range slices.Sorted(maps.Keys(x)) {
					out = append(out, meeting(x[k], step.If)...)
				}
			} else if v, ok := x[key]; ok {
				out = append(out, meeting(v, step.If)...)
			}
		}
	}
	return out
}

// meeting are the elements of a value that meet all conditions. Of those that
// may meet them, a hole is left.
func meeting(x any, conds []kb.JSONCondition) []any {
	list, ok := x.([]any)
	if !ok || len(conds) == 0 {
		list = []any{x}
	}
	var out []any
	for _, e := range list {
		all := yes
		for i := range conds {
			all = min(all, meets(e, &conds[i]))
		}
		switch {
		case e == nil || all == no: // null is not written
		case all == maybe:
			out = append(out, firstHole(e))
		default:
			out = append(out, e)
		}
	}
	return out
}

// truth is whether a condition holds, worst first.
type truth int

const (
	no truth = iota
	maybe
	yes
)

func meets(x any, c *kb.JSONCondition) truth {
	t := no
	for _, y := range walk([]any{x}, c.Path) {
		if _, hole := y.(graph.Hole); hole {
			t = max(t, maybe)
		} else if c.Value == "" {
			t = yes
		} else {
			t = max(t, has(y, c.Value))
		}
	}
	if c.Not {
		return yes - t
	}
	return t
}

// has says whether a value, or an element of a list, matches.
func has(x any, pattern string) truth {
	switch x := x.(type) {
	case []any:
		t := no
		for _, y := range x {
			t = max(t, has(y, pattern))
		}
		return t
	case graph.Hole:
		return maybe
	case map[string]any, nil:
		return no
	}
	if matches(pattern, fmt.Sprint(x)) {
		return yes
	}
	return no
}

// firstHole is the hole that keeps a condition from being decided: any of the
// value's, since they all come from what is not known.
func firstHole(x any) graph.Hole {
	switch x := x.(type) {
	case graph.Hole:
		return x
	case []any:
		for _, e := range x {
			if h := firstHole(e); h.Unknown != "" {
				return h
			}
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			if h := firstHole(x[k]); h.Unknown != "" {
				return h
			}
		}
	}
	return graph.Hole{}
}
