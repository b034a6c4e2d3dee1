package evidence

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// writeMarkdown writes what forges show: footnotes for sources, a block of
// quotation for each open question, Mermaid for figures.
func writeMarkdown(w io.Writer, d *Document) error {
	m := &markdown{printer: printer{w: w}, d: d}
	m.f("# %s\n\n%s\n\n*%s*\n\n", escapeMarkdown(d.Title), escapeMarkdown(d.Subject), escapeMarkdown(d.Frame.Word("notice")))
	m.f("**%s**\n\n", escapeMarkdown(d.Frame.Open(d)))
	for i := range d.Blocks {
		m.block(&d.Blocks[i])
	}
	m.sources()
	return m.err
}

type markdown struct {
	printer
	d               *Document
	tables, figures int
	region          string      // that is written alone; "" for the whole
	notes           map[int]int // of a region: its own numbers of sources
}

func (m *markdown) block(b *Block) {
	switch {
	case b.Heading != nil:
		m.f("%s %s\n\n", strings.Repeat("#", b.Heading.Level+1), escapeMarkdown(b.Heading.Text))
	case b.Paragraph != nil:
		m.paragraph(b.Paragraph)
	case b.List != nil:
		for _, it := range b.List {
			m.f("- %s\n", startMarkdown(m.inline(it)))
		}
		m.f("\n")
	case b.Table != nil:
		m.table(b.Table)
	case b.Figure != nil:
		m.figure(b.Figure)
	}
}

// paragraph writes sentences in a line, open questions in blocks of their own, and
// what is true of a day only in a line that says so.
func (m *markdown) paragraph(ss []Sentence) {
	line := []Sentence{}
	var today []Sentence
	flush := func() {
		if len(line) > 0 {
			m.f("%s\n\n", startMarkdown(m.inline(line)))
			line = line[:0]
		}
	}
	for _, s := range ss {
		if s.Today && m.region != "" {
			today = append(today, s)
			continue
		}
		if s.Manner != Asked {
			line = append(line, s)
			continue
		}
		flush()
		q := s.Asking
		m.f("> **%s** %s\n>\n> %s\n\n", escapeMarkdown(m.d.Frame.Question(q)), escapeMarkdown(q.Text), escapeMarkdown(m.d.Frame.Where(q)))
	}
	flush()
	if len(today) > 0 {
		m.f("%s %s\n\n", startMarkdown(m.inline(today)), ofTheDay)
	}
}

func (m *markdown) inline(ss []Sentence) string {
	var out []string
	for _, s := range ss {
		text := escapeMarkdown(s.Text)
		if s.Manner == Asked {
			text = fmt.Sprintf("**%s** %s (%s)", escapeMarkdown(m.d.Frame.Question(s.Asking)), text, escapeMarkdown(visible(s.Asking.ID)))
		}
		for _, n := range s.Sources {
			text += "[^" + m.note(n) + "]"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func (m *markdown) table(t *Table) {
	m.tables++
	m.caption("table", m.tables, t.Caption)
	if len(t.Rows) == 0 {
		m.f("%s\n\n", m.d.Frame.Word("none_listed"))
		return
	}
	for _, h := range t.Head {
		m.f("| %s ", cellMarkdown(escapeMarkdown(h)))
	}
	m.f("|\n%s|\n", strings.Repeat("|---", len(t.Head)))
	for _, row := range t.Rows {
		for _, c := range Terse(row) {
			m.f("| %s ", cellMarkdown(m.inline(c)))
		}
		m.f("|\n")
	}
	m.f("\n")
}

func (m *markdown) figure(f *Figure) {
	m.figures++
	m.caption("figure", m.figures, f.Caption)
	m.f("```mermaid\n")
	drawn := *f.Map
	if m.region != "" {
		drawn.Day = "" // a region is not stale because a day has passed
	}
	if m.err == nil {
		m.err = diagram.Write(m.w, "mermaid", &drawn)
	}
	m.f("```\n\n")
}

func (m *markdown) sources() {
	if len(m.d.Sources) == 0 {
		return
	}
	m.f("## %s\n\n%s\n\n", escapeMarkdown(m.d.Frame.Word("sources")), escapeMarkdown(m.d.Frame.Word("sources_about")))
	for i := range m.d.Sources {
		m.source(i + 1)
	}
}

// source defines the footnote of a source.
func (m *markdown) source(n int) {
	s := m.d.Sources[n-1]
	text := escapeMarkdown(m.d.Frame.Source(s))
	if s.Kind == File {
		at := escapeMarkdown(visible(s.At))
		text = strings.Replace(text, at, "["+at+"]("+linkTo(s.At)+")", 1)
	}
	m.f("[^%s]: %s\n", m.note(n), text)
}

// caption stands above a table or a figure. Those of a region have no number: what
// changes in one region must not change another.
func (m *markdown) caption(what string, number int, text string) {
	if m.region == "" {
		text = m.d.Frame.Caption(what, number, text)
	}
	m.f("**%s**\n\n", escapeMarkdown(text))
}

var lineOf = regexp.MustCompile(`^(.*):([0-9]+)$`)

// linkTo is the address of file:line as forges have it.
func linkTo(at string) string {
	o := graph.Origin{File: at}
	if m := lineOf.FindStringSubmatch(at); m != nil {
		o.File = m[1]
		o.Line, _ = strconv.Atoi(m[2])
	}
	return Href(o)
}

// special is what Markdown and its HTML would read as more than text.
var special = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "#", `\#`, "~", `\~`, "|", `\|`, "$", `\$`, "\n", " ", "\r", " ", "\t", " ")

func escapeMarkdown(s string) string { return special.Replace(s) }

// begins is what at the beginning of a line would make a list of it, a rule, or a heading
// of the line above.
var begins = regexp.MustCompile(`^([0-9]{1,9})([.)])|^[-+=]`)

// startMarkdown makes a text safe at the beginning of a line.
func startMarkdown(s string) string {
	s = strings.TrimLeft(s, " ")
	at := begins.FindStringSubmatchIndex(s)
	switch {
	case at == nil:
		return s
	case at[4] >= 0:
		return s[:at[4]] + `\` + s[at[4]:]
	}
	return `\` + s
}

// cellMarkdown makes a text safe within a table, where the bar was escaped already.
func cellMarkdown(s string) string {
	if s == "" {
		return " "
	}
	return s
}
