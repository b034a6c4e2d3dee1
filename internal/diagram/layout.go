package diagram

import "slices"

// Sizes in pixels.
const (
	nodeH         = 54.0
	headerH       = 34.0
	groupH        = 18.0
	boxPad        = 12.0
	marginX       = 24.0
	stripLabel    = 26.0 // the column at the left where the name of a strip stands
	titleH        = 74.0
	footLine      = 17.0
	minimumWidth  = 760.0
	preferredWide = 1.5 // width to height
)

// A measure is the sizes that differ between a screen and a page, which is smaller.
type measure struct {
	nodeW     float64
	columnGap float64
	pitch     float64 // between the tracks of a street
	pad       float64 // on both sides of them
	finest    int     // up to how many trunks each one leads to a single node
}

var (
	onScreen = &measure{nodeW: 196, columnGap: 16, pitch: 7, pad: 9, finest: 70}
	onPaper  = &measure{nodeW: 172, columnGap: 12, pitch: 5.5, pad: 7, finest: 22}
)

// A rect is an area; y grows downwards.
type rect struct{ x, y, w, h float64 }

func (r rect) right() float64  { return r.x + r.w }
func (r rect) bottom() float64 { return r.y + r.h }

// A street is a gap in which no node stands, and in which edges run on tracks.
type street struct {
	*measure
	vertical bool
	lo       float64 // where its extent across begins
	tracks   int
	visits   []visit
	least    float64 // its extent when it has no track
}

// size is the extent across.
func (s *street) size() float64 {
	if s.tracks == 0 {
		return s.least
	}
	return max(s.least, 2*s.pad+float64(s.tracks-1)*s.pitch)
}

// at is where a track runs.
func (s *street) at(track int) float64 {
	free := s.size() - float64(max(s.tracks-1, 0))*s.pitch
	return s.lo + free/2 + float64(track)*s.pitch
}

// A box is a lane with its nodes in rows. Between the rows run gaps, the
// streets that edges leave nodes by and come to them by.
type box struct {
	lane    *Lane
	index   int
	nodes   []int // of the map, in drawing order
	columns int
	bands   []band
	gaps    []*street // of all bands, one more than rows in each
	gutter  *street   // at the left of the rows: between nodes of the box
	area    rect
	shelf   int
	slot    int // on the shelf
}

// A band is some rows that groups share side by side.
type band struct {
	groups []group
	named  bool
	rows   int
	first  int // index of its first gap
}

// A group is nodes that belong together: of one operator, of one system.
type group struct {
	name   string
	nodes  []int
	column int
	width  int // in columns
	area   rect
}

// A shelf is boxes side by side.
type shelf struct {
	boxes    []*box
	channels []*street // one more than boxes
	strip    int
	top      float64
	height   float64
}

// A strip is the shelves of one standing.
type strip struct {
	name     string // "inside", "outside", "mixed" or "unknown"
	standing Standing
	area     rect
}

// A layout is where everything is.
type layout struct {
	*measure
	m         *Map
	boxes     []*box
	boxOf     map[string]*box
	shelves   []*shelf
	corridors []*street // above each shelf, and below the last
	strips    []strip
	nodes     []rect // by index in the map
	ports     map[port][]*trunk
	cell      []cell // by index in the map
	index     map[string]int
	trunks    []*trunk
	coarse    bool // each trunk leads to a box, not to a single node
	width     float64
	height    float64
	legendY   float64
}

// A cell is where a node stands among the streets.
type cell struct {
	box *box
	gap int // the gap above it; the next one is below
}

// place lays a map out for a screen.
func place(m *Map) *layout {
	l := begin(m, onScreen)
	l.shelve()
	l.finish()
	return l
}

// begin puts the nodes into boxes, and the boxes into their order.
func begin(m *Map, z *measure) *layout {
	l := &layout{measure: z, m: m, boxOf: map[string]*box{}, index: make(map[string]int, len(m.Nodes)), nodes: make([]rect, len(m.Nodes)), cell: make([]cell, len(m.Nodes))}
	for i := range m.Nodes {
		l.index[m.Nodes[i].ID] = i
	}
	l.fill()
	l.order()
	return l
}

// finish gives everything on the shelves its place, and draws the edges.
func (l *layout) finish() {
	l.streets()
	l.coordinates()
	l.route()
	l.coordinates()
	l.draw()
}

// fill puts the nodes into boxes. A lane without nodes has none.
func (l *layout) fill() {
	for i := range l.m.Lanes {
		l.boxOf[l.m.Lanes[i].ID] = &box{lane: &l.m.Lanes[i]}
	}
	for i := range l.m.Nodes {
		if b := l.boxOf[l.m.Nodes[i].Lane]; b != nil {
			b.nodes = append(b.nodes, i)
		}
	}
	for i := range l.m.Lanes {
		if b := l.boxOf[l.m.Lanes[i].ID]; len(b.nodes) > 0 {
			b.index = len(l.boxes)
			l.boxes = append(l.boxes, b)
		}
	}
}

// stripOf is the row of the picture that a lane stands in: what the perimeter
// allows above what it does not.
func stripOf(ln *Lane) int {
	if ln.Form == NotKnown || ln.Form == Anywhere || ln.Standing == Outside {
		return 1
	}
	return 0
}

// bandsFor puts the groups of a box into bands of a number of columns: a group
// stands beside others where it fits into their rows.
func (l *layout) bandsFor(b *box, columns int) (bands []band, rows int) {
	var groups []group
	at := map[string]int{}
	for _, n := range b.nodes {
		name := l.m.Nodes[n].Group
		i, ok := at[name]
		if !ok {
			i = len(groups)
			at[name] = i
			groups = append(groups, group{name: name})
		}
		groups[i].nodes = append(groups[i].nodes, n)
	}
	slices.SortStableFunc(groups, func(a, b group) int { return len(b.nodes) - len(a.nodes) })
	used := 0
	for _, g := range groups {
		n := len(g.nodes)
		if free := columns - used; len(bands) > 0 && free > 0 {
			last := &bands[len(bands)-1]
			if w := min(free, n); (n+w-1)/w <= last.rows {
				w = (n + last.rows - 1) / last.rows // no wider than it must be
				g.column, g.width = used, w
				last.groups = append(last.groups, g)
				last.named = last.named || g.name != ""
				used += w
				continue
			}
		}
		g.width = min(columns, n)
		r := (n + g.width - 1) / g.width
		bands = append(bands, band{groups: []group{g}, named: g.name != "", rows: r})
		rows += r
		used = g.width
	}
	return bands, rows
}

// inner is the size of a box whose streets have no tracks.
func (l *layout) inner(bands []band, rows, columns int) (w, h float64) {
	w = 2*boxPad + 2*l.pad + float64(columns)*l.nodeW + float64(columns-1)*l.columnGap
	h = headerH + float64(rows)*nodeH + float64(rows+len(bands))*(2*l.pad+l.pitch)
	for _, b := range bands {
		if b.named {
			h += groupH
		}
	}
	return w, h
}
