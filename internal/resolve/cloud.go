package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// inCloud reads a place of some cloud: provider/code. A code alone is what somebody
// wrote on a label: any provider's. Where all providers that have the code have it
// in the same countries, it is there; whose it is, the code does not tell.
func (n *node) inCloud(p *graph.Place, v *value) {
	r := n.g.r
	id, code := kb.InCloud(v.text)
	if code == "" {
		id, code = n.around(v.text), v.text
	}
	if _, known := r.kb.Provider(id); known {
		p.Provider = id
		info := r.region(id, code)
		p.Because = append([]string{writtenRaw(v)}, info.because...)
		p.Region, p.Partition, p.Countries, p.Confidence, p.Unknown, p.Binding = info.code, info.partition, info.countries, info.confidence, info.unknown, info.binding
		return
	}
	p.Provider, p.Confidence = "", graph.NotKnown
	found := r.anywhere(v.text)
	if len(found) == 0 {
		p.Unknown = fmt.Sprintf("%s is %q, which the knowledge base knows as a place of no provider", v.path, shown(v.text))
		return
	}
	var names []string
	for i := range found {
		names = append(names, fmt.Sprintf("%s (%s)", found[i].record.Provider, or(countryList(found[i].countries), "not known")))
		if found[i].unknown != "" || !slices.Equal(found[i].countries, found[0].countries) {
			p.Unknown = fmt.Sprintf("%s is %q, a place of several providers in different countries, %s among them; which is meant is not known", v.path, shown(v.text), strings.Join(names, ", "))
		}
	}
	if p.Unknown != "" {
		return
	}
	p.Region, p.Countries, p.Binding, p.Confidence = v.text, found[0].countries, graph.Guaranteed, graph.Inferred
	for i := range found {
		p.Confidence = graph.Weakest(p.Confidence, found[i].confidence)
	}
	p.Because = []string{writtenRaw(v), fmt.Sprintf("every provider that has a place %s has it in %s: %s", shown(v.text), countryList(p.Countries), strings.Join(names, ", "))}
}

// around is the cloud that the asset itself is in, when it has the code; "" else.
func (n *node) around(code string) graph.ProviderID {
	if n.ownState == 1 {
		return "" // that is what is being found out
	}
	for _, own := range n.own() {
		if _, ok := n.g.r.kb.Region(own.Provider, code); ok && own.Region != "" {
			return own.Provider
		}
	}
	return ""
}

// anywhere is what a code means at each provider that has it as its own.
func (r *Resolver) anywhere(code string) []*regionInfo {
	var out []*regionInfo
	for _, id := range r.kb.Providers() {
		rec, ok := r.kb.Region(id, code)
		if !ok || rec.Global || borrowed(&rec) || len(rec.In) > 0 {
			continue
		}
		out = append(out, r.region(id, code))
	}
	return out
}

// writtenRaw words what was read before it was translated.
func writtenRaw(v *value) string {
	w := *v
	if w.raw != "" {
		w.text = w.raw
	}
	return written(&w)
}

// local reports whether a host is one of where the asset itself runs.
func (n *node) local(host string) bool {
	return n.dialect != nil && slices.ContainsFunc(n.dialect.Local, func(pattern string) bool { return matches(pattern, strings.TrimSuffix(host, ".")) })
}
