package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON reads one document. Comments (// and /* */) and commas before a closing
// bracket are taken as blank: editors and cloud tools write both. Of a member
// that stands twice the last counts.
func JSON(src []byte) (*Node, error) {
	src = blankComments(src)
	r := &jsonReader{src: src, line: 1, d: jsontext.NewDecoder(bytes.NewReader(src), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
	n, err := r.value(0)
	if err == nil {
		if _, more := r.d.ReadToken(); more == nil {
			err = r.fail("there is more after the end of the document")
		} else if !errors.Is(more, io.EOF) {
			err = r.syntax(more)
		}
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

type jsonReader struct {
	src   []byte
	d     *jsontext.Decoder
	nodes int
	line  int // of the offset at
	at    int
}

// lineHere is the line of what was read last.
func (r *jsonReader) lineHere() int {
	off := int(r.d.InputOffset())
	if off > r.at {
		r.line += bytes.Count(r.src[r.at:off], []byte{'\n'})
		r.at = off
	}
	return r.line
}

func (r *jsonReader) fail(format string, args ...any) error {
	return &Error{r.lineHere(), fmt.Sprintf(format, args...)}
}

func (r *jsonReader) syntax(err error) error {
	var s *jsontext.SyntacticError
	line := r.lineHere()
	if errors.As(err, &s) {
		off := min(int(s.ByteOffset), len(r.src))
		line = 1 + bytes.Count(r.src[:off], []byte{'\n'})
		err = s.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{line, "this is not valid JSON: it ends in the middle; the file may have been cut short"}
	}
	return &Error{line, fmt.Sprintf("this is not valid JSON: %v", err)}
}

func (r *jsonReader) value(depth int) (*Node, error) {
	if r.nodes++; r.nodes > maxNodes {
		return nil, r.fail("the document has more than %d values: split it", maxNodes)
	}
	if depth > maxDepth {
		return nil, r.fail("the document is nested more than %d deep", maxDepth)
	}
	t, err := r.d.ReadToken()
	if err != nil {
		return nil, r.syntax(err)
	}
	n := &Node{Line: r.lineHere()}
	switch t.Kind() {
	case 'n':
	case 't', 'f':
		n.Kind, n.Text = Bool, t.String()
	case '"':
		n.Kind, n.Text = String, t.String()
	case '0':
		n.Kind, n.Text = Number, t.String()
	case '[':
		n.Kind = List
		for r.d.PeekKind() != ']' {
			v, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, v)
		}
		return n, r.end()
	case '{':
		n.Kind = Object
		return n, r.fields(n, depth)
	}
	return n, nil
}

func (r *jsonReader) fields(n *Node, depth int) error {
	var at map[string]int // only of objects with many members
	for r.d.PeekKind() != '}' {
		t, err := r.d.ReadToken()
		if err != nil {
			return r.syntax(err)
		}
		f := Field{Name: t.String(), Line: r.lineHere()}
		if f.Value, err = r.value(depth + 1); err != nil {
			return err
		}
		i, twice := at[f.Name]
		if at == nil {
			for j := range n.Fields {
				if n.Fields[j].Name == f.Name {
					i, twice = j, true
				}
			}
		}
		if twice {
			n.Fields[i] = f
			continue
		}
		if at != nil {
			at[f.Name] = len(n.Fields)
		}
		n.Fields = append(n.Fields, f)
		if at == nil && len(n.Fields) > 32 {
			at = make(map[string]int, 64)
			for j := range n.Fields {
				at[n.Fields[j].Name] = j
			}
		}
	}
	return r.end()
}

func (r *jsonReader) end() error {
	if _, err := r.d.ReadToken(); err != nil {
		return r.syntax(err)
	}
	return nil
}

// blankComments puts blanks where comments are, and where a comma stands before
// a closing bracket, so that offsets and lines stay. The source is copied only
// when there is something to blank.
func blankComments(src []byte) []byte {
	out := src
	blank := func(from, to int) {
		if &out[0] == &src[0] {
			out = bytes.Clone(src)
		}
		for i := from; i < to; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	comma := -1 // of which only blanks and comments followed
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '"':
			comma = -1
			for i++; i < len(src) && src[i] != '"'; i++ {
				if src[i] == '\\' {
					i++
				}
			}
		case c == '/' && i+1 < len(src) && src[i+1] == '/':
			end := len(src)
			if j := bytes.IndexByte(src[i:], '\n'); j >= 0 {
				end = i + j
			}
			blank(i, end)
			i = end - 1
		case c == '/' && i+1 < len(src) && src[i+1] == '*':
			end := len(src)
			if j := bytes.Index(src[i+2:], []byte("*/")); j >= 0 {
				end = i + 2 + j + 2
			}
			blank(i, end)
			i = end - 1
		case c == ',':
			comma = i
		case c == ']' || c == '}':
			if comma >= 0 {
				blank(comma, comma+1)
			}
			comma = -1
		case c != ' ' && c != '\t' && c != '\n' && c != '\r':
			comma = -1
		}
	}
	return out
}
