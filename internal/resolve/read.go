package resolve

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A value is what one reading of a dialect came to.
type value struct {
	text    string // of a string, bool or number
	node    *node  // the asset that it names, when it names one
	unknown string // why there is no value
	as      string
	path    string // what was read, for the because chain
	origin  graph.Origin
	own     bool             // read from an attribute of the asset itself
	raw     string           // the text before it was translated
	at      graph.ProviderID // whose region it is, where the dialect says so
}

// documentedDefault is the path of a constant in a because chain.
const documentedDefault = "the provider's documented default"

// values makes the readings in order; the first that is written decides, even
// when it is unknown. written is false when none is.
func (n *node) values(reads []kb.Read) (vs []value, written bool) {
	for i := range reads {
		if vs := n.reading(&reads[i]); len(vs) > 0 {
			return vs, true
		}
	}
	return nil, false
}

// reading makes one reading; nothing when it is not written.
func (n *node) reading(rd *kb.Read) []value {
	vs := n.readingAll(rd)
	for i := range vs {
		vs[i].at = rd.At
	}
	if rd.Known {
		vs = slices.DeleteFunc(vs, func(v value) bool { return v.unknown != "" })
	}
	if len(vs) == 0 && rd.Unset != "" {
		return []value{{text: rd.Unset, as: rd.As, path: rd.Attr + " (not written, the provider's default)", origin: n.fact.Origin}}
	}
	return vs
}

func (n *node) readingAll(rd *kb.Read) []value {
	switch {
	case rd.Const != "":
		return mapped([]value{{text: rd.Const, as: rd.As, path: documentedDefault, origin: n.fact.Origin}}, rd)
	case rd.Attr != "" && rd.JSON != "":
		return mapped(ownValues(n.documents(n.fact.Attrs.Read(rd.Attr), rd.Attr, rd)), rd)
	case rd.Attr != "":
		return mapped(ownValues(n.scalars(n.fact.Attrs.Read(rd.Attr), rd.Attr, rd.As)), rd)
	case rd.Provider != "":
		if n.fact.Provider == nil {
			return nil
		}
		path := n.providerPath(rd)
		return mapped(n.scalars(n.fact.Provider.Attrs.Read(path), n.providerName()+" "+path, rd.As), rd)
	case rd.Ref != "":
		return n.referred(rd)
	}
	return nil
}

// providerPath is the attribute of the provider configuration that a reading names.
func (n *node) providerPath(rd *kb.Read) string {
	return strings.Replace(rd.Provider, "{service}", service(n.fact.Type), 1)
}

// service is the second word of a type: sqs of aws_sqs_queue.
func service(typ string) string {
	_, rest, _ := strings.Cut(typ, "_")
	word, _, _ := strings.Cut(rest, "_")
	return word
}

func ownValues(vs []value) []value {
	for i := range vs {
		vs[i].own = true
	}
	return vs
}

func (n *node) providerName() string {
	p := n.fact.Provider
	name := p.Source[strings.LastIndexByte(p.Source, '/')+1:]
	if p.Alias != "" {
		name += "." + p.Alias
	}
	return "provider " + name
}

// scalars turns readings into values. Null and the empty string count as not
// written: that is how configuration leaves something out conditionally.
func (n *node) scalars(rds []graph.Reading, path, as string) []value {
	var out []value
	for _, rd := range rds {
		if rd.Null {
			continue
		}
		v := value{as: as, path: path, origin: rd.Origin, unknown: rd.Unknown}
		if v.unknown != "" {
			v.node = named(n.follow(rd, path))
			out = append(out, v)
			continue
		}
		out = append(out, flat(v, rd.Value, n, rd)...)
	}
	return out
}

// flat spreads lists into values.
func flat(v value, x any, n *node, rd graph.Reading) []value {
	switch x := x.(type) {
	case string:
		if x == "" {
			return nil
		}
		v.text = x
		if v.as == "" || v.as == "arn" || v.as == "text" {
			v.node = named(n.refs(rd))
		}
	case bool:
		v.text = strconv.FormatBool(x)
	case float64:
		v.text = strconv.FormatFloat(x, 'f', -1, 64)
	case []any:
		var out []value
		for _, e := range x {
			out = append(out, flat(v, e, n, rd)...)
		}
		return out
	case graph.Hole:
		v.unknown = x.Unknown
		v.node = named(n.follow(graph.Reading{Refs: x.Refs, Unknown: x.Unknown, Origin: v.origin}, v.path))
	case nil:
		return nil
	default:
		v.text = fmt.Sprint(x)
	}
	return []value{v}
}

// refs are the nodes that a known reading was computed from.
func (n *node) refs(rd graph.Reading) []*node {
	if len(rd.Refs) == 0 {
		return nil
	}
	return n.follow(graph.Reading{Refs: rd.Refs, Unknown: "refs only"}, "")
}

// named picks the node that a value names among those it was computed from:
// the only one that means something.
func named(ns []*node) *node {
	var found *node
	for _, m := range ns {
		if m.kind == graph.Inert && m.host == nil {
			continue
		}
		if found != nil && found != m {
			return nil
		}
		found = m
	}
	return found
}

// mapped translates the values as the reading says. What nothing matches is
// unknown: a dialect that knows three words cannot say what a fourth means.
func mapped(vs []value, rd *kb.Read) []value {
	if len(rd.Map) == 0 {
		return vs
	}
	for i := range vs {
		v := &vs[i]
		if v.unknown != "" {
			continue
		}
		to, ok := translate(rd.Map, v.text)
		if !ok {
			v.unknown = fmt.Sprintf("%s is %q, which the dialect does not know", v.path, shown(v.text))
			continue
		}
		if to != v.text {
			v.node = nil
		}
		v.raw = v.text
		v.text = to
	}
	return vs
}

// translate finds the first entry that matches; "" keeps the value itself, and $1
// is a group of its expression.
func translate(entries []kb.MapEntry, text string) (string, bool) {
	for i := range entries {
		if matches(entries[i].When, text) {
			if entries[i].To == "" {
				return text, true
			}
			if expr, ok := kb.Slashed(entries[i].When); ok && strings.Contains(entries[i].To, "$") {
				re := expression(expr)
				return string(re.ExpandString(nil, entries[i].To, text, re.FindStringSubmatchIndex(text))), true
			}
			return entries[i].To, true
		}
	}
	return "", false
}

// matches compares a literal, "prefix*", "/regexp/" or "*". Letter case does
// not matter in literals: providers accept any.
func matches(pattern, text string) bool {
	if expr, ok := kb.Slashed(pattern); ok {
		return expression(expr).MatchString(text)
	}
	switch {
	case pattern == "*":
		return true
	case strings.HasSuffix(pattern, "*"):
		return len(text) >= len(pattern)-1 && strings.EqualFold(text[:len(pattern)-1], pattern[:len(pattern)-1])
	}
	return strings.EqualFold(pattern, text)
}

// expressions holds the compiled expressions of the dialects, which the
// loader has checked.
var expressions sync.Map

func expression(re string) *regexp.Regexp {
	if c, ok := expressions.Load(re); ok {
		return c.(*regexp.Regexp)
	}
	c, err := regexp.Compile(re)
	if err != nil {
		c = regexp.MustCompile(`\z\A.`) // matches nothing; the loader reports the fault
	}
	expressions.Store(re, c)
	return c
}
