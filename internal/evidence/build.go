package evidence

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// A Builder writes a document. Its methods never fail: the first things that are
// wrong are kept, and [Builder.Document] returns them instead of a document.
type Builder struct {
	Case *Case

	doc    *Document
	words  *catalogue
	number map[Source]int
	topics map[string]topic
	asked  map[string]*Asking
	region string
	errs   []error
}

// most bounds how many errors are told.
const most = 10

// NewBuilder begins a document in a language (see [Languages]). messages has a file
// LANGUAGE.yaml for each, with at least the message "title", and questions.yaml
// where the document asks what no other does.
func NewBuilder(c *Case, name, tag string, messages fs.FS) (*Builder, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	words, err := newCatalogue(messages, tag)
	if err != nil {
		return nil, err
	}
	topics, err := topicsOf(messages)
	if err != nil {
		return nil, err
	}
	b := &Builder{Case: c, words: words, topics: topics, number: map[Source]int{}, asked: map[string]*Asking{}}
	b.doc = &Document{Name: name, Language: tag, Title: b.Word("title"), Sources: []Source{}, Open: []*Asking{}, ids: map[string]bool{}}
	b.doc.Frame = &Frame{words, b.Day}
	about, v := "subject", Values{"perimeter": c.Perimeter.Metadata.Name, "day": b.Day(c.Result.At)}
	if c.Only != "" {
		about, v["system"] = "subject.system", c.Only
	}
	b.doc.Subject = b.text(about, v)
	return b, nil
}

// Language is that of the document.
func (b *Builder) Language() string { return b.doc.Language }

// Document is what was written.
func (b *Builder) Document() (*Document, error) {
	if len(b.errs) > 0 {
		return nil, fmt.Errorf("the document %s cannot be written: %w", b.doc.Name, errors.Join(b.errs...))
	}
	return b.doc, nil
}

// Frame is the words around the document.
func (b *Builder) Frame() *Frame { return b.doc.Frame }

// Source is the source that sentences name by a number.
func (b *Builder) Source(n int) Source { return b.doc.Sources[n-1] }

func (b *Builder) fail(err error) {
	if len(b.errs) < most {
		b.errs = append(b.errs, err)
	}
}

func (b *Builder) text(key string, v Values) string {
	s, err := b.words.text(key, v)
	if err != nil {
		b.fail(err)
		return ""
	}
	return s
}

// Apart is what write adds, kept out of the document: for an export that is made of
// the same sentences.
func (b *Builder) Apart(write func()) []Block {
	kept := b.doc.Blocks
	b.doc.Blocks = nil
	write()
	apart := b.doc.Blocks
	b.doc.Blocks = kept
	return apart
}

func (b *Builder) add(block Block) {
	block.Region = b.region
	b.doc.Blocks = append(b.doc.Blocks, block)
}

// Region begins a part of the document that stands in a file on its own, between
// what people write: see [Regions].
func (b *Builder) Region(name string) { b.region = name }

// Head begins a section; level 1 is below the title.
func (b *Builder) Head(level int, key string, v Values) {
	b.add(Block{Heading: &Heading{level, b.text(key, v)}})
}

// Fixed is a sentence that is the same in every document of its name.
func (b *Builder) Fixed(key string) Sentence {
	return Sentence{Text: b.text(key, nil), Manner: Fixed}
}

// Say is a sentence that is made from facts. It needs a source: nobody could
// verify it without.
func (b *Builder) Say(key string, v Values, sources ...Source) Sentence {
	return b.stated(key, b.text(key, v), sources)
}

// SayToday is a sentence that is true on this day only, such as how long ago
// something was. A file that says an older one is not stale by that.
func (b *Builder) SayToday(key string, v Values, sources ...Source) Sentence {
	s := b.Say(key, v, sources...)
	s.Today = true
	return s
}

// Name is a value as it is, in a cell: an address, a name.
func (b *Builder) Name(value string, sources ...Source) Sentence {
	return b.stated(value, value, sources)
}

// Quote is a sentence in the words of the program or of a file.
func (b *Builder) Quote(text string, sources ...Source) Sentence {
	s := b.stated(text, text, sources)
	s.Quoted = b.doc.Language != "en"
	return s
}

func (b *Builder) stated(what, text string, sources []Source) Sentence {
	s := Sentence{Text: visible(text), Manner: Stated}
	if strings.TrimSpace(text) == "" {
		b.fail(fmt.Errorf("a statement without words is made of %v", sources))
	}
	for _, src := range sources {
		if src.At == "" || src.Kind == "" {
			b.fail(fmt.Errorf("%q rests on a fact without origin", what))
			continue
		}
		if n := b.cite(src); !slices.Contains(s.Sources, n) {
			s.Sources = append(s.Sources, n)
		}
	}
	if len(s.Sources) == 0 {
		b.fail(fmt.Errorf("%q is said without a fact", what))
	}
	return s
}

// cite returns the number of a source.
func (b *Builder) cite(s Source) int {
	n, ok := b.number[s]
	if !ok {
		b.doc.Sources = append(b.doc.Sources, s)
		n = len(b.doc.Sources)
		b.number[s] = n
	}
	return n
}

// Paragraph adds sentences. Before an answer its question is said: "none" alone would not
// tell what there is none of. In a table the row tells it.
func (b *Builder) Paragraph(s ...Sentence) {
	var out []Sentence
	for i := range s {
		if s[i].Manner == Answered {
			out = append(out, Sentence{Text: s[i].Asking.Text, Manner: Fixed})
		}
		out = append(out, s[i])
	}
	b.add(Block{Paragraph: out})
}

// List adds points; of none it adds nothing.
func (b *Builder) List(items ...Item) {
	if len(items) > 0 {
		b.add(Block{List: items})
	}
}

// Table adds a table. Caption and head are keys of messages.
func (b *Builder) Table(caption string, head []string, widths []int, rows [][]Cell) {
	t := &Table{Caption: b.Word(caption), Widths: widths, Rows: rows}
	for _, key := range head {
		t.Head = append(t.Head, b.Word(key))
	}
	if len(head) != len(widths) {
		b.fail(fmt.Errorf("the table %s has %d heads and %d widths", caption, len(head), len(widths)))
	}
	for _, r := range rows {
		if len(r) != len(head) {
			b.fail(fmt.Errorf("the table %s has a row of %d cells below %d heads", caption, len(r), len(head)))
		}
	}
	b.add(Block{Table: t})
}

// Unread says how much could not be read, and where: what is missing there is missing
// in the document. Of nothing it says nothing.
func (b *Builder) Unread() {
	ps := b.Case.Result.Problems
	var at []Source
	for i := range ps {
		if s := At(ps[i].Origin); len(at) < fewest && !slices.Contains(at, s) {
			at = append(at, s)
		}
	}
	if len(ps) > 0 {
		b.Paragraph(b.Say("unread", Values{"n": len(ps)}, at...))
	}
}

// One makes a cell or an item of sentences.
func One(s ...Sentence) []Sentence { return s }
