package dpia

import (
	"html"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// says reports whether blocks state or answer something.
func says(blocks []evidence.Block) bool {
	found := false
	evidence.Walk(blocks, func(s *evidence.Sentence) {
		found = found || s.Manner == evidence.Stated || s.Manner == evidence.Answered
	})
	return found
}

// html writes blocks as the editor of the tool keeps them: paragraphs and lists. A row
// of a table is a point of a list with the heads as labels.
func (x *exporter) html(blocks []evidence.Block) string {
	var out strings.Builder
	p := func(tag, text string) { out.WriteString("<" + tag + ">" + text + "</" + tag + ">") }
	for _, b := range blocks {
		switch {
		case b.Heading != nil:
			p("p", "<strong>"+html.EscapeString(b.Heading.Text)+"</strong>")
		case b.Paragraph != nil:
			p("p", x.sentences(b.Paragraph, html.EscapeString))
		case b.Table != nil:
			p("p", "<strong>"+html.EscapeString(b.Table.Caption)+"</strong>")
			if len(b.Table.Rows) == 0 {
				p("p", html.EscapeString(x.Word("render.none_listed")))
				continue
			}
			out.WriteString("<ul>")
			for _, row := range b.Table.Rows {
				var cells []string
				for i, c := range evidence.Terse(row) {
					cells = append(cells, html.EscapeString(b.Table.Head[i])+": "+x.sentences(c, html.EscapeString))
				}
				p("li", strings.Join(cells, "<br />"))
			}
			out.WriteString("</ul>")
		}
	}
	return out.String()
}

// plain writes blocks as lines of text, for comments.
func (x *exporter) plain(blocks []evidence.Block) string {
	asis := func(s string) string { return s }
	var lines []string
	for _, b := range blocks {
		switch {
		case b.Heading != nil:
			lines = append(lines, b.Heading.Text)
		case b.Paragraph != nil:
			lines = append(lines, x.sentences(b.Paragraph, asis))
		case b.Table != nil:
			lines = append(lines, b.Table.Caption)
			for _, row := range b.Table.Rows {
				var cells []string
				for _, c := range evidence.Terse(row) {
					cells = append(cells, x.sentences(c, asis))
				}
				lines = append(lines, strings.Join(cells, " · "))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// sentences are sentences with their sources behind each.
func (x *exporter) sentences(ss []evidence.Sentence, escape func(string) string) string {
	var out []string
	for _, s := range ss {
		text := escape(s.Text)
		if s.Manner == evidence.Asked {
			text = escape(x.question(&s))
		}
		var from []string
		for _, n := range s.Sources {
			from = append(from, escape(x.Source(n).At))
		}
		if len(from) > 0 {
			text += " [" + strings.Join(from, "; ") + "]"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// question is an open question with its id.
func (x *exporter) question(s *evidence.Sentence) string {
	return x.Frame().Question(s.Asking) + " " + s.Text + " (" + s.Asking.ID + ")"
}
