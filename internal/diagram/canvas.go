package diagram

// A Canvas is what a picture is drawn on: as SVG here, on a page of paper by whoever
// has one. Coordinates are pixels of the drawing, y grows downwards. A class is that
// of the style sheet, which [LookOf] reads.
type Canvas interface {
	// Begin begins a group; the words tell who points at it what it shows.
	Begin(class string, words ...string)
	End()
	Rect(x, y, w, h, radius float64, class string)
	// Hatch covers an area with the sign that nobody knows.
	Hatch(x, y, w, h, radius float64)
	// Path draws lines in the language of SVG paths, moved by x and y.
	Path(d string, x, y float64, class string)
	Text(t *Text)
}

// A Measurer is a canvas that knows how wide its texts are, in pixels of the drawing.
type Measurer interface{ Measure(t *Text) float64 }

// A Text is one line of text that fits into the drawing.
type Text struct {
	X, Y    float64 // the left end of its base line, or what Anchor says
	Width   float64 // what it may take at most
	Size    float64
	Anchor  string // "", "middle" or "end"
	Upright bool   // turned to read upwards
	Class   string
	Text    string
}

// A Drawing is a map that is laid out.
type Drawing struct{ l *layout }

// Draw draws it.
func (d *Drawing) Draw(c Canvas) { (&painter{d.l, c}).page() }

// Size is its extent in pixels.
func (d *Drawing) Size() (w, h float64) { return d.l.width, d.l.height }

// Smallest is the size of its smallest text in pixels.
const Smallest = 10.0
