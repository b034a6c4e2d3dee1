package kustomization

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// modern writes fields that kustomize warns of as those that took their place, so
// that it says nothing on the terminal of the caller.
func modern(root *yaml.Node) {
	for i := 0; i+1 < len(root.Content); {
		v := root.Content[i+1]
		switch root.Content[i].Value {
		case "bases":
			extend(root, "resources", v.Content)
		case "patchesStrategicMerge":
			extend(root, "patches", patches(v.Content))
		case "patchesJson6902":
			extend(root, "patches", v.Content)
		case "commonLabels":
			extend(root, "labels", []*yaml.Node{object("pairs", v, "includeSelectors", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})})
		default:
			i += 2
			continue
		}
		root.Content = slices.Delete(root.Content, i, i+2)
	}
}

// extend appends to a list of the kustomization, which it makes where there is none.
func extend(root *yaml.Node, name string, items []*yaml.Node) {
	if len(items) == 0 {
		return
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == name && root.Content[i+1].Kind == yaml.SequenceNode {
			root.Content[i+1].Content = append(root.Content[i+1].Content, items...)
			return
		}
	}
	root.Content = append(root.Content, text(name), &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items})
}

// patches writes files and texts of patches as entries.
func patches(list []*yaml.Node) []*yaml.Node {
	var out []*yaml.Node
	for _, n := range list {
		if strings.Contains(n.Value, "\n") {
			out = append(out, object("patch", n))
		} else if n.Value != "" {
			out = append(out, object("path", n))
		}
	}
	return out
}

func object(pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Content = append(n.Content, text(pairs[i].(string)), pairs[i+1].(*yaml.Node))
	}
	return n
}

func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }
