package evidence

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// A Region is a part of a document as Markdown that stands on its own: its
// footnotes are its own, so that a change of one region changes no other.
type Region struct {
	Name string
	Text string // ends with a line end
}

// ofTheDay ends the lines that are true on one day only.
const ofTheDay = "<!-- of the day -->"

// Steady is a text without the lines that are true on one day only.
func Steady(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasSuffix(strings.TrimRight(line, "\r\n"), ofTheDay) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// Regions are the regions of a document, in its order; the title is part of the
// first. What stands in no region is left out.
func Regions(d *Document) ([]Region, error) {
	var out []Region
	for i := 0; i < len(d.Blocks); {
		name := d.Blocks[i].Region
		end := i + 1
		for end < len(d.Blocks) && d.Blocks[end].Region == name {
			end++
		}
		if slices.ContainsFunc(out, func(r Region) bool { return r.Name == name }) {
			return nil, fmt.Errorf("the region %s of the document %s is in two parts", name, d.Name)
		}
		if name != "" {
			text, err := regionOf(d, name, d.Blocks[i:end], len(out) == 0)
			if err != nil {
				return nil, err
			}
			out = append(out, Region{name, text})
		}
		i = end
	}
	return out, nil
}

func regionOf(d *Document, name string, blocks []Block, first bool) (string, error) {
	var b bytes.Buffer
	m := &markdown{printer: printer{w: &b}, d: d, region: name, notes: map[int]int{}}
	if first {
		m.f("# %s\n\n*%s*\n\n", escapeMarkdown(d.Title), escapeMarkdown(d.Frame.Word("notice")))
	}
	for i := range blocks {
		m.block(&blocks[i])
	}
	sources := make([]int, len(m.notes))
	for n, own := range m.notes {
		sources[own-1] = n
	}
	for _, n := range sources {
		m.source(n)
	}
	return strings.TrimRight(b.String(), "\n") + "\n", m.err
}

// note is the label of a footnote: the number of the source or, in a region, its
// name and a number of its own.
func (m *markdown) note(n int) string {
	if m.region == "" {
		return fmt.Sprint(n)
	}
	if m.notes[n] == 0 {
		m.notes[n] = len(m.notes) + 1
	}
	return fmt.Sprintf("%s-%d", m.region, m.notes[n])
}
