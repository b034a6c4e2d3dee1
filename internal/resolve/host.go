package resolve

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// HostOf takes the host out of a URL or host:port, without user and password.
func HostOf(text string) string { return hostOf(text) }

// hostOf takes the host out of a URL or host:port, without user and password.
func hostOf(text string) string {
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		return u.Hostname()
	}
	host := text
	if _, ok := hostAddress(host); ok {
		return host
	}
	if strings.HasPrefix(host, "[") { // an IPv6 address and its port
		if h, _, err := net.SplitHostPort(host); err == nil {
			return h
		}
	}
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	if i := strings.LastIndexByte(host, ':'); i > 0 && !strings.Contains(host[:i], ":") {
		host = host[:i]
	}
	return host
}

// Host answers for a host, which may be an address: where it is and who runs it.
func (r *Resolver) Host(host string) ([]graph.Place, *graph.Operator) {
	return r.host(host, host)
}

// host answers for a host that is called name in messages: one that could be a
// secret is looked up, and not shown.
func (r *Resolver) host(host, name string) ([]graph.Place, *graph.Operator) {
	if a, ok := hostAddress(host); ok {
		info := r.address(a)
		return []graph.Place{info.place}, info.operator
	}
	m, ok := r.kb.Host(host)
	host = name
	if !ok {
		o := r.stated(host)
		if o == nil {
			o = &graph.Operator{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("who runs %s is not known", host)}
		}
		return []graph.Place{{Role: graph.Processing, Confidence: graph.NotKnown, Unknown: fmt.Sprintf("the knowledge base does not know the host %s", host)}}, o
	}
	places := r.endpointPlaces(host, &m)
	entity := m.Endpoint.Operator
	if entity == "" && m.Region != nil {
		entity = r.partitionOperator(m.Provider, m.Region.Partition)
	}
	if entity == "" {
		entity = r.partitionOperator(m.Provider, "")
	}
	o := *r.operator(entity)
	o.Because = append([]string{fmt.Sprintf("%s is %s%s", host, or(m.Endpoint.Service, string(m.Provider)), cite(m.Endpoint.Fact))}, o.Because...)
	if o.Attributed(m.Endpoint.Standing(r.at)); o.Presumed {
		if s := r.stated(host); s != nil {
			return places, s
		}
	}
	return places, &o
}

func (r *Resolver) endpointPlaces(host string, m *kb.HostMatch) []graph.Place {
	var out []graph.Place
	for _, ep := range m.Endpoint.Places {
		// Where a role is played is a fact of its own: the words that show whose
		// host it is show nothing about places.
		p := graph.Place{Role: ep.Role, Provider: m.Provider, Binding: ep.Binding, Confidence: ep.Standing(r.at)}
		p.Countries = append(p.Countries, ep.Countries...)
		for _, b := range ep.Blocs {
			cs, err := r.kb.Expand(b, r.at)
			if err != nil {
				p.Unknown, p.Confidence = err.Error(), graph.NotKnown
				break
			}
			p.Countries = append(p.Countries, cs...)
		}
		if len(p.Countries) == 0 && p.Unknown == "" {
			p.Unknown, p.Confidence = fmt.Sprintf("where %s plays its %s role is not known", host, ep.Role), graph.NotKnown
		}
		if p.Unknown == "" {
			p.Because = []string{fmt.Sprintf("%s: %s in %s%s", host, ep.Role, countryList(p.Countries), cite(ep.Fact))}
		}
		out = append(out, p)
	}
	if len(out) > 0 {
		return out
	}
	if m.Region != nil {
		info := r.region(m.Provider, m.Region.Code)
		return []graph.Place{{Role: graph.Processing, Provider: m.Provider, Region: info.code, Partition: info.partition, Countries: info.countries,
			Confidence: graph.Weakest(info.confidence, m.Endpoint.Standing(r.at)), Binding: info.binding, Unknown: info.unknown,
			Because: append([]string{fmt.Sprintf("the host %s names the region %s%s", host, m.Region.Code, cite(m.Endpoint.Fact))}, info.because...)}}
	}
	return []graph.Place{{Role: graph.Processing, Provider: m.Provider, Confidence: graph.NotKnown, Unknown: fmt.Sprintf("the host %s does not tell where it is", host)}}
}

// hostPlaces are the places of a host that a value names.
func (r *Resolver) hostPlaces(v *value) []graph.Place {
	host := hostOf(v.text)
	ps, _ := r.host(host, shown(host))
	for i := range ps {
		ps[i].Origin = v.origin
		ps[i].Because = append([]string{written(v)}, ps[i].Because...)
	}
	return ps
}
