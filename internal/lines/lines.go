// Package lines writes large JSON documents: a line for each member of the objects,
// and for each element of the lists, that a caller opens. What is written is not held,
// and two documents can be compared as text.
package lines

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// A Writer writes one object. It keeps the first error; what comes after it is lost.
type Writer struct {
	w     *bufio.Writer
	buf   bytes.Buffer
	json  *json.Encoder
	stack []level
	err   error
}

// A level is an object or a list that is open.
type level struct {
	name    string // in the level above; "" in a list
	bracket string
	begun   bool // its bracket is written
	some    bool // it has a member or an element
}

// New begins a document. Nothing reaches w before 64 KB of it, or [Writer.Close].
func New(w io.Writer) *Writer {
	out := &Writer{w: bufio.NewWriterSize(w, 1<<16)}
	out.json = json.NewEncoder(&out.buf)
	out.json.SetEscapeHTML(false)
	out.stack = []level{{begun: true}}
	out.text("{")
	return out
}

// Close ends the document.
func (w *Writer) Close() error {
	w.text("\n}\n")
	if w.err != nil {
		return w.err
	}
	return w.w.Flush()
}

// Value writes a value in one line: the member of that name, or, without a name, an
// element.
func (w *Writer) Value(name string, v any) {
	w.line(len(w.stack)-1, name)
	w.plain(v)
}

// Object opens an object. What fill writes are its members.
func (w *Writer) Object(name string, fill func()) {
	w.line(len(w.stack)-1, name)
	w.text("{")
	w.stack = append(w.stack, level{begun: true})
	fill()
	w.stack = w.stack[:len(w.stack)-1]
	w.indent(len(w.stack) - 1)
	w.text("}")
}

// List opens a list. What fill writes are its elements.
func (w *Writer) List(name string, fill func()) {
	if !w.Some(name, fill) {
		w.line(len(w.stack)-1, name)
		w.text("[]")
	}
}

// Some is a list that is left out where it is empty. It reports whether it is there.
func (w *Writer) Some(name string, fill func()) bool {
	w.stack = append(w.stack, level{name: name, bracket: "["})
	fill()
	there := w.stack[len(w.stack)-1].begun
	w.stack = w.stack[:len(w.stack)-1]
	if there {
		w.text("]")
	}
	return there
}

// line begins a line in an open level, and first the level, where nothing is in it yet.
func (w *Writer) line(at int, name string) {
	l := &w.stack[at]
	if !l.begun {
		w.line(at-1, l.name)
		w.text(l.bracket)
		l.begun = true
	}
	if l.some {
		w.text(",")
	}
	l.some = true
	w.indent(at)
	if name != "" {
		w.plain(name)
		w.text(": ")
	}
}

// deepest bounds the indentation, not the depth.
var deepest = strings.Repeat(" ", 32)

func (w *Writer) indent(at int) {
	w.text("\n")
	w.text(deepest[:min(at+1, len(deepest))])
}

func (w *Writer) text(s string) {
	if w.err == nil {
		_, w.err = w.w.WriteString(s)
	}
}

// plain writes one value without the line end that the JSON encoder adds.
func (w *Writer) plain(v any) {
	if w.err != nil {
		return
	}
	w.buf.Reset()
	if w.err = w.json.Encode(v); w.err == nil {
		_, w.err = w.w.Write(bytes.TrimRight(w.buf.Bytes(), "\n"))
	}
}
