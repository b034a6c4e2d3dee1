package declared

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

var fidesHead = regexp.MustCompile(`(?m)^(system|dataset):\s*(#.*)?$`)

func isFideslang(head string) bool {
	return strings.Contains(head, "fides_key:") && fidesHead.MatchString(head)
}

// fideslang reads systems and datasets of fideslang.
// https://github.com/ethyca/fideslang/blob/main/src/fideslang/models.py
func fideslang(r *reading, doc *tree.Node) {
	for _, d := range doc.Get("dataset").Elements() {
		r.asset(&thing{name: d.Get("fides_key").Str(), typ: "dataset", node: d, labels: append(attributes(d.Get("meta")), tags(d.Get("tags"))...)})
	}
	for _, s := range doc.Get("system").Elements() {
		key := s.Get("fides_key").Str()
		ls := append(attributes(s.Get("meta")), tags(s.Get("tags"))...)
		r.asset(&thing{name: key, typ: "system", node: s, labels: append(ls, valid([]label{{"dpa_location", s.Get("dpa_location")}, {"vendor", s.Get("vendor_id")}})...)})
		data, uses := declares(s)
		add := func(from, to string, n *tree.Node, data []graph.ClassID) {
			for _, name := range []string{from, to} {
				if name != "" && name != key {
					r.others = append(r.others, thing{name: name, typ: cmp.Or(n.Get("type").Str(), "dataset"), node: n})
				}
			}
			if from != "" && to != "" && from != to {
				r.flow(graph.Flow{From: graph.Address(from), To: end(to, nil), Data: data, Origin: r.at(n.Line), Via: sentence("fideslang: "+s.Get("name").Str(), uses, graph.Listed(data))})
			}
		}
		for _, f := range s.Get("egress").Elements() {
			add(key, f.Get("fides_key").Str(), f, or(classes(f.Get("data_categories")), data))
		}
		for _, f := range s.Get("ingress").Elements() {
			add(f.Get("fides_key").Str(), key, f, or(classes(f.Get("data_categories")), data))
		}
		for _, p := range s.Get("privacy_declarations").Elements() {
			own := classes(p.Get("data_categories"))
			for _, e := range p.Get("egress").Elements() {
				add(key, e.Str(), e, own)
			}
			for _, e := range p.Get("ingress").Elements() {
				add(e.Str(), key, e, own)
			}
			for _, e := range p.Get("dataset_references").Elements() {
				name, _, _ := strings.Cut(e.Str(), ".") // a reference may name a collection
				add(key, name, e, own)
			}
		}
	}
}

// declares are the categories and the uses of all declarations of a system.
func declares(s *tree.Node) (data []graph.ClassID, uses string) {
	var us []string
	for _, p := range s.Get("privacy_declarations").Elements() {
		for _, c := range classes(p.Get("data_categories")) {
			data = appendOnce(data, c)
		}
		if u := p.Get("data_use").Str(); u != "" {
			us = appendOnce(us, u)
		}
	}
	return data, strings.Join(us, ", ")
}

func or(a, b []graph.ClassID) []graph.ClassID {
	if len(a) > 0 {
		return a
	}
	return b
}
