package evidence

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
)

// A Kind is one kind of document: how it is written, and its words.
type Kind struct {
	Name     string
	Messages fs.FS // LANGUAGE.yaml for each, and questions.yaml where it asks what no other does
	// Write fills the document for people. Absent where there is none: then Exports is all.
	Write func(*Builder) error
	// Exports are what machines read of it, by the name of the format.
	Exports map[string]Export
	// BySystem says that it has a part for each system, so that it can be had of one alone.
	BySystem bool
	// Past says that it tells what a ledger recorded before.
	Past bool
	// Whole says why there is none of one system alone; "" where nobody says.
	Whole string
}

// An Export writes a case as a machine reads it. language is that of its texts.
type Export func(w io.Writer, c *Case, language string) error

// Formats are those in which the document can be had, sorted. pages are the formats of
// documents for people.
func (k *Kind) Formats(pages []string) []string {
	out := slices.Collect(maps.Keys(k.Exports))
	if k.Write != nil {
		out = append(out, pages...)
	}
	slices.Sort(out)
	return out
}

// Make writes the document of a case in a language.
func (k *Kind) Make(c *Case, language string) (*Document, error) {
	if k.Write == nil {
		return nil, fmt.Errorf("%s is for machines: there is no document of it for people", k.Name)
	}
	c = c.Settled()
	b, err := NewBuilder(c, k.Name, language, k.Messages)
	if err != nil {
		return nil, err
	}
	if err := k.Write(b); err != nil {
		return nil, err
	}
	d, err := b.Document()
	if err == nil {
		c.views.remember(d, c.Only)
	}
	return d, err
}
