package declared

import (
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func isTMBOM(head string) bool {
	return strings.Contains(head, "threat-model.schema.json") && !strings.Contains(head, `"$defs"`) ||
		strings.Contains(head, `"symbolic_name"`) && strings.Contains(head, `"trust_zones"`)
}

// tmbom reads a threat model of OWASP's Threat Model Library. Its types are the
// list that an element stands in, and the element's own type.
// https://github.com/OWASP/www-project-threat-model-library/blob/main/threat-model.schema.json
func tmbom(r *reading, doc *tree.Node) {
	if doc.Get("scope") == nil {
		return // its schema, or an index
	}
	zones := map[string][]label{}
	for _, z := range doc.Get("trust_zones").Elements() {
		zones[z.Get("symbolic_name").Str()] = append(valid([]label{{"boundary", z.Get("title")}}), attributes(z.Get("extensions"))...)
	}
	labels := map[string][]label{}
	for _, list := range []struct{ name, prefix string }{{"actors", "actor"}, {"components", "component"}, {"data_stores", "store"}} {
		for _, n := range doc.Get(list.name).Elements() {
			name := n.Get("symbolic_name").Str()
			ls := attributes(n.Get("extensions"))
			ls = append(ls, valid([]label{{"vendor", n.Get("vendor")}, {"product", n.Get("product")}})...)
			ls = append(ls, tags(n.Get("vendor"))...) // "Azure" is a word that says who runs it
			ls = append(ls, zones[n.Get("trust_zone").Str()]...)
			labels[name] = ls
			typ := list.prefix
			if t := n.Get("type").Str(); t != "" {
				typ += "." + t
			}
			r.asset(&thing{name: name, typ: typ, node: n, labels: ls})
		}
	}
	held := map[string][]graph.ClassID{}
	for _, d := range doc.Get("data_sets").Elements() {
		for _, p := range d.Get("placements").Elements() {
			s := p.Get("data_store").Str()
			held[s] = append(held[s], graph.ClassID(d.Get("symbolic_name").Str()))
		}
	}
	for _, f := range doc.Get("data_flows").Elements() {
		from, to := f.Get("source", "object").Str(), f.Get("destination", "object").Str()
		var data []graph.ClassID
		if f.Get("destination", "type").Str() == "data_store" {
			data = held[to]
		}
		flow := graph.Flow{From: graph.Address(cmp.Or(from, f.Get("source").Str())), To: end(cmp.Or(to, f.Get("destination").Str()), labels[to]), Data: data, Origin: r.at(f.Line), Via: sentence("TM-BOM: "+f.Get("title").Str(), graph.Listed(data))}
		if flow.To == "" {
			flow.Unknown = "the data flow names no destination"
		}
		r.flow(flow)
	}
}
