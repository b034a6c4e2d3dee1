package resolve

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A node is an asset while it is being resolved.
type node struct {
	g        *index
	fact     *graph.Asset
	provider graph.ProviderID
	dialect  *kb.Dialect
	typ      *kb.Type // nil when inert or of unknown type
	kind     graph.Kind
	host     *node    // what it is attached to
	attached []*node  // what is attached to it
	governed []setter // by what, for its settings
	above    []*node  // the assets of the organisation that it belongs to, nearest first
	beyond   string   // why what is above the last of them is not known

	ownState byte // 0 not yet, 1 running, 2 done
	ownMemo  []graph.Place
	within   *node    // whose place was taken over as the own one
	asking   bool     // the operator is being worked out
	receives []string // purposes for which others name it as a target
	aims     []graph.Target
	aimed    bool // aims has been found
	taking   int  // how many others are taking its places over just now
}

// main is the asset that an attachment counts for, else the node itself.
func (n *node) main() *node {
	if n.host != nil {
		return n.host
	}
	return n
}

// An index finds nodes by address and by the names that others use for them.
type index struct {
	r     *Resolver
	nodes []node
	roots map[string]*rootIndex
}

// A rootIndex is the part of one root: addresses are unique within it.
type rootIndex struct {
	byAddress map[graph.Address]*node
	byName    map[string][]*node // built when a literal is first looked up
	nodes     []*node
}

func newIndex(r *Resolver, f *graph.Facts) *index {
	g := &index{r: r, nodes: make([]node, len(f.Assets)), roots: map[string]*rootIndex{}}
	type typeKey struct{ language, source, typ string }
	types := map[typeKey]*kb.TypeMatch{}
	like := likener{r.kb, map[likeKey]*kb.Likeness{}, map[likeKey]*graph.Provider{}}
	for i := range f.Assets {
		n := &g.nodes[i]
		a, m := like.as(&f.Assets[i])
		n.g, n.fact = g, a
		key := typeKey{a.Language, "", a.Type}
		if a.Provider != nil {
			key.source = a.Provider.Source
		}
		if m == nil {
			known, seen := types[key]
			if !seen {
				if got, ok := r.kb.Type(key.language, key.source, key.typ); ok {
					known = &got
				}
				types[key] = known
			}
			m = known
		}
		n.classify(r.valued(a, m))
		ri := g.roots[a.Root]
		if ri == nil {
			ri = &rootIndex{byAddress: map[graph.Address]*node{}}
			g.roots[a.Root] = ri
		}
		if ri.byAddress[a.Address] == nil { // of duplicates the first
			ri.byAddress[a.Address] = n
		}
		ri.nodes = append(ri.nodes, n)
	}
	for i := range g.nodes {
		g.nodes[i].attach()
	}
	g.settle()
	g.govern()
	return g
}

// valued is what the type of an asset means where the value of an attribute
// decides. A value that is not known, or that the dialect does not know, leaves
// what the dialect says of the type itself.
func (r *Resolver) valued(a *graph.Asset, m *kb.TypeMatch) *kb.TypeMatch {
	if m == nil || m.Type == nil || m.Type.By == "" {
		return m
	}
	rds := a.Attrs.Read(m.Type.By)
	if len(rds) != 1 || rds[0].Unknown != "" {
		return m
	}
	if value, ok := rds[0].Value.(string); ok {
		if got, ok := r.kb.TypeBy(a.Language, *m, a.Type, value); ok {
			return &got
		}
	}
	return m
}

// classify gives the node its kind.
func (n *node) classify(m *kb.TypeMatch) {
	switch {
	case n.fact.Type == "module":
		n.kind = graph.Module
	case m == nil:
		n.kind = graph.UnknownKind
	default:
		n.provider, n.dialect = m.Provider, m.Dialect
		n.kind = graph.Inert
		if !m.Inert && m.Type != nil {
			n.typ, n.kind = m.Type, m.Type.Kind
			if n.kind == "" {
				n.kind = graph.Inert // an attachment; alone it means nothing
			}
		}
	}
}

// attach finds the host of an attachment. Without one in the graph it stands
// for itself.
func (n *node) attach() {
	if n.typ == nil || n.typ.Of == "" {
		return
	}
	for attr := range strings.SplitSeq(n.typ.Of, "|") {
		for _, rd := range n.fact.Attrs.Read(attr) {
			for _, h := range n.follow(rd, attr) {
				if h != n && (h.kind != graph.Inert || h.typ != nil && h.typ.Of != "") {
					n.host = h
					return
				}
			}
		}
	}
}

// deepest bounds how many attachments may hang on each other; more is a circle.
const deepest = 16

// settle makes each attachment count for the asset at the end of the chain,
// whatever the order of the facts is. In a circle everything stands for itself.
func (g *index) settle() {
	tops := make([]*node, len(g.nodes))
	for i := range g.nodes {
		top := g.nodes[i].host
		for range deepest {
			if top == nil || top.host == nil {
				break
			}
			top = top.host
		}
		if top != nil && top.host == nil && top.kind != graph.Inert {
			tops[i] = top
		}
	}
	for i, top := range tops {
		n := &g.nodes[i]
		if n.host = top; top != nil {
			top.attached = append(top.attached, n)
		}
	}
	for i := range g.nodes {
		slices.SortStableFunc(g.nodes[i].attached, func(a, b *node) int { return cmp.Compare(a.fact.Address, b.fact.Address) })
	}
}

// follow returns the nodes that a reading of an attribute names: by reference,
// else by a literal that one of them has as its name.
func (n *node) follow(rd graph.Reading, attr string) []*node {
	ri := n.g.roots[n.fact.Root]
	var out []*node
	for _, addr := range rd.Refs {
		if m := ri.byAddress[addr]; m != nil && m != n {
			out = append(out, m)
		}
	}
	if len(out) > 0 || !rd.Known() {
		return out
	}
	text, ok := rd.Value.(string)
	if !ok || text == "" {
		return nil
	}
	if m := ri.named(text, attr, n); m != nil {
		return []*node{m}
	}
	return nil
}

// named finds the node that a literal in an attribute names. Names are free
// text, so that one counts only if its type is what the attribute asks for:
// resource_group_name names a resource group, not a database of that name. An
// id or ARN says more than its last word and is not taken apart, but for the
// ARN of a bucket, which holds nothing else.
func (ri *rootIndex) named(text, attr string, asking *node) *node {
	if ri.byName == nil {
		ri.byName = map[string][]*node{}
		for _, n := range ri.nodes {
			if n.typ == nil {
				continue
			}
			for _, attr := range n.typ.Names {
				for _, rd := range n.fact.Attrs.Read(attr) {
					if s, ok := rd.Value.(string); ok && s != "" {
						ri.byName[s] = append(ri.byName[s], n)
					}
				}
			}
		}
	}
	if bucket, ok := strings.CutPrefix(text, "arn:aws:s3:::"); ok && !strings.ContainsAny(bucket, "/*") {
		return closest(ri.byName[bucket], []string{"bucket"}, asking)
	}
	return closest(ri.byName[text], asked(attr), asking)
}

// asked are the words of an attribute that say what it names: storage and
// account of storage_account_name.
func asked(attr string) []string {
	words := wordsOf(attr[strings.LastIndexByte(attr, '.')+1:])
	for len(words) > 1 && notAsked[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	return words
}

// notAsked are the last words of attributes that say how something is named.
var notAsked = map[string]bool{"id": true, "ids": true, "name": true, "names": true, "arn": true, "arns": true, "url": true, "uri": true, "link": true, "self": true, "identifier": true}

// closest is the candidate of the same provider whose type has the last of the
// words, in singular or plural, and more than half of all; of several the one
// whose type begins most like that of the asking node, then the first.
func closest(candidates []*node, words []string, asking *node) *node {
	var best *node
	most := -1
	for _, c := range candidates {
		if c == asking || c.provider != asking.provider || !fits(c.fact.Type, words) {
			continue
		}
		a, b := c.fact.Type, asking.fact.Type
		n := 0
		for n < min(len(a), len(b)) && a[n] == b[n] {
			n++
		}
		if n > most {
			best, most = c, n
		}
	}
	return best
}

// wordsOf are the words of a name, in lower case: of db_instance, DBInstance,
// AWS::RDS::DBInstance, Microsoft.Sql/servers.
func wordsOf(name string) []string {
	var out []string
	start := 0
	end := func(i int) {
		if i > start {
			out = append(out, strings.ToLower(name[start:i]))
		}
		start = i
	}
	upper := func(i int) bool { return i >= 0 && i < len(name) && name[i] >= 'A' && name[i] <= 'Z' }
	lower := func(i int) bool { return i >= 0 && i < len(name) && name[i] >= 'a' && name[i] <= 'z' }
	for i := range len(name) {
		switch {
		case strings.IndexByte("_:./@-", name[i]) >= 0:
			end(i)
			start = i + 1
		case upper(i) && (lower(i-1) || upper(i-1) && lower(i+1) && i+1 < len(name) && name[i+1:] != "s"):
			end(i)
		}
	}
	end(len(name))
	return out
}

func fits(typ string, words []string) bool {
	parts := wordsOf(typ)
	has := func(w string) bool {
		return slices.Contains(parts, w) || slices.Contains(parts, strings.TrimSuffix(w, "s"))
	}
	n := 0
	for _, w := range words {
		if has(w) {
			n++
		}
	}
	return len(words) > 0 && has(words[len(words)-1]) && 2*n > len(words)
}

// sides calls f for the node and for everything attached to it.
func (n *node) sides(f func(s *node)) {
	f(n)
	for _, s := range n.attached {
		if s.typ != nil {
			f(s)
		}
	}
}
