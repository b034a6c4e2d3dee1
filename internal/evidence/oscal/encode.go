package oscal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
)

// encode writes a document with a line for each element of its lists, so that a large
// one is not held twice, and two can be compared as text.
func encode(w io.Writer, root string, doc any) error {
	e := &encoder{w: bufio.NewWriterSize(w, 1<<16)}
	e.json = json.NewEncoder(&e.buf)
	e.json.SetEscapeHTML(false)
	e.text("{")
	e.plain(root)
	e.text(": ")
	e.value(reflect.ValueOf(doc), nested)
	e.text("}\n")
	if e.err != nil {
		return e.err
	}
	return e.w.Flush()
}

// nested is how deep lists stand within lists that have a line for each element: that
// of results has those of observations in it.
const nested = 2

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

// plain writes a value in one line.
func (e *encoder) plain(v any) {
	if e.err != nil {
		return
	}
	e.buf.Reset()
	if e.err = e.json.Encode(v); e.err == nil {
		_, e.err = e.w.Write(bytes.TrimRight(e.buf.Bytes(), "\n"))
	}
}

func (e *encoder) value(v reflect.Value, depth int) {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch {
	case depth > 0 && v.Kind() == reflect.Struct:
		e.fields(v, depth)
	case depth > 0 && v.Kind() == reflect.Slice && !v.IsNil():
		e.text("[")
		for i := range v.Len() {
			if i > 0 {
				e.text(",")
			}
			e.text("\n")
			e.value(v.Index(i), depth-1)
		}
		e.text("]")
	default:
		e.plain(v.Interface())
	}
}

// fields writes a struct. Its tags are those of encoding/json.
func (e *encoder) fields(v reflect.Value, depth int) {
	sep := "{"
	for i := range v.NumField() {
		name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		f := v.Field(i)
		if option == "omitempty" && (f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0) {
			continue
		}
		e.text(sep + "\n")
		e.plain(name)
		e.text(": ")
		e.value(f, depth)
		sep = ","
	}
	if sep == "{" {
		e.text(sep)
	}
	e.text("}")
}
