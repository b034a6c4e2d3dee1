package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A regionKey is a code as written, of one provider.
type regionKey struct {
	provider graph.ProviderID
	text     string
}

// A regionInfo is what a code means, worked out once.
type regionInfo struct {
	record     kb.Region
	code       string
	partition  string
	countries  []graph.Country
	confidence graph.Confidence
	binding    graph.Binding
	because    []string
	unknown    string
}

// region looks a code up. It is memoised: most assets share a few codes.
func (r *Resolver) region(p graph.ProviderID, text string) *regionInfo {
	return kept(r.memo, r.memo.regions, regionKey{p, text}, func() *regionInfo { return r.findRegion(p, text) })
}

func (r *Resolver) findRegion(p graph.ProviderID, text string) *regionInfo {
	rec, ok := r.kb.Region(p, text)
	if !ok {
		if p == "" {
			return &regionInfo{confidence: graph.NotKnown, unknown: fmt.Sprintf("%q is a place of a provider that is not known", shown(text))}
		}
		return &regionInfo{confidence: graph.NotKnown, unknown: fmt.Sprintf("the knowledge base has no place %q of %s; bailiwick where %s shows what is known", shown(text), p, shown(text))}
	}
	return r.infoOf(p, &rec)
}

// infoOf is what a record says of its region.
func (r *Resolver) infoOf(p graph.ProviderID, rec *kb.Region) *regionInfo {
	info := &regionInfo{record: *rec, code: rec.Code, partition: rec.Partition, binding: graph.Guaranteed}
	info.confidence = rec.Standing(r.at)
	display := rec.Display
	if display == "" {
		display = rec.City
	}
	switch {
	case rec.Global:
		info.countries, info.binding = []graph.Country{graph.Anywhere}, graph.Unbound
		info.because = []string{fmt.Sprintf("%s %s is not bound to any country%s", p, rec.Code, cite(rec.Fact))}
	case len(rec.Countries) == 0:
		info.confidence = graph.NotKnown
		info.unknown = fmt.Sprintf("in which country %s %s lies is not known to the knowledge base", p, rec.Code)
	default:
		info.countries = rec.Countries
		if len(rec.In) > 0 {
			info.because = r.inClouds(p, rec)
			break
		}
		text := fmt.Sprintf("%s %s is in %s", p, rec.Code, countryList(rec.Countries))
		if display != "" {
			text = fmt.Sprintf("%s %s is %s, in %s", p, rec.Code, display, countryList(rec.Countries))
		}
		info.because = []string{text + cite(rec.Fact)}
	}
	return info
}

// inClouds says of a service that runs in another cloud in which region there it
// is, who runs that one, and where it lies.
func (r *Resolver) inClouds(p graph.ProviderID, rec *kb.Region) []string {
	var names, reasons []string
	for _, entry := range rec.In {
		id, code := kb.InCloud(entry)
		info := r.region(id, code)
		runs := r.operator(r.partitionOperator(id, info.partition))
		names = append(names, fmt.Sprintf("%s of %s, which %s runs", info.code, id, or(runs.Name, string(runs.Entity))))
		reasons = append(reasons, info.because...)
	}
	return append([]string{fmt.Sprintf("%s %s is %s%s", p, rec.Code, strings.Join(names, ", or "), cite(rec.Fact))}, reasons...)
}

// cite names the source of a fact, or says that there is none.
func cite(f kb.Fact) string {
	if f.Cited == nil || f.Quote == "" {
		return " (claimed, no source is cited)"
	}
	addr := f.Cited.Address
	if len(f.Cited.Host) > 0 {
		addr = strings.Join(f.Cited.Host, ".") + addr
	}
	return fmt.Sprintf(" (%s)", addr)
}

// countryList words a list of countries, at most six of them.
func countryList(cs []graph.Country) string {
	const most = 6
	out := make([]string, 0, most)
	for i, c := range cs {
		if i == most {
			return fmt.Sprintf("%s and %d more", strings.Join(out, ", "), len(cs)-most)
		}
		out = append(out, string(c))
	}
	return strings.Join(out, ", ")
}

// pair is where the geo-redundant copy of a place goes.
func (n *node) pair(own graph.Place) graph.Place {
	info := n.g.r.region(own.Provider, own.Region)
	if own.Region == "" || info.record.Pair == "" {
		own.Countries, own.Confidence = nil, graph.NotKnown
		own.Unknown = fmt.Sprintf("which region %s is paired with is not known", own.Region)
		return own
	}
	other := n.g.r.region(own.Provider, info.record.Pair)
	p := own
	p.Region, p.Partition, p.Countries, p.Unknown, p.Binding = other.code, other.partition, other.countries, other.unknown, other.binding
	p.Confidence = graph.Weakest(info.confidence, other.confidence)
	p.Because = append(slices.Clone(own.Because), fmt.Sprintf("%s is paired with %s", own.Region, info.record.Pair))
	p.Because = append(p.Because, other.because...)
	return p
}

// zone is the data zone that a place belongs to.
func (n *node) zone(own graph.Place) graph.Place {
	info := n.g.r.region(own.Provider, own.Region)
	p := own
	p.Because = append(slices.Clone(own.Because), fmt.Sprintf("%s belongs to the data zone %q", own.Region, info.record.Zone))
	if info.record.Zone == "" {
		p.Countries, p.Confidence = nil, graph.NotKnown
		p.Unknown = fmt.Sprintf("to which data zone %s belongs is not known", own.Region)
		return p
	}
	p.Region = ""
	n.geography(&p, info.record.Zone)
	return p
}

// geography fills a place with the countries of a geography of the provider.
func (n *node) geography(p *graph.Place, name string) {
	r := n.g.r
	rec, ok := r.kb.Provider(n.provider)
	if !ok {
		p.Countries, p.Confidence, p.Unknown = nil, graph.NotKnown, fmt.Sprintf("the knowledge base has no record of the provider %q", n.provider)
		return
	}
	g, ok := rec.Geographies[name]
	if !ok {
		p.Countries, p.Confidence, p.Unknown = nil, graph.NotKnown, fmt.Sprintf("the knowledge base has no geography %q of %s", name, n.provider)
		return
	}
	cs := slices.Clone(g.Countries)
	for _, b := range g.Blocs {
		more, err := r.kb.Expand(b, r.at)
		if err != nil {
			p.Countries, p.Confidence, p.Unknown = nil, graph.NotKnown, err.Error()
			return
		}
		cs = append(cs, more...)
	}
	confidence := g.Standing(r.at)
	for _, code := range g.Regions {
		info := r.region(n.provider, code)
		if info.unknown != "" {
			p.Countries, p.Confidence, p.Unknown = nil, graph.NotKnown, info.unknown
			return
		}
		cs = append(cs, info.countries...)
		confidence = graph.Weakest(confidence, info.confidence)
	}
	p.Perhaps = nil
	for _, code := range g.Perhaps {
		p.Perhaps = append(p.Perhaps, r.region(n.provider, code).countries...)
	}
	slices.Sort(cs)
	p.Countries, p.Confidence, p.Binding, p.Unknown = slices.Compact(cs), confidence, graph.Guaranteed, ""
	p.Because = append(p.Because, fmt.Sprintf("the geography %q of %s is %s%s", name, n.provider, countryList(p.Countries), cite(g.Fact)))
}
