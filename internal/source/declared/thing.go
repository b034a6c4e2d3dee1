package declared

import (
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Language is that of the types of all descriptions: "threagile.database". One
// dialect says what labels mean in all of them.
const Language = "description"

// A thing is one element of a description, before it is an asset.
type thing struct {
	name   string
	typ    string
	node   *tree.Node
	labels []label // nearest first
}

// A label is a word that the description puts at a thing, or at what it stands in.
type label struct {
	key   string
	value *tree.Node
}

// asset adds a thing. Of two with one name the first counts, and the other is a
// problem: flows could not tell them apart.
func (r *reading) asset(t *thing) {
	r.facts.Blocks++
	address := graph.Address(t.name)
	if t.name == "" {
		r.problem(t.node.Line, "something here has no id and no name: give it one")
		return
	}
	if r.seen[address] {
		r.problem(t.node.Line, "there are two things called "+t.name+" in this description: rename one")
		return
	}
	r.seen[address] = true
	if hostLike(t.name) && get(t.labels, "host", "url", "endpoint") == "" {
		t.labels = append(t.labels, label{"host", &tree.Node{Kind: tree.String, Line: t.node.Line, Text: t.name}})
	}
	attrs := &tree.Node{Kind: tree.Object, Line: t.node.Line, Fields: append([]tree.Field{{Name: "labels", Line: t.node.Line, Value: object(t.labels, t.node.Line)}}, t.node.Members()...)}
	reader := attrs.Reader(r.file)
	r.facts.Assets = append(r.facts.Assets, graph.Asset{Address: address, Language: Language, Type: r.format.name + "." + t.typ, Root: r.file,
		Provider: &graph.Provider{Source: "declared", Attrs: graph.NoAttrs}, Attrs: reader, Origin: r.at(t.node.Line)})
}

// object makes attributes of labels. Of two with one key the nearest counts.
func object(labels []label, line int) *tree.Node {
	out := &tree.Node{Kind: tree.Object, Line: line}
	seen := map[string]bool{}
	for _, l := range labels {
		if l.key != "" && !seen[l.key] {
			seen[l.key] = true
			out.Fields = append(out.Fields, tree.Field{Name: l.key, Line: l.value.Line, Value: l.value})
		}
	}
	return out
}

// get is the value of a label.
func get(labels []label, keys ...string) string {
	for _, k := range keys {
		for _, l := range labels {
			if l.key == k && l.value.Str() != "" {
				return l.value.Str()
			}
		}
	}
	return ""
}

// tags are labels from a list of words: country:DE and country=DE are a key and a
// value, anything else is a key whose value is itself.
func tags(n *tree.Node) []label {
	var out []label
	for _, t := range n.Elements() {
		text := strings.TrimSpace(t.Str())
		if text == "" {
			continue
		}
		key, value := text, text
		if i := strings.IndexAny(text, ":="); i > 0 && i+1 < len(text) {
			key, value = text[:i], strings.TrimSpace(text[i+1:])
		}
		out = append(out, label{strings.ToLower(strings.TrimSpace(key)), &tree.Node{Kind: tree.String, Line: t.Line, Text: value}})
	}
	return out
}

// attributes are labels from an object.
func attributes(n *tree.Node) []label {
	var out []label
	for _, f := range n.Members() {
		if f.Value != nil && f.Value.Kind != tree.Null {
			out = append(out, label{strings.ToLower(f.Name), f.Value})
		}
	}
	return out
}

// flow adds a flow; one that is there already keeps its origin.
func (r *reading) flow(f graph.Flow) {
	f.Root = r.file
	f.State = cmp.Or(f.State, graph.Declared)
	f.Purpose = cmp.Or(f.Purpose, "data")
	k := edge{f.From, f.To, f.Purpose, f.Unknown}
	if i, ok := r.edges[k]; ok {
		join(&r.facts.Flows[i], &f)
		return
	}
	r.edges[k] = len(r.facts.Flows)
	r.facts.Flows = append(r.facts.Flows, f)
}

// join adds what a second flow between the same ends tells.
func join(f, more *graph.Flow) {
	for _, c := range more.Data {
		f.Data = appendOnce(f.Data, c)
	}
	if more.State == graph.Observed {
		f.State = graph.Observed
	}
	if f.Traffic == nil {
		f.Traffic = more.Traffic
		return
	}
	if t := more.Traffic; t != nil {
		f.Traffic.Count += t.Count
		if !t.First.IsZero() && (f.Traffic.First.IsZero() || t.First.Before(f.Traffic.First)) {
			f.Traffic.First = t.First
		}
		if t.Last.After(f.Traffic.Last) {
			f.Traffic.Last = t.Last
		}
	}
}

func appendOnce[T comparable](list []T, x T) []T {
	for _, have := range list {
		if have == x {
			return list
		}
	}
	return append(list, x)
}

// end is what a flow to a thing leads to: the host that the thing is known by,
// else the thing.
func end(name string, labels []label) graph.Address {
	for _, host := range []string{get(labels, "host", "url", "endpoint"), name} {
		if hostLike(host) {
			return graph.Address(host)
		}
	}
	return graph.Address(name)
}

// hostLike reports whether a word is the name of a machine on the internet, or a
// URL: two labels or more, and a last one of letters that no file has.
func hostLike(s string) bool {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
		s, _, _ = strings.Cut(s, "/")
	}
	host, port, _ := strings.Cut(s, ":")
	if strings.ContainsFunc(port, func(c rune) bool { return c < '0' || c > '9' }) {
		return false
	}
	parts := strings.Split(strings.ToLower(host), ".")
	if len(parts) < 2 || len(host) > 253 {
		return false
	}
	for _, p := range parts {
		if p == "" || p[0] == '-' || strings.ContainsFunc(p, func(c rune) bool { return !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') }) {
			return false
		}
	}
	last := parts[len(parts)-1]
	return len(last) >= 2 && !strings.ContainsAny(last, "0123456789") && !fileEnding[last]
}

// fileEnding are ends of names that are files and programs more often than hosts.
var fileEnding = map[string]bool{"py": true, "js": true, "ts": true, "go": true, "java": true, "rb": true, "sh": true, "jar": true, "json": true, "yaml": true, "yml": true, "csv": true, "sql": true, "md": true, "txt": true}

// sentence says by what a flow is known, in the words of the description.
func sentence(words ...string) string {
	var out []string
	for _, w := range words {
		if w = strings.Join(strings.Fields(w), " "); w != "" {
			out = append(out, w)
		}
	}
	s := strings.Join(out, ", ")
	if runes := []rune(s); len(runes) > 200 {
		s = string(runes[:199]) + "…"
	}
	return s
}

// classes are names of data as the description has them; those that are classes of
// the perimeter count.
func classes(lists ...*tree.Node) []graph.ClassID {
	var out []graph.ClassID
	for _, l := range lists {
		for _, e := range l.Elements() {
			if s := e.Str(); s != "" {
				out = appendOnce(out, graph.ClassID(s))
			}
		}
	}
	return out
}
