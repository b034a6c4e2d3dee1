// Package report writes a result for a reader: people, editors, code hosts,
// build servers. Every format is made of the result document alone, so
// `bailiwick report --from result.json` writes what check would have written.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// Options say how to write.
type Options struct {
	All     bool // text: everything instead of one screen
	Color   bool // text: the reader is a terminal that shows colour
	Version string
}

// formats is the list of formats.
var formats = map[string]func(io.Writer, *finding.Result, Options) error{
	"text":  writeText,
	"json":  func(w io.Writer, r *finding.Result, _ Options) error { return r.Encode(w) },
	"sarif": writeSARIF,

	"junit": writeJUnit, "gitlab": writeGitLab, "github": writeGitHub, "markdown": writeMarkdown, "html": writeHTML,
	"openreports": writeOpenReports,
}

// JSON writes a document for programs, the way all of ours are written.
func JSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(v)
}

// Formats are the names of the formats, sorted.
func Formats() []string {
	out := make([]string, 0, len(formats))
	for f := range formats {
		out = append(out, f)
	}
	slices.Sort(out)
	return out
}

// Check says whether a format is known, before the work is done.
func Check(format string) error {
	if formats[format] == nil {
		return fmt.Errorf("there is no format %q; there are: %s", format, strings.Join(Formats(), ", "))
	}
	return nil
}

// Write writes the result in a format.
func Write(w io.Writer, format string, r *finding.Result, o Options) error {
	if err := Check(format); err != nil {
		return err
	}
	return formats[format](w, r, o)
}
