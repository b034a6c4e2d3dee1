package evidence

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// A Writer renders a document.
type Writer func(io.Writer, *Document) error

// writers are the renderers of this package by format.
var writers = map[string]Writer{"markdown": writeMarkdown, "html": writeHTML, "json": writeJSON}

// Formats are those of this package, sorted.
func Formats() []string { return slices.Sorted(maps.Keys(writers)) }

// Write renders a document.
func Write(w io.Writer, format string, d *Document) error {
	f := writers[format]
	if f == nil {
		return fmt.Errorf("there is no format %q; there are: %s", format, strings.Join(Formats(), ", "))
	}
	return f(w, d)
}

func writeJSON(w io.Writer, d *Document) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// A printer keeps the first error of many small writes.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) f(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}
