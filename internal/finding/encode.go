package finding

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
)

// Encode writes the result document: a line for each finding and for each
// line of the inventory, so that a large result is written without being held
// twice, and two results can be compared as text.
func (r *Result) Encode(w io.Writer) error {
	e := &encoder{w: bufio.NewWriterSize(w, 1<<16)}
	e.json = json.NewEncoder(&e.buf)
	e.json.SetEscapeHTML(false)
	rest := *r
	rest.Findings, rest.Assets, rest.Flows, rest.Others = nil, nil, nil, nil
	e.fields(&rest)
	lines(e, "findings", r.Findings)
	if len(r.Assets) > 0 {
		lines(e, "inventory", r.Assets)
	}
	if len(r.Flows) > 0 {
		lines(e, "flows", r.Flows)
	}
	if len(r.Others) > 0 {
		lines(e, "others", r.Others)
	}
	e.text("\n}\n")
	if e.err != nil {
		return e.err
	}
	return e.w.Flush()
}

// An encoder keeps the first error.
type encoder struct {
	w    *bufio.Writer
	buf  bytes.Buffer
	json *json.Encoder
	err  error
}

func (e *encoder) text(s string) {
	if e.err == nil {
		_, e.err = e.w.WriteString(s)
	}
}

// value writes one value without the line end that the JSON encoder adds.
func (e *encoder) value(v any) {
	if e.err != nil {
		return
	}
	e.buf.Reset()
	if e.err = e.json.Encode(v); e.err == nil {
		_, e.err = e.w.Write(bytes.TrimRight(e.buf.Bytes(), "\n"))
	}
}

// fields writes the small fields of the document, a line each, and leaves the
// object open.
func (e *encoder) fields(r *Result) {
	e.text("{")
	for i, f := range []struct {
		name string
		v    any
		omit bool
	}{
		{"schema", r.Schema, false}, {"perimeter", r.Perimeter, false}, {"kb", r.KB, false}, {"ruleset", r.Ruleset, false}, {"at", r.At, false},
		{"verdict", r.Verdict, false}, {"new_verdict", r.NewVerdict, r.NewVerdict == ""}, {"why", r.Why, len(r.Why) == 0},
		{"summary", r.Summary, false}, {"rules", r.Rules, false}, {"traffic", r.Traffic, len(r.Traffic) == 0},
		{"problems", r.Problems, len(r.Problems) == 0},
		{"unknown_types", r.Unknown, len(r.Unknown) == 0}, {"loosened", r.Loosened, len(r.Loosened) == 0},
		{"unmatched_bindings", r.Unmatched, len(r.Unmatched) == 0}, {"waivers", r.Waivers, len(r.Waivers) == 0},
		{"implements", r.Implements, len(r.Implements) == 0}, {"inert_types", r.Inert, len(r.Inert) == 0},
	} {
		if f.omit {
			continue
		}
		if i > 0 {
			e.text(",")
		}
		e.text("\n \"" + f.name + "\": ")
		e.value(f.v)
	}
}

// lines writes a list, a line for each element.
func lines[T any](e *encoder, name string, list []T) {
	e.text(",\n \"" + name + "\": [")
	for i := range list {
		if i > 0 {
			e.text(",")
		}
		e.text("\n  ")
		e.value(&list[i])
	}
	e.text("]")
}
