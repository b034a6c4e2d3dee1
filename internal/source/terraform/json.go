package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A jsonValue is a JSON value that knows its line and keeps the order of keys.
type jsonValue struct {
	line  int32
	start int32 // of an atom: offset of its token
	bytes int32
	atom  any // string, json.Number, bool or nil when it is neither of the two
	list  []*jsonValue
	pairs []jsonPair
	kind  byte // 'a' atom, 'l' list, 'o' object
}

type jsonPair struct {
	name string
	line int32
	val  *jsonValue
}

// parseJSON reads one JSON document; the line is that of an error.
func parseJSON(src []byte) (*jsonValue, int, error) {
	r := &jsonReader{src: src, dec: json.NewDecoder(bytes.NewReader(src))}
	r.dec.UseNumber()
	for i, b := range src {
		if b == '\n' {
			r.breaks = append(r.breaks, i)
		}
	}
	v, err := r.value(0)
	if err == nil {
		if _, more := r.dec.Token(); more != io.EOF {
			err = errors.New("there is text after the JSON document")
		}
	}
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the document ends too early")
		}
		return nil, int(r.line()), fmt.Errorf("this is not valid JSON: %w", err)
	}
	return v, 0, nil
}

type jsonReader struct {
	src    []byte
	dec    *json.Decoder
	breaks []int // offsets of line ends
}

// line is that of the token read last.
func (r *jsonReader) line() int32 {
	at := int(r.dec.InputOffset()) - 1
	return int32(sort.SearchInts(r.breaks, at)) + 1
}

// token is where the token lies that was read since an offset.
func (r *jsonReader) token(since int64) (start, bytes int32) {
	end := r.dec.InputOffset()
	for since < end && strings.IndexByte(" \t\r\n:,", r.src[since]) >= 0 {
		since++
	}
	return int32(since), int32(end - since)
}

func (r *jsonReader) value(depth int) (*jsonValue, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("values are nested more than %d deep", maxNesting)
	}
	before := r.dec.InputOffset()
	t, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	v := &jsonValue{line: r.line()}
	v.start, v.bytes = r.token(before)
	d, ok := t.(json.Delim)
	if !ok {
		v.kind, v.atom = 'a', t
		return v, nil
	}
	if d == '[' {
		v.kind = 'l'
		for r.dec.More() {
			e, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			v.list = append(v.list, e)
		}
	} else {
		v.kind = 'o'
		for r.dec.More() {
			k, err := r.dec.Token()
			if err != nil {
				return nil, err
			}
			line := r.line()
			e, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			name, _ := k.(string)
			v.pairs = append(v.pairs, jsonPair{name, line, e})
		}
	}
	_, err = r.dec.Token()
	return v, err
}

// A schema tells blocks from attributes, which JSON itself cannot: the number
// of labels of each block type, and what is inside.
type schema map[string]struct {
	labels int
	inside schema
}

// rootSchema is that of a configuration file.
var rootSchema = configSchema()

// resourceSchema is that of what can hold dynamic blocks: their content can too.
var resourceSchema = blockSchema()

func blockSchema() schema {
	s := schema{}
	s["dynamic"] = struct {
		labels int
		inside schema
	}{1, schema{"content": {0, s}}}
	return s
}

func configSchema() schema {
	escaped := schema{"_": {0, resourceSchema}} // see [body.unescape]
	resource := maps.Clone(resourceSchema)
	resource["_"] = escaped["_"]
	return schema{
		"resource": {2, resource}, "data": {2, resource}, "ephemeral": {2, resource},
		"variable": {1, nil}, "output": {1, nil}, "module": {1, escaped}, "provider": {1, escaped}, "locals": {0, nil},
		"terraform": {0, schema{"backend": {1, nil}, "cloud": {0, nil}, "required_providers": {0, nil}}},
	}
}

// A jsonProblem is a part of the document that has the wrong shape.
type jsonProblem struct {
	line int32
	text string
}

// jsonBody makes a body of an object, or of a list of objects.
func (c *compiler) jsonBody(v *jsonValue, s schema) (*rawBody, []jsonProblem) {
	b := &rawBody{c: c}
	var problems []jsonProblem
	for _, o := range v.each() {
		if o.kind != 'o' {
			problems = append(problems, jsonProblem{o.line, "an object is expected here"})
			continue
		}
		for _, p := range o.pairs {
			if p.name == "//" {
				continue
			}
			def, isBlock := s[p.name]
			if !isBlock && s["dynamic"].labels == 1 && holdsDynamic(p.val) {
				isBlock, def.inside = true, resourceSchema
			}
			if !isBlock {
				b.attrs = append(b.attrs, rawAttr{name: c.name(p.name), json: p.val, pos: pos{c.file, p.line}})
				continue
			}
			problems = append(problems, c.jsonBlocks(b, p, p.val, nil, def.labels, def.inside)...)
		}
	}
	return b, problems
}

// each returns the elements of a list, or the value itself.
func (v *jsonValue) each() []*jsonValue {
	if v.kind == 'l' {
		return v.list
	}
	return []*jsonValue{v}
}

// jsonBlocks adds the blocks under one property: one object level per label.
func (c *compiler) jsonBlocks(b *rawBody, p jsonPair, v *jsonValue, labels []string, left int, inside schema) []jsonProblem {
	var problems []jsonProblem
	for _, o := range v.each() {
		if o.kind != 'o' {
			if o.kind != 'a' || o.atom != nil {
				problems = append(problems, jsonProblem{o.line, fmt.Sprintf("%s must be an object", p.name)})
			}
			continue
		}
		if left > 0 {
			for _, q := range o.pairs {
				if q.name == "//" {
					continue
				}
				at := jsonPair{p.name, q.line, q.val}
				problems = append(problems, c.jsonBlocks(b, at, q.val, append(labels[:len(labels):len(labels)], c.name(q.name)), left-1, inside)...)
			}
			continue
		}
		in, more := c.jsonBody(o, inside)
		problems = append(problems, more...)
		line := p.line
		if v.kind == 'l' {
			line = o.line
		}
		b.blocks = append(b.blocks, &rawBlock{typ: c.name(p.name), labels: labels, body: in, pos: pos{c.file, line}, last: o.line})
	}
	return problems
}

// holdsDynamic reports whether an object, or one in the list, has a dynamic
// block: then it is a block itself.
func holdsDynamic(v *jsonValue) bool {
	for _, o := range v.each() {
		for _, p := range o.pairs {
			if p.name == "dynamic" && p.val.kind == 'o' || holdsDynamic(p.val) {
				return true
			}
		}
	}
	return false
}

// jsonConst compiles a value where the language takes constants only, the
// default of a variable and a variables file: "${x}" is a text of four characters.
func (c *compiler) jsonConst(v *jsonValue) expr {
	p := *c
	p.plain = true
	return p.jsonExpr(v)
}

// jsonExpr compiles a value: strings are templates, as the language says.
func (c *compiler) jsonExpr(v *jsonValue) expr {
	switch v.kind {
	case 'l':
		t := &tuple{items: make([]expr, len(v.list))}
		for i, e := range v.list {
			t.items[i] = c.jsonExpr(e)
		}
		return t
	case 'o':
		o := &object{}
		for _, p := range v.pairs {
			o.items = append(o.items, item{c.jsonString(p.name, p.line), c.jsonExpr(p.val), p.line})
		}
		return o
	}
	switch a := v.atom.(type) {
	case string:
		if l, ok := c.jsonString(a, v.line).(lit); ok {
			return c.tracedJSON(l, v)
		}
		return c.jsonString(a, v.line)
	case bool:
		return c.tracedJSON(lit{cty.BoolVal(a)}, v)
	case json.Number:
		if hugeText(string(a)) {
			return &bad{fmt.Sprintf("the number on line %d is too large", v.line)}
		}
		n, err := cty.ParseNumberVal(string(a))
		if err != nil {
			return &bad{fmt.Sprintf("the number on line %d cannot be read", v.line)}
		}
		return c.tracedJSON(lit{n}, v)
	}
	return lit{cty.NullVal(cty.DynamicPseudoType)}
}

func (c *compiler) jsonString(s string, line int32) expr {
	if c.plain || !strings.Contains(s, "${") && !strings.Contains(s, "%{") {
		return lit{cty.StringVal(s)}
	}
	if _, err := checkNesting(c.file.name, []byte(s)); err != nil {
		return &bad{err.Error()}
	}
	e, diags := hclsyntax.ParseTemplate([]byte(s), c.file.name, hcl.Pos{Line: int(line), Column: 1})
	if diags.HasErrors() {
		return &bad{fmt.Sprintf("the template on line %d could not be parsed: %s", line, diags[0].Summary)}
	}
	in := *c
	in.trace = false // its positions are those of the text, not of the file
	return in.expr(e)
}

// parseString parses a JSON string that holds native syntax; nil if it is none.
func parseString(v *jsonValue) hclsyntax.Expression {
	s, ok := v.atom.(string)
	if !ok {
		return nil
	}
	s = strings.TrimSuffix(strings.TrimPrefix(s, "${"), "}")
	if _, err := checkNesting("", []byte(s)); err != nil {
		return nil
	}
	e, diags := hclsyntax.ParseExpression([]byte(s), "", hcl.Pos{Line: int(v.line), Column: 1})
	if diags.HasErrors() {
		return nil
	}
	return e
}
