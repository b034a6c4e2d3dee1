package resolve

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// An Answer is one thing that a query may mean. Its fields are those of
// `bailiwick where --format json`, which is stable.
type Answer struct {
	Kind     string           `json:"kind"` // host, image, ip, region, zone, operator, model, type, package
	Name     string           `json:"name"`
	Provider graph.ProviderID `json:"provider,omitempty"`
	Places   []graph.Place    `json:"places,omitempty"`
	Operator *graph.Operator  `json:"operator,omitempty"`
	Maker    *graph.Maker     `json:"maker,omitempty"`   // of models: who made it, and what it is made from
	Version  string           `json:"version,omitempty"` // of packages, as asked
	Does     []Doing          `json:"does,omitempty"`    // of packages: how they reach out by themselves
	Unknown  string           `json:"unknown,omitempty"`
	Because  []string         `json:"because,omitempty"`
}

// Title words what the answer is about.
func (a *Answer) Title() string {
	if a.Provider != "" {
		return fmt.Sprintf("%s %s", a.Provider, a.Kind)
	}
	return a.Kind
}

// Where answers for everything that a query may mean, in a fixed order:
// regions of each provider, host or image, operator, model, resource type,
// packages.
func (r *Resolver) Where(query string) []Answer {
	var out []Answer
	out = append(out, r.whereRegion(query)...)
	host, isHost := r.whereHost(query)
	if image, ok := r.whereImage(query); ok {
		out, isHost = append(out, image), true
	} else if isHost {
		out = append(out, host)
	}
	if _, ok := r.kb.Operator(graph.EntityID(query)); ok {
		o := r.operator(graph.EntityID(query))
		out = append(out, Answer{Kind: "operator", Name: query, Operator: o, Unknown: o.Unknown, Because: o.Because})
	}
	if a, ok := r.whereModel(query); ok && !isHost {
		out = append(out, a)
	}
	if a, ok := r.whereType(query); ok {
		out = append(out, a)
	}
	return append(out, r.wherePackage(query)...)
}

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
	for _, rec := range found {
		info := r.region(rec.Provider, query)
		if info.code != rec.Code || info.partition != rec.Partition {
			info = r.findRegion(rec.Provider, rec.Code)
		}
		kind, name := "region", rec.Code
		if strings.Contains(rec.Kind, "zone") {
			kind, name = "zone", query
		}
		a := Answer{Kind: kind, Name: name, Provider: rec.Provider, Operator: r.operator(r.partitionOperator(rec.Provider, rec.Partition)), Because: info.because}
		for _, role := range []graph.Role{graph.Storage, graph.Processing} {
			a.Places = append(a.Places, graph.Place{Role: role, Provider: rec.Provider, Partition: rec.Partition, Region: rec.Code, Countries: info.countries,
				Binding: info.binding, Confidence: info.confidence, Unknown: info.unknown})
		}
		a.Because = append(a.Because, a.Operator.Because...)
		out = append(out, a)
	}
	return out
}

// whereHost answers for hosts, URLs and addresses. An address is not looked up
// in any table that guesses: it is unknown.
func (r *Resolver) whereHost(query string) (Answer, bool) {
	host := hostOf(query)
	if addr, err := netip.ParseAddr(host); err == nil {
		return Answer{Kind: "ip", Name: addr.String(), Unknown: "no published range of the knowledge base holds this address"}, true
	}
	if !strings.Contains(host, ".") {
		return Answer{}, false
	}
	if _, ok := r.kb.Host(host); !ok {
		return Answer{}, false
	}
	a := Answer{Kind: "host", Name: host}
	a.Places, a.Operator = r.Host(host)
	if m, ok := r.kb.Host(host); ok {
		a.Provider = m.Provider
	}
	for i := range a.Places {
		a.Because = append(a.Because, a.Places[i].Because...)
	}
	a.Because = append(a.Because, a.Operator.Because...)
	return a, true
}

func (r *Resolver) whereModel(query string) (Answer, bool) {
	m, ok := r.kb.Model(query)
	if !ok {
		return Answer{}, false
	}
	a := Answer{Kind: "model", Name: m.Name, Maker: &graph.Maker{Component: query}}
	r.made(a.Maker, &m, query)
	a.Because = a.Maker.Because
	a.Operator = r.operator(m.Developer)
	if a.Operator.Entity == "" || a.Operator.Seat == "" {
		a.Operator = &graph.Operator{Entity: m.Developer, Name: string(m.Developer), Seat: m.Country, Confidence: m.Standing(r.at),
			Unknown: fmt.Sprintf("who controls %s is not known to the knowledge base", m.Developer)}
	}
	return a, true
}

func (r *Resolver) whereType(query string) (Answer, bool) {
	m, ok := r.kb.Type("terraform", "", query)
	if !ok {
		return Answer{}, false
	}
	a := Answer{Kind: "type", Name: query, Provider: m.Provider, Operator: r.operator(r.partitionOperator(m.Provider, ""))}
	switch {
	case m.Inert || m.Type == nil || m.Type.Kind == "" && m.Type.Of == "":
		a.Because = []string{"it is inert: it holds and moves no data"}
	case m.Type.Of != "":
		a.Because = []string{fmt.Sprintf("it counts for the asset that %s names", m.Type.Of)}
	case m.Type.Global != "":
		a.Places = []graph.Place{{Role: m.Type.Kind.Roles()[0], Provider: m.Provider, Countries: []graph.Country{graph.Anywhere}, Binding: graph.Unbound, Confidence: graph.Documented}}
		a.Because = []string{fmt.Sprintf("its kind is %s, a global service: %s", m.Type.Kind, m.Type.Global)}
	default:
		reads := m.Type.Where
		if len(reads) == 0 {
			reads = m.Dialect.Place
		}
		var from []string
		for _, rd := range reads {
			switch {
			case rd.Attr != "":
				from = append(from, rd.Attr)
			case rd.Ref != "":
				from = append(from, "what "+rd.Ref+" names")
			case rd.Provider != "":
				from = append(from, "the provider's "+rd.Provider)
			}
		}
		a.Because = []string{fmt.Sprintf("its kind is %s; its place is read from %s", m.Type.Kind, strings.Join(from, ", else "))}
	}
	if m.Type != nil && m.Type.Note != "" {
		a.Because = append(a.Because, m.Type.Note)
	}
	return a, true
}
