package perimeter

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Setting is one value of a preset and why it is set so.
type Setting struct {
	Key   string `json:"key"` // as "data.special.keys.holder", below spec
	Value string `json:"value"`
	Says  string `json:"says"` // the comment on it or on what it is part of, what the word means, or the comment on its namesake of an earlier class
}

// Explain takes the file of a preset apart: what it is for, and why each value
// is set as it is. The comments of the file are the explanation; there is no other.
func Explain(name string) (about string, settings []Setting, err error) {
	src, err := Preset(name)
	if err != nil {
		return "", nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return "", nil, fmt.Errorf("preset %s: %w", name, err)
	}
	root := doc.Content[0]
	e := explainer{named: map[string]string{}}
	e.walk(root, "", "")
	return comment(doc.HeadComment, root.HeadComment, root.Content[0].HeadComment), e.settings, nil
}

type explainer struct {
	settings []Setting
	named    map[string]string // the first comment on each last word of a key
}

// walk visits the values below n. said is the comment on what n is part of.
func (e *explainer) walk(n *yaml.Node, path, said string) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		at := strings.TrimPrefix(path+"."+k.Value, ".")
		key, ok := strings.CutPrefix(at, "spec.")
		if !ok && at != "spec" {
			continue // the head of the file
		}
		own := comment(k.HeadComment, k.LineComment, v.HeadComment, v.LineComment)
		if own != "" && e.named[k.Value] == "" {
			e.named[k.Value] = own
		}
		if own == "" {
			own = said
		}
		if own == "" {
			own = meanings["Class."+k.Value+" "+v.Value]
		}
		if own == "" {
			own = e.named[k.Value]
		}
		switch {
		case v.Kind == yaml.MappingNode:
			e.walk(v, at, own)
		case v.Kind == yaml.SequenceNode && len(v.Content) > 0 && v.Content[0].Kind == yaml.MappingNode:
			for _, x := range v.Content {
				e.walk(x, at, own)
			}
		default:
			e.settings = append(e.settings, Setting{key, text(v), own})
		}
	}
}

// text is a scalar, or a list of scalars, as it would be written.
func text(n *yaml.Node) string {
	if n.Kind != yaml.SequenceNode {
		return n.Value
	}
	words := make([]string, len(n.Content))
	for i, x := range n.Content {
		words[i] = x.Value
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// comment joins the lines of comments into sentences.
func comment(parts ...string) string {
	var words []string
	for _, p := range parts {
		for line := range strings.SplitSeq(p, "\n") {
			words = append(words, strings.Fields(strings.TrimLeft(line, "# "))...)
		}
	}
	return strings.Join(words, " ")
}
