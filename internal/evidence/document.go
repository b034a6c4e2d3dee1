// Package evidence is what documents are made of: sentences, tables and figures
// whose every statement names the fact that it was made from, and questions
// for what no machine can know.
//
// A document is a folder below this package with a function that fills a
// [Builder], and a file of messages for each language. It is written once and
// rendered as Markdown, HTML and JSON here, and as PDF in package pdf.
package evidence

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
)

// A Document is one piece of evidence in one language.
type Document struct {
	Name     string    `json:"name"` // "ropa"
	Language string    `json:"language"`
	Title    string    `json:"title"`
	Subject  string    `json:"subject"` // of which perimeter, at which day
	Blocks   []Block   `json:"blocks"`
	Sources  []Source  `json:"sources"`   // what sentences refer to, in the order of first use
	Asked    int       `json:"questions"` // all that people are asked
	Open     []*Asking `json:"open"`      // those that nobody has answered, in the order of the text
	Frame    *Frame    `json:"-"`

	ids map[string]bool // of all questions
}

// A Block is one part of a document: exactly one of its first five fields is set.
type Block struct {
	Heading   *Heading   `json:"heading,omitempty"`
	Paragraph []Sentence `json:"paragraph,omitempty"`
	List      []Item     `json:"list,omitempty"`
	Table     *Table     `json:"table,omitempty"`
	Figure    *Figure    `json:"figure,omitempty"`
	Region    string     `json:"region,omitempty"` // the part that it belongs to, where the document has parts
}

// A Heading begins a section. Level 1 is below the title.
type Heading struct {
	Level int    `json:"level"`
	Text  string `json:"text"`
}

// An Item is one point of a list, a Cell one field of a table.
type (
	Item []Sentence
	Cell []Sentence
)

// A Table is rows below a head. Widths are shares of the width of the page, one
// for each column.
type Table struct {
	Caption string   `json:"caption"`
	Head    []string `json:"head"`
	Widths  []int    `json:"-"`
	Rows    [][]Cell `json:"rows"`
}

// A Figure is a map of data flows. The sentences below it say in words what it
// shows, for who does not see it.
type Figure struct {
	Caption string       `json:"caption"`
	Map     *diagram.Map `json:"map"`
}

// Manner says how a sentence came to be.
type Manner string

// The manners of sentences.
const (
	Stated   Manner = "stated"   // made from facts: it has sources
	Answered Manner = "answered" // a person says so: its source is the answer
	Asked    Manner = "asked"    // a question that is open
	Fixed    Manner = "fixed"    // the same in every document of its name
)

// A Sentence is the smallest part of a document.
type Sentence struct {
	Text    string  `json:"text"`
	Manner  Manner  `json:"manner"`
	Sources []int   `json:"sources,omitempty"` // numbers of Document.Sources, from 1
	Quoted  bool    `json:"quoted,omitempty"`  // in the words of the program or of a file, whatever the language
	Asking  *Asking `json:"asking,omitempty"`  // of Asked and Answered
	Today   bool    `json:"today,omitempty"`   // true on the day of the result only
}

// An Asking is a question to a person.
type Asking struct {
	ID       string `json:"id"`    // by which it is answered: "triage/necessity"
	To       string `json:"to"`    // who can know it, in the document's language
	Where    string `json:"where"` // the key of perimeter.yaml that answers it
	Text     string `json:"text"`
	Outdated string `json:"outdated,omitempty"` // of an answer that has ended: its last day
}

// A Source is where a fact was read.
type Source struct {
	Kind SourceKind `json:"kind"`
	At   string     `json:"at"`             // file:line, the id of a record, a path in the result, an entry of a ledger
	Says string     `json:"says,omitempty"` // what stands there, where it is not ours
}

// A SourceKind says what Source.At is.
type SourceKind string

// The kinds of sources.
const (
	File   SourceKind = "file"   // file:line of what was read
	Record SourceKind = "record" // a record of the knowledge base
	Result SourceKind = "result" // a path in the result document: a count, a verdict
	Ledger SourceKind = "ledger" // an entry of a ledger, with its proof
)

func (s Source) String() string { return fmt.Sprintf("%s %s", s.Kind, s.At) }

// Sentences calls f for every sentence, in the order of the text.
func (d *Document) Sentences(f func(*Sentence)) { Walk(d.Blocks, f) }

// Walk calls f for every sentence of blocks, in their order.
func Walk(blocks []Block, f func(*Sentence)) {
	each := func(ss []Sentence) {
		for i := range ss {
			f(&ss[i])
		}
	}
	for _, b := range blocks {
		each(b.Paragraph)
		for _, it := range b.List {
			each(it)
		}
		if b.Table != nil {
			for _, row := range b.Table.Rows {
				for _, c := range row {
					each(c)
				}
			}
		}
	}
}

// Terse is a row in which the numbers of sources stand once where several cells
// have the same: what a reader sees. The document itself keeps them all.
func Terse(row []Cell) []Cell {
	out := make([]Cell, len(row))
	var last []int
	for i, c := range row {
		out[i] = slices.Clone(c)
		for j := range c {
			if ns := c[j].Sources; len(ns) > 0 {
				if slices.Equal(ns, last) {
					out[i][j].Sources = nil
				}
				last = ns
			}
		}
	}
	return out
}
