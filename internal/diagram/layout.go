package diagram

import "slices"

// Sizes in pixels.
const (
	nodeW, nodeH  = 196.0, 54.0
	columnGap     = 16.0
	trackPitch    = 7.0
	streetPad     = 9.0 // on both sides of the tracks of a street
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

// A rect is an area; y grows downwards.
type rect struct{ x, y, w, h float64 }

func (r rect) right() float64  { return r.x + r.w }
func (r rect) bottom() float64 { return r.y + r.h }

// A street is a gap in which no node stands, and in which edges run on tracks.
type street struct {
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
	return max(s.least, 2*streetPad+float64(s.tracks-1)*trackPitch)
}

// at is where a track runs.
func (s *street) at(track int) float64 {
	free := s.size() - float64(max(s.tracks-1, 0))*trackPitch
	return s.lo + free/2 + float64(track)*trackPitch
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
	name     string
	standing Standing
	area     rect
}

// A layout is where everything is.
type layout struct {
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
	width     float64
	height    float64
	legendY   float64
}

// A cell is where a node stands among the streets.
type cell struct {
	box *box
	gap int // the gap above it; the next one is below
}

// place lays a map out.
func place(m *Map) *layout {
	l := &layout{m: m, boxOf: map[string]*box{}, index: make(map[string]int, len(m.Nodes)), nodes: make([]rect, len(m.Nodes)), cell: make([]cell, len(m.Nodes))}
	for i := range m.Nodes {
		l.index[m.Nodes[i].ID] = i
	}
	l.fill()
	l.order()
	l.shelve()
	l.streets()
	l.coordinates()
	l.route()
	l.coordinates()
	l.draw()
	return l
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
func inner(bands []band, rows, columns int) (w, h float64) {
	w = 2*boxPad + 2*streetPad + float64(columns)*nodeW + float64(columns-1)*columnGap
	h = headerH + float64(rows)*nodeH + float64(rows+len(bands))*(2*streetPad+trackPitch)
	for _, b := range bands {
		if b.named {
			h += groupH
		}
	}
	return w, h
}
