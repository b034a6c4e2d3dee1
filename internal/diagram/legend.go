package diagram

// A sample is one line of the legend, and where it stands.
type sample struct {
	class, state, words string
	x, y                float64
}

const legendSize = 11.0

// legend is the samples of lines, and the sentences below them.
func (l *layout) legend() (samples []sample, notes []string) {
	samples = []sample{
		{class: "inside", state: "planned", words: l.m.say("legend.planned", nil)},
		{class: "inside", state: "declared", words: l.m.say("legend.declared", nil)},
		{class: "inside", state: "observed", words: l.m.say("legend.observed", nil)},
		{class: "outside", state: "planned", words: l.m.say("legend.outside", nil)},
		{class: "open", state: "planned", words: l.m.say("legend.open", nil)},
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
	text := "grammar"
	if l.coarse {
		text = "grammar_all"
	}
	for _, s := range append([]string{l.m.say(text, nil)}, l.m.Notes...) {
		notes = append(notes, sans.wrap(s, legendSize, l.width-2*marginX)...)
	}
	return samples, notes
}

// legend says what lines and marks mean, and ends with the notes.
func (s *painter) legend() {
	samples, notes := s.l.legend()
	y := 0.0
	for _, e := range samples {
		s.Path("M"+num(e.x)+" "+num(e.y-4)+"h18", 0, 0, "e "+e.class+" "+e.state)
		s.Path("M"+num(e.x+17)+" "+num(e.y-8)+"v8l7.500-4z", 0, 0, "h "+e.class+" "+e.state)
		s.text(e.x+30, e.y, s.l.width-marginX-e.x-30, sans, legendSize, "soft", e.words, false)
		y = e.y
	}
	for _, n := range notes {
		y += footLine
		s.text(marginX, y, s.l.width-2*marginX, sans, legendSize, "soft", n, false)
	}
}
