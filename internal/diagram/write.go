package diagram

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// formats are the writers by name.
var formats = map[string]func(io.Writer, *Map) error{
	"svg": writeSVG, "mermaid": writeMermaid, "dot": writeDOT, "d2": writeD2, "json": writeJSON, "html": writeHTML,
}

// Formats are the known formats, sorted.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// Check refuses a format that there is not.
func Check(format string) error {
	if formats[format] == nil {
		return fmt.Errorf("there is no format %q; there are: %s", format, strings.Join(Formats(), ", "))
	}
	return nil
}

// Write draws the map.
func Write(w io.Writer, format string, m *Map) error {
	if err := Check(format); err != nil {
		return err
	}
	return formats[format](w, m)
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
