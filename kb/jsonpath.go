package kb

import (
	"fmt"
	"strings"
)

// A JSONPath is a path into a document, as [Read.JSON] writes it: segments
// separated by dots, each a key or alternatives of keys (StringNotEquals|StringNotLike),
// with conditions on the object that it leads to:
//
//	Statement[Effect=Deny][!NotAction].Condition.StringNotEquals.aws:RequestedRegion
//
// Lists are crossed element by element. [k=v] asks for a value, matched like
// When of a map, at the path k below; [k] asks that there is one, [!k] that there
// is none. A path may begin with conditions, on the value itself.
type JSONPath []JSONStep

// A JSONStep is one segment.
type JSONStep struct {
	Keys []string // alternatives, all of which are followed; "*" is every key; none is the value itself
	If   []JSONCondition
}

// Plain reports whether the path is keys alone, which [graph.Reader] reads too.
func (p JSONPath) Plain() bool {
	for i := range p {
		if len(p[i].Keys) != 1 || p[i].Keys[0] == "*" || len(p[i].If) > 0 {
			return false
		}
	}
	return len(p) > 0
}

// A JSONCondition is one condition in brackets.
type JSONCondition struct {
	Path  JSONPath
	Value string // "": any
	Not   bool
}

// ParseJSONPath reads a path.
func ParseJSONPath(text string) (JSONPath, error) {
	var out JSONPath
	for i, part := range splitOutside(text, '.') {
		keys, rest, conditional := strings.Cut(part, "[")
		if keys == "" && (i > 0 || !conditional) {
			return nil, fmt.Errorf("json path %q: a segment is empty", text)
		}
		step := JSONStep{}
		if keys != "" {
			step.Keys = strings.Split(keys, "|")
		}
		if rest != "" {
			if !strings.HasSuffix(rest, "]") {
				return nil, fmt.Errorf("json path %q: a condition is not closed by ]", text)
			}
			for c := range strings.SplitSeq(strings.TrimSuffix(rest, "]"), "][") {
				cond, err := condition(c)
				if err != nil {
					return nil, fmt.Errorf("json path %q: %w", text, err)
				}
				step.If = append(step.If, cond)
			}
		}
		out = append(out, step)
	}
	return out, nil
}

func condition(text string) (JSONCondition, error) {
	c := JSONCondition{}
	text, c.Not = strings.CutPrefix(text, "!")
	key, value, has := strings.Cut(text, "=")
	if has && value == "" {
		return c, fmt.Errorf("condition [%s] has no value", text)
	}
	var err error
	c.Path, err = ParseJSONPath(key)
	c.Value = value
	return c, err
}

// splitOutside splits at a separator that is not within brackets.
func splitOutside(text string, sep byte) []string {
	var out []string
	depth, from := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '[':
			depth++
		case ']':
			depth--
		case sep:
			if depth == 0 {
				out = append(out, text[from:i])
				from = i + 1
			}
		}
	}
	return append(out, text[from:])
}
