package terraform

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A splice replaces bytes of a file.
type splice struct {
	start, end int
	text       string
}

// Rewrite applies edits to the text of a file, both syntaxes. Nothing else of
// it changes: comments, spaces and line ends stay. An edit that does not fit
// the text any more is an error, and so is a token that cannot be replaced by
// itself.
func Rewrite(name string, src []byte, edits []graph.Edit) ([]byte, error) {
	var cuts []splice
	parsed := sync.OnceValues(func() (*hclsyntax.Body, error) { return bodyOf(name, src) })
	for i := range edits {
		e := &edits[i]
		var s splice
		var err error
		if e.Add != "" {
			s, err = addition(name, src, e, parsed)
		} else {
			s, err = replacement(name, src, e)
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(cuts, s) {
			cuts = append(cuts, s)
		}
	}
	slices.SortStableFunc(cuts, func(a, b splice) int { return cmp.Compare(a.start, b.start) })
	var out bytes.Buffer
	at := 0
	for _, s := range cuts {
		if s.start < at {
			return nil, errors.New("two edits meet")
		}
		out.Write(src[at:s.start])
		out.WriteString(s.text)
		at = s.end
	}
	out.Write(src[at:])
	return out.Bytes(), nil
}

// replacement gives a literal another value.
func replacement(name string, src []byte, e *graph.Edit) (splice, error) {
	l := &e.Literal
	start := lineStart(src, l.Line) + l.Column
	if l.Line == 1 && bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		start += 3
	}
	end := start + l.Bytes
	if l.Bytes <= 0 || end > len(src) {
		return splice{}, fmt.Errorf("%s:%d has changed since it was read", name, l.Line)
	}
	token := src[start:end]
	if text, err := tokenText(name, token); err != nil || text != l.Text {
		return splice{}, fmt.Errorf("%s:%d is not written as one value", name, l.Line)
	}
	return splice{start, end, newToken(name, e.Value, token[0] == '"')}, nil
}

// lineStart is the offset of a line, counted from 1; the length of src when
// there are not so many.
func lineStart(src []byte, line int) int {
	at := 0
	for range line - 1 {
		i := bytes.IndexByte(src[at:], '\n')
		if i < 0 {
			return len(src)
		}
		at += i + 1
	}
	return at
}

// tokenText is what a token means.
func tokenText(name string, token []byte) (string, error) {
	if isJSON(name) {
		var v any
		d := json.NewDecoder(bytes.NewReader(token))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			return "", err
		}
		return fmt.Sprint(v), nil
	}
	e, diags := hclsyntax.ParseExpression(token, name, hcl.InitialPos)
	if diags.HasErrors() {
		return "", diags
	}
	l, ok := constant((&compiler{file: &srcFile{}, names: map[string]string{}}).expr(e))
	if !ok || !replaceable(l.v) {
		return "", errors.New("it is no constant")
	}
	return textOfConstant(l.v), nil
}

// newToken spells a value: bare where the old one was bare and the new one can be.
func newToken(name, value string, quoted bool) string {
	if !quoted {
		if value == "true" || value == "false" {
			return value
		}
		if _, err := cty.ParseNumberVal(value); err == nil {
			return value
		}
	}
	if isJSON(name) {
		b, err := json.Marshal(value)
		if err == nil {
			return string(b)
		}
	}
	return string(hclwrite.TokensForValue(cty.StringVal(value)).Bytes())
}

// addition adds an attribute at the end of a block.
func addition(name string, src []byte, e *graph.Edit, parsed func() (*hclsyntax.Body, error)) (splice, error) {
	if isJSON(name) {
		return splice{}, errors.New("an attribute is not added to JSON")
	}
	body, err := parsed()
	if err != nil {
		return splice{}, err
	}
	b, err := blockAt(name, body, e)
	if err != nil {
		return splice{}, err
	}
	path := strings.Split(e.Add, ".")
	attr := path[len(path)-1]
	if b.Body.Attributes[attr] != nil {
		return splice{}, fmt.Errorf("%s is written already", attr)
	}
	value := newToken(name, e.Value, false)
	open, shut := b.OpenBraceRange.Start, b.CloseBraceRange.Start
	brace := lineStart(src, shut.Line)
	end := lineEnd(src, brace)
	line := src[brace:end]
	newline := "\n"
	if before := src[:lineEnd(src, lineStart(src, open.Line))]; bytes.HasSuffix(before, []byte("\r\n")) {
		newline = "\r\n"
	}
	if open.Line == shut.Line {
		at := bytes.LastIndexByte(line, '{')
		rest := bytes.TrimSpace(line[at+1:])
		if len(b.Body.Attributes) > 0 || len(b.Body.Blocks) > 0 || at < 0 || !bytes.HasPrefix(rest, []byte("}")) {
			return splice{}, errors.New("its block is written on one line")
		}
		indent := indentOf(line)
		return splice{brace + at + 1, brace + at + 1 + bytes.IndexByte(line[at+1:], '}'), newline + indent + "  " + attr + " = " + value + newline + indent}, nil
	}
	indent := indentOf(line)
	if !bytes.HasPrefix(line[len(indent):], []byte("}")) {
		return splice{}, errors.New("its block does not end on a line of its own")
	}
	above := src[:brace]
	if i := bytes.LastIndexByte(bytes.TrimRight(above, "\n"), '\n'); i >= 0 {
		above = above[i+1:]
	}
	lead, text := indent+"  ", ""
	switch equals := bytes.Index(above, []byte(" = ")); {
	case shut.Line == open.Line+1:
		text = lead + attr + " = " + value + newline
	case equals > 0 && identifier(strings.TrimSpace(string(above[:equals]))) && len(indentOf(above))+len(attr) <= equals:
		lead = indentOf(above) // it joins the column of the attributes above
		text = lead + attr + strings.Repeat(" ", equals-len(lead)-len(attr)) + " = " + value + newline
	default:
		text = newline + lead + attr + " = " + value + newline
	}
	return splice{brace, brace, text}, nil
}

// bodyOf parses a file for its blocks.
func bodyOf(name string, src []byte) (*hclsyntax.Body, error) {
	short, _, _, err := liftHeredocs(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")))
	if err != nil {
		return nil, err
	}
	f, diags := hclsyntax.ParseConfig(short, name, hcl.InitialPos)
	if diags.HasErrors() || f == nil {
		return nil, errors.New("its file is not valid")
	}
	body, ok := f.Body.(*hclsyntax.Body)
	if !ok {
		return nil, errors.New("its file is not valid")
	}
	return body, nil
}

// blockAt finds the block that the attribute is added to: the one that begins
// on the line, and those below it that the path names.
func blockAt(name string, body *hclsyntax.Body, e *graph.Edit) (*hclsyntax.Block, error) {
	i := slices.IndexFunc(body.Blocks, func(b *hclsyntax.Block) bool { return b.TypeRange.Start.Line == e.Literal.Line })
	if i < 0 {
		return nil, fmt.Errorf("%s:%d has changed since it was read", name, e.Literal.Line)
	}
	b := body.Blocks[i]
	path := strings.Split(e.Add, ".")
	for _, step := range path[:len(path)-1] {
		var found []*hclsyntax.Block
		for _, in := range b.Body.Blocks {
			if in.Type == step {
				found = append(found, in)
			}
		}
		if len(found) != 1 {
			return nil, fmt.Errorf("it has %d blocks %s, not one", len(found), step)
		}
		b = found[0]
	}
	return b, nil
}

// indentOf is the space that a line begins with.
func indentOf(line []byte) string {
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}
