package resolve

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// Setting returns what decides a setting of an asset, on it or on what is
// attached to it. extra are further values to propose for a number.
func (l *Levers) Setting(k Key, name string, extra []string) []Lever {
	n := l.node(k)
	if n == nil || n.typ == nil {
		return nil
	}
	var out, unwritten []Lever
	n.sides(func(s *node) {
		if s.typ == nil {
			return
		}
		spec, ok := s.typ.Settings[name]
		if !ok || spec.Present {
			return
		}
		for i := range spec.From {
			rd := &spec.From[i]
			if len(s.reading(rd)) == 0 {
				continue
			}
			out = append(out, s.settingLevers(rd, extra)...)
			if !spec.Any && !spec.All {
				return // the first one decides
			}
		}
		if len(out) == 0 && !(len(spec.From) > 1 && (spec.Any || spec.All)) { // of several switches one is not enough
			unwritten = append(unwritten, s.unwritten(&spec, extra)...)
		}
	})
	if len(out) > 0 {
		return out
	}
	return unwritten
}

// unwritten proposes to write a setting that holds by the provider's default.
func (n *node) unwritten(spec *kb.SettingSpec, extra []string) []Lever {
	var words []string
	switch d := plain(spec.Default).(type) {
	case bool:
		if i := slices.IndexFunc(spec.From, func(rd kb.Read) bool { return rd.Attr != "" }); i >= 0 && len(spec.From[i].Map) == 0 {
			words = []string{strconv.FormatBool(!d)}
		}
	case float64:
		words = extra
	case nil:
		return nil
	}
	out := n.added(spec.From, nil, words)
	for i := range out {
		if d, ok := plain(spec.Default).(float64); ok {
			nearest(out[i].Options, d)
		}
	}
	return out
}

// settingLevers are those behind one reading of a setting. A number is proposed
// by how little it changes.
func (n *node) settingLevers(rd *kb.Read, extra []string) []Lever {
	if rd.Attr == "" {
		return n.leversOf(rd, nil, "", 0)
	}
	var out []Lever
	for _, at := range n.fact.Attrs.Read(rd.Attr) {
		lv := n.lever(n.fact.Address, rd.Attr, at, rd, nil)
		if now, err := strconv.ParseFloat(lv.Value, 64); err == nil && len(rd.Map) == 0 {
			words := extra
			if len(rd.Instead) > 0 {
				words = n.words(lv.Value, rd, nil)
			}
			lv.Options = replaced(lv.Value, words, at.Literals)
			nearest(lv.Options, now)
		}
		out = append(out, lv)
	}
	return out
}

// nearest sorts numbers by their distance from what holds now, where 0 is for ever.
func nearest(options []Option, now float64) {
	if now == 0 {
		now = math.MaxInt32
	}
	away := func(o Option) float64 {
		f, err := strconv.ParseFloat(o.Edit.Value, 64)
		if err != nil {
			return math.Inf(1)
		}
		return math.Abs(f - now)
	}
	slices.SortStableFunc(options, func(a, b Option) int { return cmp.Compare(away(a), away(b)) })
}

// Target returns what names a destination of an asset.
func (l *Levers) Target(k Key, name string) []Lever {
	n := l.node(k)
	if n == nil || n.typ == nil {
		return nil
	}
	var out []Lever
	n.sides(func(s *node) {
		if s.typ == nil {
			return
		}
		for i := range s.typ.Targets {
			spec := &s.typ.Targets[i]
			for j := range spec.To {
				if vs := s.reading(&spec.To[j]); len(vs) > 0 {
					for _, lv := range s.leversOf(&spec.To[j], nil, "", 0) {
						if lv.Value != "" && (hostOf(lv.Value) == name || lv.Value == name) {
							out = append(out, lv)
						}
					}
					break
				}
			}
		}
	})
	return out
}

// Users are the assets for which a token decides something that the dialect
// reads, sorted; an attribute that would be added decides for those of its block.
func (l *Levers) Users(e *graph.Edit) []Key {
	if e.Add != "" {
		var out []Key
		for i := range l.g.nodes {
			if n := &l.g.nodes[i]; n.fact.Origin == e.Literal.Origin {
				out = append(out, n.main().key(), n.key())
			}
		}
		return sorted(out)
	}
	if l.users == nil {
		l.find()
	}
	return l.users[e.Literal]
}

// Bound are the assets whose provider configuration takes its place from the
// token, also those whose own attributes say another one; sorted.
func (l *Levers) Bound(e *graph.Edit) []Key {
	if l.users == nil {
		l.find()
	}
	return l.bound[e.Literal]
}

// Mentions are the attributes of other assets than the users that are computed
// from the token too, each as "address path", sorted.
func (l *Levers) Mentions(e *graph.Edit) []string {
	if e.Add != "" {
		return nil
	}
	users := l.Users(e)
	if l.mentions == nil {
		l.mentions = map[graph.Literal][]mention{}
		for i := range l.g.nodes {
			n := &l.g.nodes[i]
			m, ok := n.fact.Attrs.(graph.Mentioner)
			if !ok {
				continue
			}
			for lit, paths := range m.Mentions() {
				for _, p := range paths {
					l.mentions[lit] = append(l.mentions[lit], mention{n, p})
				}
			}
		}
	}
	var out []string
	for _, m := range l.mentions[e.Literal] {
		if !slices.Contains(users, m.of.key()) && !slices.Contains(users, m.of.main().key()) {
			out = append(out, string(m.of.fact.Address)+" "+m.path)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (n *node) key() Key { return Key{n.fact.Root, n.fact.Address} }

func sorted(ks []Key) []Key {
	slices.SortFunc(ks, func(a, b Key) int { return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Address, b.Address)) })
	return slices.Compact(ks)
}

// find goes through everything that the dialects read.
func (l *Levers) find() {
	l.users, l.bound = map[graph.Literal][]Key{}, map[graph.Literal][]Key{}
	for i := range l.g.nodes {
		n := &l.g.nodes[i]
		if n.dialect == nil {
			continue
		}
		top := n.main()
		use := func(into map[graph.Literal][]Key, rds []graph.Reading) {
			for _, rd := range rds {
				for _, lit := range rd.Literals {
					into[lit] = append(into[lit], top.key())
				}
			}
		}
		for i := range n.dialect.Place {
			rd := &n.dialect.Place[i]
			if rd.Provider != "" && n.fact.Provider != nil {
				use(l.bound, n.fact.Provider.Attrs.Read(n.providerPath(rd)))
			}
		}
		if n.typ == nil {
			continue
		}
		for _, rd := range n.everyRead() {
			n.consulted(&rd, 0, func(rds []graph.Reading) { use(l.users, rds) })
		}
	}
	for _, m := range []map[graph.Literal][]Key{l.users, l.bound} {
		for lit := range m {
			m[lit] = sorted(m[lit])
		}
	}
}

// everyRead are the readings that decide something about the asset.
func (n *node) everyRead() []kb.Read {
	var out []kb.Read
	first := func(reads []kb.Read) {
		for _, rd := range reads {
			if len(n.reading(&rd)) > 0 {
				out = append(out, rd)
				return
			}
		}
	}
	if !n.typ.Placeless && n.typ.Global == "" {
		first(n.ownReads())
	}
	for i := range n.typ.Places {
		first(n.typ.Places[i].From)
	}
	for _, name := range slices.Sorted(maps.Keys(n.typ.Settings)) {
		out = append(out, n.typ.Settings[name].From...)
	}
	for i := range n.typ.Targets {
		first(n.typ.Targets[i].To)
	}
	first(n.typ.Model)
	if n.typ.Key != nil {
		out = append(out, n.typ.Key.Refs...)
	}
	return out
}

// consulted calls f with what a reading looks at, here and where it leads.
func (n *node) consulted(rd *kb.Read, hops int, f func([]graph.Reading)) {
	if hops > mostHops {
		return
	}
	follow := func(rds []graph.Reading, attr string) {
		for _, at := range rds {
			for _, m := range n.follow(at, attr) {
				m = m.main()
				if m.typ == nil || m.typ.Placeless || m.typ.Global != "" {
					continue
				}
				for _, own := range m.ownReads() {
					if len(m.reading(&own)) > 0 {
						m.consulted(&own, hops+1, f)
						break
					}
				}
			}
		}
	}
	switch {
	case rd.Attr != "":
		rds := n.fact.Attrs.Read(rd.Attr)
		f(rds)
		follow(rds, rd.Attr)
	case rd.Provider != "" && n.fact.Provider != nil:
		f(n.fact.Provider.Attrs.Read(n.providerPath(rd)))
	case rd.Ref != "":
		rds := n.fact.Attrs.Read(rd.Ref)
		follow(rds, rd.Ref)
	}
}
