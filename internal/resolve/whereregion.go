package resolve

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// whereRegion answers for a region or zone, at each provider that has it. What runs
// in another cloud under that cloud's own code is left to the cloud.
func (r *Resolver) whereRegion(query string) []Answer {
	var out []Answer
	found := r.kb.FindRegions(query)
	for _, id := range r.kb.Providers() {
		if slices.ContainsFunc(found, func(x kb.Region) bool { return x.Provider == id }) {
			continue
		}
		if rec, ok := r.kb.Region(id, query); ok { // a zone, whose region follows from its form
			rec.Kind = "zone"
			found = append(found, rec)
		}
	}
	for i := range found {
		if borrowed(&found[i]) {
			continue
		}
		out = append(out, r.regionAnswer(&found[i], query))
	}
	return out
}

// borrowed reports whether a region bears the code of the cloud that it is in.
func borrowed(rec *kb.Region) bool {
	return slices.ContainsFunc(rec.In, func(entry string) bool {
		_, code := kb.InCloud(entry)
		return strings.EqualFold(code, rec.Code)
	})
}

func (r *Resolver) regionAnswer(rec *kb.Region, query string) Answer {
	info := r.region(rec.Provider, query)
	if info.code != rec.Code || info.partition != rec.Partition {
		info = r.infoOf(rec.Provider, rec)
	}
	kind, name := "region", rec.Code
	if strings.Contains(rec.Kind, "zone") {
		kind, name = "zone", query
	}
	a := Answer{Kind: kind, Name: name, Provider: rec.Provider, Operator: r.operator(r.partitionOperator(rec.Provider, rec.Partition))}
	for _, role := range []graph.Role{graph.Storage, graph.Processing} {
		a.Places = append(a.Places, graph.Place{Role: role, Provider: rec.Provider, Partition: rec.Partition, Region: rec.Code, Countries: info.countries,
			Binding: info.binding, Confidence: info.confidence, Unknown: info.unknown})
	}
	a.Because = slices.Concat(info.because, a.Operator.Because)
	return a
}
