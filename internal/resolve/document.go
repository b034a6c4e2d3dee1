package resolve

import (
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
// written; a document that is not known, or is no JSON, is unknown.
func (n *node) documents(rds []graph.Reading, path string, rd *kb.Read) []value {
	var out []value
	for _, at := range rds {
		if at.Null || at.Value == "" {
			continue
		}
		v := value{as: rd.As, path: path + " " + rd.JSON, origin: at.Origin, unknown: at.Unknown}
		if v.unknown != "" {
			out = append(out, v)
			continue
		}
		doc := at.Value
		if text, ok := doc.(string); ok {
			if err := json.Unmarshal([]byte(text), &doc); err != nil {
				v.unknown = fmt.Sprintf("%s is not JSON", path)
				out = append(out, v)
				continue
			}
		}
		for _, x := range walk([]any{doc}, documentPath(rd.JSON)) {
			out = append(out, flat(v, x, n, graph.Reading{Origin: at.Origin})...)
		}
	}
	return out
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
	var out []any
	switch x := x.(type) {
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

// meeting are the elements of a value that meet all conditions.
func meeting(x any, conds []kb.JSONCondition) []any {
	if len(conds) == 0 {
		return []any{x}
	}
	list, ok := x.([]any)
	if !ok {
		list = []any{x}
	}
	var out []any
	for _, e := range list {
		if !slices.ContainsFunc(conds, func(c kb.JSONCondition) bool { return meets(e, &c) == c.Not }) {
			out = append(out, e)
		}
	}
	return out
}

func meets(x any, c *kb.JSONCondition) bool {
	found := walk([]any{x}, c.Path)
	if c.Value == "" {
		return len(found) > 0
	}
	return slices.ContainsFunc(found, func(y any) bool { return has(y, c.Value) })
}

// has reports whether a value, or an element of a list, matches.
func has(x any, pattern string) bool {
	if list, ok := x.([]any); ok {
		return slices.ContainsFunc(list, func(y any) bool { return has(y, pattern) })
	}
	switch x.(type) {
	case map[string]any, nil:
		return false
	}
	return matches(pattern, fmt.Sprint(x))
}
