package evidence

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/chart"
	"github.com/bailiwick-dev/bailiwick/internal/diagram"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// What a page of A4 has for a figure, in points: within the margins, without its
// caption, a heading above it and the foot. Across is the page that lies.
const (
	PageWidth, PageHeight     = 493.0, 640.0
	AcrossWidth, AcrossHeight = 740.0, 400.0
)

// Legible is what a pixel of a drawing is at least in points, so that its smallest
// text is read on paper.
const Legible = 5.5 / diagram.Smallest

// Sheets are how a map can be read on paper: on a page, on a page that lies, or cut
// by lanes onto several.
type Sheets struct {
	Parts  []*diagram.Drawing
	Scales []float64 // points for a pixel
	Across bool
}

// natural is what a pixel of a drawing is on paper at most, in points: a map of few
// things is not blown up.
const natural = 0.75

// OnPaper decides how a map is set.
func OnPaper(m *diagram.Map) *Sheets {
	up, s := diagram.Fit(m, PageWidth, PageHeight)
	if s >= Legible {
		return &Sheets{[]*diagram.Drawing{up}, []float64{min(s, natural)}, false}
	}
	if lying, s := diagram.Fit(m, AcrossWidth, AcrossHeight); s >= Legible {
		return &Sheets{[]*diagram.Drawing{lying}, []float64{min(s, natural)}, true}
	}
	return cut(m)
}

// cut is a map on as few pages as are legible, with about the same on each.
func cut(m *diagram.Map) *Sheets {
	var best *Sheets
	for most := len(m.Nodes) - 1; most > 1; {
		next, legible := parts(m, most)
		switch {
		case best != nil && (!legible || len(next.Parts) > len(best.Parts)):
			return best // fewer on a page would be more pages
		case legible && len(m.Edges) > 150:
			return next // to try more would take long
		case legible:
			best = next
			most--
		default:
			most = most * 5 / 6
		}
	}
	if best == nil {
		best, _ = parts(m, 2)
	}
	return best
}

// parts is a map cut into parts of at most so many nodes, up to the first that is not
// legible on a page.
func parts(m *diagram.Map, most int) (out *Sheets, legible bool) {
	out = &Sheets{}
	for _, part := range diagram.Cut(m, most) {
		d, s := diagram.Fit(part, PageWidth, PageHeight)
		out.Parts, out.Scales = append(out.Parts, d), append(out.Scales, min(s, natural))
		if s < Legible && most > 2 {
			return out, false
		}
	}
	return out, true
}

// Figure adds the map of a system, "" for all, with lanes by country or by operator.
// With only it is of the flows that stand so. Similar things are drawn as one until
// the map stands on few pages: one for all by country; two for a part of it, three by
// operator, where lanes are many; six for what is asked for by its standing, where each recipient should
// have a name.
func (b *Builder) Figure(caption string, v Values, system, by string, only ...diagram.Standing) {
	o := b.Case.Chart
	o.System, o.By, o.Only, o.Flows = system, by, only, true
	o.Words, o.Bytes, o.Country, o.Bloc = b.figureWord, b.figureBytes, b.Country, b.bloc(o.Bloc)
	pages := 2
	switch {
	case len(only) > 0:
		pages = 6
	case system == "" && by == chart.ByCountry:
		pages = 1
	case by == chart.ByOperator:
		pages = 3
	}
	b.add(Block{Figure: &Figure{Caption: b.text(caption, v), Map: b.onPages(o, pages)}})
}

// onPages is the map that is folded no further than it must be to stand on so many
// pages. Where nothing helps, it is the one that takes fewest.
func (b *Builder) onPages(o chart.Options, pages int) *diagram.Map {
	// Beyond these a page shows nothing to anybody, and laying it out takes long.
	const nodes, edges = 45, 250
	var best, last *diagram.Map
	fewest, draft := 0, chart.NewDraft(b.Case.Result, o)
	for _, most := range []int{chart.Many, 32, 26, 20, 16, 12, 9, 6} {
		last = draft.Fold(most)
		if len(last.Nodes) > nodes*pages || len(last.Edges) > edges {
			continue
		}
		n := len(OnPaper(last).Parts)
		if best == nil || n < fewest {
			best, fewest = last, n
		}
		if n <= pages {
			break
		}
	}
	if best == nil {
		return last
	}
	return best
}

// figureWord is a word inside of a picture.
func (b *Builder) figureWord(key string, v diagram.Values) string {
	if strings.HasSuffix(key, ".") {
		return "" // of a thing that has no kind, or of a flow without a purpose
	}
	if day, ok := v["day"].(string); ok && key == "law" {
		v = diagram.Values{"day": b.Day(day)}
	}
	return blanks.Replace(b.text("figure."+key, Values(v)))
}

// blanks makes those that do not break plain ones: a picture has no lines to break, and
// has no sign for the narrow one that French numbers have.
var blanks = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// figureBytes is an amount in a picture.
func (b *Builder) figureBytes(n int64) string { return blanks.Replace(b.Bytes(n)) }

// bloc names blocs in the document's language, where it has a name for them.
func (b *Builder) bloc(of func([]graph.Country) string) func([]graph.Country) string {
	return func(cs []graph.Country) string {
		id := of(cs)
		if _, ok := b.words.messages["figure.bloc."+id]; ok {
			return b.Word("figure.bloc." + id)
		}
		return id
	}
}
