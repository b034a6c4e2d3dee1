package resolve

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A Lever is one value of the configuration that decides where an asset is or
// what it does, with what could stand there instead. What that is follows from
// the dialect and the records of the provider; whether it helps is for a check.
type Lever struct {
	Of      graph.Address // whose attribute it is, or whose provider configuration
	Path    string        // as a reason names it: location, provider aws region
	Value   string        // what is written now; "" when nothing is
	Options []Option      // best first
	Why     string        // why there is none
}

// An Option is one change.
type Option struct {
	Edit graph.Edit
	// Region and Countries say where it moves the asset; empty for a change that
	// moves nothing by itself, such as a switch.
	Region    string
	Countries []graph.Country
	Partition string
}

// A Key names an asset of several roots.
type Key struct {
	Root    string
	Address graph.Address
}

// Levers answers which values decide. The facts must have been read with their
// literals traced.
type Levers struct {
	g     *index
	users map[graph.Literal][]Key
	bound map[graph.Literal][]Key

	mentions map[graph.Literal][]mention
}

// A mention is an attribute of an asset, whatever it means.
type mention struct {
	of   *node
	path string
}

// Levers prepares the answers for the facts.
func (r *Resolver) Levers(f *graph.Facts) *Levers {
	return &Levers{g: newIndex(r, f)}
}

func (l *Levers) node(k Key) *node {
	ri := l.g.roots[k.Root]
	if ri == nil {
		return nil
	}
	return ri.byAddress[k.Address]
}

// Place returns what decides a place of an asset: with that purpose, "" for its
// own, and of several the one in that region.
func (l *Levers) Place(k Key, purpose, region string) []Lever {
	n := l.node(k)
	if n == nil || n.typ == nil {
		return nil
	}
	if purpose == "" {
		return n.ownLevers(0)
	}
	var out []Lever
	for _, lv := range n.furtherLevers(purpose, 0) {
		if rec, ok := l.g.r.kb.Region(n.provider, lv.Value); !ok || region == "" || rec.Code == region || !movesRegion(&lv) {
			out = append(out, lv)
		}
	}
	return out
}

func movesRegion(lv *Lever) bool { return len(lv.Options) > 0 && lv.Options[0].Region != "" }

// mostHops bounds how far a place is followed from asset to asset.
const mostHops = 8

func (n *node) ownLevers(hops int) []Lever {
	if hops > mostHops || n.typ == nil || n.typ.Placeless || n.typ.Global != "" {
		return nil
	}
	for _, rd := range n.ownReads() {
		if len(n.reading(&rd)) > 0 {
			return n.leversOf(&rd, nil, "", hops)
		}
	}
	return nil
}

func (n *node) furtherLevers(purpose string, hops int) []Lever {
	var out []Lever
	n.sides(func(s *node) {
		if s.typ == nil {
			return
		}
		for i := range s.typ.Places {
			if spec := &s.typ.Places[i]; spec.Purpose == purpose {
				out = append(out, s.specLevers(spec, hops)...)
			}
		}
	})
	return out
}

func (n *node) specLevers(spec *kb.PlaceSpec, hops int) []Lever {
	for i := range spec.From {
		if len(n.reading(&spec.From[i])) > 0 {
			return n.leversOf(&spec.From[i], spec.Scope, spec.Purpose, hops)
		}
	}
	if spec.Default == "" {
		return nil
	}
	return n.added(spec.From, spec.Scope, nil)
}

// leversOf are those behind one reading that is written.
func (n *node) leversOf(rd *kb.Read, scope []kb.MapEntry, purpose string, hops int) []Lever {
	switch {
	case rd.Attr != "":
		var out []Lever
		for _, at := range n.fact.Attrs.Read(rd.Attr) {
			if m := n.names(at, rd, len(scope) == 0); m != nil {
				out = append(out, m.placesLevers(purpose, hops)...)
				continue
			}
			out = append(out, n.lever(n.fact.Address, rd.Attr, at, rd, scope))
		}
		return out
	case rd.Provider != "":
		var out []Lever
		path := n.providerPath(rd)
		for _, at := range n.fact.Provider.Attrs.Read(path) {
			out = append(out, n.lever(n.fact.Address, n.providerName()+" "+path, at, rd, scope))
		}
		return out
	case rd.Ref != "":
		return n.refLevers(rd, scope, purpose, hops)
	}
	return nil
}

// names is the asset that a reading takes its place from; nil when the value
// itself tells.
func (n *node) names(at graph.Reading, rd *kb.Read, places bool) *node {
	if !places || len(rd.Map) > 0 || at.Null {
		return nil
	}
	for _, v := range n.scalars([]graph.Reading{at}, rd.Attr, rd.As) {
		if v.node != nil && (v.text == "" || v.as == "arn") {
			return v.node.main()
		}
	}
	return nil
}

// placesLevers are those of the places that another asset takes over.
func (n *node) placesLevers(purpose string, hops int) []Lever {
	out := n.ownLevers(hops + 1)
	if purpose != "" && hops < mostHops {
		out = append(out, n.furtherLevers(purpose, hops+1)...)
	}
	return out
}

func (n *node) refLevers(rd *kb.Read, scope []kb.MapEntry, purpose string, hops int) []Lever {
	var out []Lever
	for _, at := range n.fact.Attrs.Read(rd.Ref) {
		for _, m := range n.follow(at, rd.Ref) {
			if rd.Then == "" {
				out = append(out, m.main().placesLevers(purpose, hops)...)
				continue
			}
			for _, then := range m.fact.Attrs.Read(rd.Then) {
				out = append(out, m.lever(m.fact.Address, rd.Then, then, rd, scope))
			}
		}
	}
	return out
}

// lever makes a lever of one reading.
func (n *node) lever(of graph.Address, path string, at graph.Reading, rd *kb.Read, scope []kb.MapEntry) Lever {
	lv := Lever{Of: of, Path: path}
	texts := n.scalars([]graph.Reading{at}, path, "text")
	if len(texts) == 0 || texts[0].unknown != "" {
		lv.Why = "its value is not known"
		return lv
	}
	lv.Value = texts[0].text
	if len(at.Literals) == 0 {
		lv.Why = "its value is a key of instances, given on the command line, written in a heredoc, or computed"
		return lv
	}
	for i := range texts {
		lv.Options = append(lv.Options, n.options(texts[i].text, at.Literals, rd, scope)...)
	}
	switch {
	case len(lv.Options) > 0:
	case rd.As == "host" || rd.As == "url":
		lv.Why = "no other host of this service is known; who else may have the data is a decision, not an edit"
	case slices.ContainsFunc(at.Literals, func(l graph.Literal) bool { return strings.EqualFold(l.Text, lv.Value) }):
		lv.Why = "no other value is known that could stand there"
	default:
		lv.Why = "its value is computed and stands nowhere as it is"
	}
	return lv
}

func (n *node) options(text string, literals []graph.Literal, rd *kb.Read, scope []kb.MapEntry) []Option {
	switch {
	case rd.As == "host" || rd.As == "url":
		return n.hostOptions(text, literals)
	case len(rd.Map) > 0 || len(scope) > 0 || rd.As == "text" || text == "true" || text == "false":
		return replaced(text, n.words(text, rd, scope), literals)
	}
	return n.regionOptions(text, literals, rd)
}

// words are what could be written instead of a text, by the dialect.
func (n *node) words(text string, rd *kb.Read, scope []kb.MapEntry) []string {
	var out []string
	add := func(w string) {
		if w != "" && !strings.EqualFold(w, text) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	for _, e := range rd.Instead {
		add(proposed(&e, text))
	}
	if len(rd.Instead) > 0 {
		return out
	}
	for _, list := range [][]kb.MapEntry{scope, rd.Map} {
		for _, e := range list {
			if !isPattern(e.When) {
				add(e.When)
			}
		}
	}
	switch text {
	case "true":
		add("false")
	case "false":
		add("true")
	}
	return out
}

func isPattern(when string) bool {
	_, slashed := kb.Slashed(when)
	return slashed || strings.HasSuffix(when, "*")
}

// proposed is what an entry of instead makes of a text; "" when it is not for it.
func proposed(e *kb.MapEntry, text string) string {
	if expr, ok := kb.Slashed(e.When); ok {
		re := expression(expr)
		m := re.FindStringSubmatchIndex(text)
		if m == nil {
			return ""
		}
		return string(re.ExpandString(nil, e.To, text, m))
	}
	if e.When == "" || matches(e.When, text) {
		return e.To
	}
	return ""
}

// replaced makes an option of each word for each token that holds the text.
func replaced(text string, words []string, literals []graph.Literal) []Option {
	var out []Option
	for _, w := range words {
		for _, lit := range literals {
			if strings.EqualFold(lit.Text, text) {
				out = append(out, Option{Edit: graph.Edit{Literal: lit, Value: w}})
			}
		}
	}
	return out
}

// added proposes to write an attribute that nobody wrote: the first one that
// the readings name. extra are words beside those of the dialect.
func (n *node) added(reads []kb.Read, scope []kb.MapEntry, extra []string) []Lever {
	i := slices.IndexFunc(reads, func(rd kb.Read) bool { return rd.Attr != "" })
	if i < 0 {
		return nil
	}
	rd := &reads[i]
	lv := Lever{Of: n.fact.Address, Path: rd.Attr}
	for _, w := range append(n.words("", rd, scope), extra...) {
		lv.Options = append(lv.Options, Option{Edit: graph.Edit{Literal: graph.Literal{Origin: n.fact.Origin}, Add: rd.Attr, Value: w}})
	}
	if len(lv.Options) == 0 {
		lv.Why = "the provider documents no value that could be written"
	}
	return []Lever{lv}
}
