package traffic

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// maxFlows bounds the flows of one unit; what is beyond is one flow to somebody
// who is not known.
const maxFlows = 250_000

// A unit is what the files of one folder say together.
type unit struct {
	root   string
	flows  map[key]*sum
	asides map[aside]*sum
	names  names
	series map[string]float64 // counters that were read, so that a second scrape does not count twice
	max    int

	// The file that is read.
	file  string
	m     *medium
	in    *logs.Input
	good  int // records that could be read
	other int // lines that are no records, as the medium writes them
	bad   int // lines that are broken
	first int // the first broken one
	lost  []string

	lostEvents int64 // that the medium itself counts
	last       *sum  // what the last record went to
}

// A key is what records are added up by. Media are kept apart: an access log and
// a counter may have seen the same request.
type key struct {
	from, to, purpose, model string
	class                    graph.ClassID
	medium                   string
}

type aside struct{ what, medium string }

// A sum is what records with one key say together.
type sum struct {
	graph.Traffic
	via    string
	origin graph.Origin
	in     string // the last file that has added to it
	asked  int64  // how often the name was looked up
	seen   bool   // there was traffic, whatever the counts say
}

func newUnit(root string) *unit {
	return &unit{root: root, flows: map[key]*sum{}, asides: map[aside]*sum{}, names: newNames(), series: map[string]float64{}, max: maxFlows}
}

// open reads one file. The answer says why it is worth nothing.
func (u *unit) open(file string, m *medium) string {
	u.file, u.m, u.in = filepath.ToSlash(file), m, &logs.Input{}
	u.good, u.other, u.bad, u.first, u.lost, u.lostEvents = 0, 0, 0, 0, nil, 0
	c, err := u.in.Open(file)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	if err := m.read(u); err != nil {
		return err.Error()
	}
	if u.good == 0 && u.bad > 0 {
		return fmt.Sprintf("it looks like %s, and no record of it could be read (line %d is the first that is broken): save it again", m.name, u.first)
	}
	if u.good == 0 && u.in.Cut != "" {
		return fmt.Sprintf("nothing could be read: %s; save it again", u.in.Cut)
	}
	return ""
}

// read reads one file and says of its flows what is missing.
func (u *unit) read(file string, m *medium) string {
	why := u.open(file, m)
	if missing := u.missing(); missing != "" && why == "" {
		for _, s := range u.flows {
			if s.in == u.file {
				s.Incomplete = join(s.Incomplete, missing)
			}
		}
		for _, s := range u.asides {
			if s.in == u.file {
				s.Incomplete = join(s.Incomplete, missing)
			}
		}
	}
	return why
}

// missing says what of the file is not there.
func (u *unit) missing() string {
	out := slices.Clone(u.lost)
	if u.lostEvents > 0 {
		out = append(out, fmt.Sprintf("%s: %d events were lost before they were written", u.file, u.lostEvents))
	}
	if u.bad > 0 {
		out = append(out, fmt.Sprintf("%d of %d lines of %s could not be read, the first is %d", u.bad, u.good+u.bad+u.other, u.file, u.first))
	}
	if u.in != nil && u.in.Cut != "" {
		out = append(out, u.file+": "+u.in.Cut)
	}
	return strings.Join(out, "; ")
}

// broken counts a line that could not be read.
func (u *unit) broken() {
	if u.bad++; u.bad == 1 {
		u.first = u.in.Line
	}
}

// loses notes once that the medium itself says that records are missing.
func (u *unit) loses(why string) {
	if !slices.Contains(u.lost, why) && len(u.lost) < 8 {
		u.lost = append(u.lost, why)
	}
}

// ports tell what is asked of who has them, whatever is in the bytes.
var ports = map[uint16]string{53: "dns", 853: "dns", 123: "time"}

// add takes a record.
func (u *unit) add(r *record) {
	u.good++
	u.names.apply(r)
	if r.purpose == "" && !r.lookup {
		r.purpose = ports[r.dst.Port()]
	}
	if r.blocked || r.failed {
		r.sent, r.received = 0, 0 // what reached a proxy did not get beyond it
	}
	w, to, other := r.judge()
	switch w {
	case out:
		u.flow(r, to, other)
	case in:
		u.aside(r, graph.ComesIn)
	default:
		u.aside(r, graph.StaysInside)
	}
}

func (u *unit) flow(r *record, to, other string) {
	from := r.caller()
	if from == "" {
		from = path.Base(u.file) // addresses are unique in the folder
	}
	k := key{from, to, cmp.Or(r.purpose, "data"), r.model, r.class, u.m.name + r.log}
	s := u.flows[k]
	if s == nil {
		if len(u.flows) >= u.max {
			k = key{purpose: "data"}
			r.incomplete = fmt.Sprintf("more than %d flows: this one stands for all that are beyond", u.max)
			other = ""
			s = u.flows[k]
		}
		if s == nil {
			s = &sum{via: cmp.Or(r.via, u.m.name), origin: u.here()}
			u.flows[k] = s
		}
	}
	if s.Name == "" || !outside(s.Name) && outside(other) {
		s.Name = other
	}
	s.take(r, u.file)
	u.last = s
}

func (u *unit) aside(r *record, what string) {
	k := aside{what, u.m.name + r.log}
	s := u.asides[k]
	if s == nil {
		s = &sum{via: u.m.name, origin: u.here()}
		u.asides[k] = s
	}
	s.take(r, u.file)
	u.last = s
}

func (u *unit) here() graph.Origin { return graph.Origin{File: u.file, Line: u.in.Line} }

// take adds a record.
func (s *sum) take(r *record, file string) {
	s.Count = logs.Plus(s.Count, r.count)
	if r.blocked {
		s.Blocked = logs.Plus(s.Blocked, r.count)
	}
	s.Sent, s.Received = logs.Plus(s.Sent, r.sent), logs.Plus(s.Received, r.received)
	s.HasBytes = s.HasBytes || r.hasBytes
	s.window(r.first, r.last)
	if r.lookup {
		s.asked++
	}
	s.seen = s.seen || !r.lookup && !r.failed
	if r.incomplete != "" {
		s.Incomplete = join(s.Incomplete, r.incomplete)
	}
	s.in = file
}

// widen takes the end of the window that the last record is of.
func (u *unit) widen(t time.Time) {
	if u.last != nil {
		u.last.window(t, t)
	}
}

func (s *sum) window(first, last time.Time) {
	if !first.IsZero() && (s.First.IsZero() || first.Before(s.First)) {
		s.First = first
	}
	if last.After(s.Last) {
		s.Last = last
	}
}

// join adds a reason that is not there yet.
func join(have, more string) string {
	switch {
	case have == "" || have == more:
		return more
	case strings.Contains(have, more) || len(have) > 1000:
		return have
	}
	return have + "; " + more
}
