package main

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

//go:embed schema.txt
var text string

// A plugin is what one plugin declares.
type plugin struct {
	provider  *tfprotov6.Schema
	resources map[string]*tfprotov6.Schema
	data      map[string]*tfprotov6.Schema
}

// read finds the plugin of a name in the text.
func read(name string) (*plugin, error) {
	var p *plugin
	for n, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] == "#" {
			continue
		}
		body := &parser{words: words[2:]}
		if words[0] != "plugin" && p == nil {
			continue
		}
		block, err := body.block("")
		if err != nil {
			return nil, fmt.Errorf("schema.txt:%d: %w", n+1, err)
		}
		schema := &tfprotov6.Schema{Block: block}
		switch words[0] {
		case "plugin":
			if p != nil {
				return p, nil
			}
			if words[1] == name {
				p = &plugin{schema, map[string]*tfprotov6.Schema{}, map[string]*tfprotov6.Schema{}}
			}
		case "resource":
			p.resources[words[1]] = withID(schema)
		case "data":
			p.data[words[1]] = withID(schema)
		default:
			return nil, fmt.Errorf("schema.txt:%d: %s is no plugin, resource or data", n+1, words[0])
		}
	}
	if p == nil {
		return nil, fmt.Errorf("schema.txt has no plugin %q", name)
	}
	return p, nil
}

func withID(s *tfprotov6.Schema) *tfprotov6.Schema {
	for _, a := range s.Block.Attributes {
		if a.Name == "id" {
			return s
		}
	}
	s.Block.Attributes = append(s.Block.Attributes, &tfprotov6.SchemaAttribute{Name: "id", Type: tftypes.String, Computed: true})
	return s
}

type parser struct{ words []string }

func (p *parser) next() string {
	if len(p.words) == 0 {
		return ""
	}
	w := p.words[0]
	p.words = p.words[1:]
	return w
}

// block reads up to the word that ends it.
func (p *parser) block(end string) (*tfprotov6.SchemaBlock, error) {
	b := &tfprotov6.SchemaBlock{}
	for {
		w := p.next()
		switch {
		case w == end:
			return b, nil
		case w == "":
			return nil, fmt.Errorf("%s is missing", end)
		case strings.HasSuffix(w, "("):
			inner, err := p.block(")")
			if err != nil {
				return nil, err
			}
			b.BlockTypes = append(b.BlockTypes, &tfprotov6.SchemaNestedBlock{TypeName: strings.TrimSuffix(w, "("), Block: inner, Nesting: tfprotov6.SchemaNestedBlockNestingModeList})
		default:
			a, err := p.attribute(w)
			if err != nil {
				return nil, err
			}
			b.Attributes = append(b.Attributes, a)
		}
	}
}

var kinds = map[string]tftypes.Type{
	"": tftypes.String, "b": tftypes.Bool, "n": tftypes.Number,
	"l": tftypes.List{ElementType: tftypes.String}, "s": tftypes.Set{ElementType: tftypes.String}, "m": tftypes.Map{ElementType: tftypes.String},
}

func (p *parser) attribute(w string) (*tfprotov6.SchemaAttribute, error) {
	nesting, end := tfprotov6.SchemaObjectNestingModeInvalid, ""
	switch {
	case strings.HasSuffix(w, "<"):
		nesting, end = tfprotov6.SchemaObjectNestingModeSingle, ">"
	case strings.HasSuffix(w, "["):
		nesting, end = tfprotov6.SchemaObjectNestingModeList, "]"
	}
	name, kind, _ := strings.Cut(strings.TrimRight(w, "<["), ":")
	a := &tfprotov6.SchemaAttribute{Name: strings.Trim(name, "=*"), Optional: true}
	if strings.HasPrefix(name, "=") {
		a.Optional, a.Computed = false, true
	}
	if strings.HasSuffix(name, "*") {
		a.Computed = true
	}
	if end != "" {
		inner, err := p.block(end)
		if err != nil {
			return nil, err
		}
		a.NestedType = &tfprotov6.SchemaObject{Attributes: inner.Attributes, Nesting: nesting}
		return a, nil
	}
	t, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("%s has no kind", w)
	}
	a.Type = t
	return a, nil
}
