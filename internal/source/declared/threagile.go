package declared

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

var threagileHead = regexp.MustCompile(`(?m)^(threagile_version|technical_assets):`)

func isThreagile(head string) bool {
	return (strings.Contains(head, "threagile_version:") || strings.Contains(head, "technical_assets:")) && threagileHead.MatchString(head)
}

// threagile reads a model of Threagile. Elements are called by their id.
// https://github.com/Threagile/threagile/blob/master/support/schema.json
func threagile(r *reading, doc *tree.Node) {
	around := boundaries(doc.Get("trust_boundaries"))
	labels := map[string][]label{}
	assets := doc.Get("technical_assets").Members()
	for _, f := range assets {
		id := cmp.Or(f.Value.Get("id").Str(), f.Name)
		labels[id] = append(tags(f.Value.Get("tags")), around[id]...)
		if owner := f.Value.Get("owner"); owner.Str() != "" {
			labels[id] = append(labels[id], label{"owner", owner})
		}
	}
	for _, f := range assets {
		if f.Value == nil || f.Value.Kind != tree.Object {
			r.problem(f.Line, "technical_assets."+f.Name+" is no object: write its fields")
			continue
		}
		id := cmp.Or(f.Value.Get("id").Str(), f.Name)
		node := *f.Value
		node.Line = f.Line
		r.asset(&thing{name: id, typ: technology(f.Value), node: &node, labels: labels[id]})
		for _, l := range f.Value.Get("communication_links").Members() {
			to := l.Value.Get("target").Str()
			sent := classes(l.Value.Get("data_assets_sent"), l.Value.Get("data_assets_received"))
			flow := graph.Flow{From: graph.Address(id), To: end(to, labels[to]), Data: sent, Origin: r.at(l.Line),
				Via: sentence("Threagile: "+l.Name, l.Value.Get("protocol").Str(), graph.Listed(sent))}
			if to == "" {
				flow.Unknown = "the communication link names no target"
			}
			r.flow(flow)
		}
	}
}

// technology is the word for what an asset is: the first of several.
func technology(n *tree.Node) string {
	for _, t := range append(n.Get("technology").Elements(), n.Get("technologies").Elements()...) {
		if t.Str() != "" {
			return t.Str()
		}
	}
	return cmp.Or(n.Get("type").Str(), "unknown-technology")
}

// boundaries are the labels of what surrounds each asset, nearest first: the tags
// of the boundary, its name and its type.
func boundaries(n *tree.Node) map[string][]label {
	parent := map[string]string{}
	by := map[string][]label{}
	inside := map[string]string{}
	for _, f := range n.Members() {
		id := cmp.Or(f.Value.Get("id").Str(), f.Name)
		by[id] = append(tags(f.Value.Get("tags")), label{"boundary", &tree.Node{Kind: tree.String, Line: f.Line, Text: f.Name}})
		if t := f.Value.Get("type"); t.Str() != "" {
			by[id] = append(by[id], label{t.Str(), &tree.Node{Kind: tree.String, Line: t.Line, Text: f.Name}})
		}
		for _, a := range f.Value.Get("technical_assets_inside").Elements() {
			inside[a.Str()] = id
		}
		for _, b := range f.Value.Get("trust_boundaries_nested").Elements() {
			parent[b.Str()] = id
		}
	}
	out := map[string][]label{}
	for asset, id := range inside {
		for range len(by) + 1 { // a circle ends
			if id == "" {
				break
			}
			out[asset] = append(out[asset], by[id]...)
			id = parent[id]
		}
	}
	return out
}
