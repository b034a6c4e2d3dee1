package declared

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

var otmHead = regexp.MustCompile(`(?m)(^|[\s{,])"?otmVersion"?\s*:`)

func isOTM(head string) bool {
	return strings.Contains(head, "otmVersion") && otmHead.MatchString(head)
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}$`)

// otm reads an Open Threat Model 0.1 or 0.2.
// https://github.com/iriusrisk/OpenThreatModel/blob/main/otm_schema.json
func otm(r *reading, doc *tree.Node) {
	if doc.Get("otmVersion") == nil {
		return // a schema of OTM, or another document
	}
	zones := map[string]*tree.Node{}
	for _, z := range doc.Get("trustZones").Elements() {
		zones[z.Get("id").Str()] = z
	}
	components := map[string]*tree.Node{}
	for _, c := range doc.Get("components").Elements() {
		components[c.Get("id").Str()] = c
	}
	// around are the labels of a component, then of what it stands in.
	around := func(c *tree.Node) (out []label) {
		for n := c; n != nil && len(out) < 1000; {
			out = append(append(out, tags(n.Get("tags"))...), attributes(n.Get("attributes"))...)
			switch zone, in := n.Get("parent", "trustZone").Str(), n.Get("parent", "component").Str(); {
			case zone != "" && zones[zone] != nil && zones[zone] != n:
				n = zones[zone]
				out = append(out, label{"boundary", n.Get("name")}, label{"zone", cmp.Or(n.Get("type"), n.Get("name"))})
			case in != "" && components[in] != nil && components[in] != n:
				n = components[in]
			default:
				n = nil
			}
			if len(out) == 0 {
				out = append(out, label{}) // so that a circle of nothing ends too
			}
		}
		return out
	}
	names, called := map[string]string{}, map[string]int{}
	for _, c := range doc.Get("components").Elements() {
		called[c.Get("name").Str()]++
	}
	for _, c := range doc.Get("components").Elements() {
		id := c.Get("id").Str()
		name := id
		if uuid.MatchString(id) {
			if name = cmp.Or(c.Get("name").Str(), id); called[name] > 1 {
				name += " (" + id[:8] + ")"
			}
		}
		names[id] = name
		r.asset(&thing{name: name, typ: cmp.Or(c.Get("type").Str(), "component"), node: c, labels: valid(around(c))})
	}
	for _, f := range doc.Get("dataflows").Elements() {
		from, to := f.Get("source").Str(), f.Get("destination").Str()
		data := classes(f.Get("assets"))
		add := func(from, to string) {
			flow := graph.Flow{From: graph.Address(cmp.Or(names[from], from)), To: end(cmp.Or(names[to], to), valid(around(components[to]))), Data: data, Origin: r.at(f.Line), Via: sentence("OTM: "+f.Get("name").Str(), graph.Listed(data))}
			if to == "" {
				flow.Unknown = "the dataflow names no destination"
			}
			r.flow(flow)
		}
		add(from, to)
		if b := f.Get("bidirectional"); b != nil && b.Kind == tree.Bool && b.Text == "true" {
			add(to, from)
		}
	}
}

// valid leaves out labels without a value.
func valid(ls []label) []label {
	var out []label
	for _, l := range ls {
		if l.key != "" && l.value != nil {
			out = append(out, l)
		}
	}
	return out
}
