package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// YAML reads a stream of documents. Empty documents are left out. On an error
// the documents before it are returned with an [*Error].
//
// Merge keys are merged, aliases are followed, and what the document tags in a
// language of its own (!Sub) keeps the tag. Of a key that stands twice the last
// counts, as with most tools.
func YAML(src []byte) ([]*Node, error) {
	var out []*Node
	d := yaml.NewDecoder(bytes.NewReader(src))
	for {
		var doc yaml.Node
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, yamlError(err)
		}
		if len(doc.Content) == 0 || doc.Content[0].Kind == yaml.ScalarNode && doc.Content[0].Tag == "!!null" {
			continue
		}
		c := &converter{}
		n, err := c.node(doc.Content[0], 0)
		if err != nil {
			return out, err
		}
		out = append(out, n)
	}
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): `)

// yamlError takes the line out of a message of the library.
func yamlError(err error) *Error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1])
		return &Error{line, "this is not valid YAML: " + err.Error()[len(m[0]):]}
	}
	return &Error{0, "this is not valid YAML: " + text}
}

// A converter copies one document. Aliases are copied too, so that their number
// is bounded by what they expand to.
type converter struct {
	nodes int
	open  []*yaml.Node // the anchors that are being expanded
}

func (c *converter) node(y *yaml.Node, depth int) (*Node, error) {
	if c.nodes++; c.nodes > maxNodes {
		return nil, &Error{y.Line, fmt.Sprintf("the document has more than %d values, with its aliases followed: write it without, or split it", maxNodes)}
	}
	if depth > maxDepth {
		return nil, &Error{y.Line, fmt.Sprintf("the document is nested more than %d deep", maxDepth)}
	}
	n := &Node{Line: y.Line}
	if strings.HasPrefix(y.Tag, "!") && !strings.HasPrefix(y.Tag, "!!") && y.Tag != "!" {
		n.Tag = y.Tag
	}
	switch y.Kind {
	case yaml.AliasNode:
		return c.alias(y, depth)
	case yaml.SequenceNode:
		n.Kind = List
		for _, it := range y.Content {
			v, err := c.node(it, depth+1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, v)
		}
	case yaml.MappingNode:
		n.Kind = Object
		if err := c.fields(n, y, depth); err != nil {
			return nil, err
		}
	default:
		scalar(n, y)
	}
	return n, nil
}

func (c *converter) alias(y *yaml.Node, depth int) (*Node, error) {
	for _, open := range c.open {
		if open == y.Alias {
			return nil, &Error{y.Line, fmt.Sprintf("the alias *%s stands within what it names", y.Value)}
		}
	}
	c.open = append(c.open, y.Alias)
	defer func() { c.open = c.open[:len(c.open)-1] }()
	return c.node(y.Alias, depth+1)
}

// fields copies a mapping. What a merge key brings counts after what is written.
func (c *converter) fields(n *Node, y *yaml.Node, depth int) error {
	at := map[string]int{}
	var merged []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		value, err := c.node(v, depth+1)
		if err != nil {
			return err
		}
		if k.Tag == "!!merge" {
			merged = append(merged, value.Elements()...)
			continue
		}
		name := k.Value
		for k.Kind == yaml.AliasNode {
			k = k.Alias
			name = k.Value
		}
		f := Field{name, k.Line, value}
		if j, twice := at[name]; twice {
			n.Fields[j] = f
			continue
		}
		at[name] = len(n.Fields)
		n.Fields = append(n.Fields, f)
	}
	for _, m := range merged {
		for _, f := range m.Members() {
			if _, written := at[f.Name]; !written {
				at[f.Name] = len(n.Fields)
				n.Fields = append(n.Fields, f)
			}
		}
	}
	return nil
}

func scalar(n *Node, y *yaml.Node) {
	n.Kind, n.Text = String, y.Value
	switch y.ShortTag() {
	case "!!null":
		n.Kind, n.Text = Null, ""
	case "!!bool":
		n.Kind, n.Text = Bool, strings.ToLower(y.Value)
	case "!!int":
		n.Kind = Number
		if i, err := strconv.ParseInt(strings.ReplaceAll(y.Value, "_", ""), 0, 64); err == nil {
			n.Text = strconv.FormatInt(i, 10)
		}
	case "!!float":
		n.Kind = Number
	}
}
