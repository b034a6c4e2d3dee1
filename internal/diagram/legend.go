package diagram

// A sample is one line of the legend, and where it stands.
type sample struct {
	class, state, words string
	x, y                float64
}

const (
	legendSize = 11.0
	grammar    = "What leaves a node leaves it below, what comes to it comes from above; lines that join lead to the same end. ✕2: two findings. ?1: one open question."
	grammarAll = "What leaves a node leaves it below, what comes to it comes from above; lines between the same two boxes share a track. ✕2: two findings. ?1: one open question."
)

// legend is the samples of lines, and the sentences below them.
func (l *layout) legend() (samples []sample, notes []string) {
	samples = []sample{
		{class: "inside", state: "planned", words: "planned: code or configuration does it"},
		{class: "inside", state: "declared", words: "declared: a review says so"},
		{class: "inside", state: "observed", words: "observed in traffic"},
		{class: "outside", state: "planned", words: "✕ leaves the perimeter"},
		{class: "open", state: "planned", words: "? not established"},
	}
	x, y := marginX, l.legendY
	for i := range samples {
		w := 30 + sans.measure(samples[i].words, legendSize) + 16
		if x > marginX && x+w > l.width-marginX {
			x, y = marginX, y+footLine
		}
		samples[i].x, samples[i].y = x, y
		x += w
	}
	text := grammar
	for _, t := range l.trunks {
		if len(t.heads) > 1 {
			text = grammarAll
		}
	}
	for _, s := range append([]string{text}, l.m.Notes...) {
		notes = append(notes, sans.wrap(s, legendSize, l.width-2*marginX)...)
	}
	return samples, notes
}

// legend says what lines and marks mean, and ends with the notes.
func (s *svg) legend() {
	samples, notes := s.l.legend()
	y := 0.0
	for _, e := range samples {
		s.add(`<path class="e `, e.class, ` `, e.state, `" d="M`, num(e.x), ` `, num(e.y-4), `h18"/><path class="h `, e.class, ` `, e.state, `" d="M`, num(e.x+17), ` `, num(e.y-8), `v8l7.500-4z"/>`)
		s.text(e.x+30, e.y, s.l.width-marginX-e.x-30, sans, legendSize, "soft", e.words, false)
		y = e.y
	}
	for _, n := range notes {
		y += footLine
		s.text(marginX, y, s.l.width-2*marginX, sans, legendSize, "soft", n, false)
	}
}
