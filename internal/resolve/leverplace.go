package resolve

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// regionOptions are other regions of the same provider and partition: those
// that its record proposes first, in its order, then the others by code. Where
// the type is offered in few places, the dialect lists them with instead.
func (n *node) regionOptions(text string, literals []graph.Literal, rd *kb.Read) []Option {
	k := n.g.r.kb
	now, ok := k.Region(n.provider, text)
	if !ok {
		return nil
	}
	list := n.otherRegions(&now)
	if len(rd.Instead) > 0 {
		list = nil
		for _, w := range n.words(text, rd, nil) {
			if c, ok := k.Region(n.provider, w); ok && c.Code != now.Code && c.Partition == now.Partition && len(c.Countries) > 0 {
				list = append(list, c)
			}
		}
	}
	var out []Option
	for _, c := range list {
		for _, lit := range literals {
			if to := n.respell(lit.Text, &now, &c); to != "" {
				out = append(out, Option{Edit: graph.Edit{Literal: lit, Value: to}, Region: c.Code, Countries: c.Countries, Partition: c.Partition})
			}
		}
	}
	return out
}

// otherRegions are the regions that something could move to: of the same sort,
// and with a country that somebody cited.
func (n *node) otherRegions(now *kb.Region) []kb.Region {
	k := n.g.r.kb
	var out []kb.Region
	add := func(c *kb.Region) {
		switch {
		case c.Code == now.Code, c.Partition != now.Partition, c.Global, len(c.Countries) == 0, !c.Standing(n.g.r.at).Firm():
		case now.Global && strings.Contains(c.Kind, "zone"), !now.Global && c.Kind != now.Kind:
		case slices.ContainsFunc(out, func(o kb.Region) bool { return o.Code == c.Code }):
		default:
			out = append(out, *c)
		}
	}
	all := k.Regions(n.provider)
	if p, ok := k.Provider(n.provider); ok {
		for _, code := range p.Alternatives {
			for i := range all {
				if all[i].Code == code {
					add(&all[i])
				}
			}
		}
	}
	for i := range all {
		add(&all[i])
	}
	return out
}

// respell writes another region the way a token writes the one of now; "" when
// the token does not name that region, or names a zone of it and no zone of the
// other is known.
func (n *node) respell(token string, now, to *kb.Region) string {
	k := n.g.r.kb
	rec, ok := k.Region(n.provider, token)
	if !ok || rec.Code != now.Code {
		return ""
	}
	if plain, ok := k.Region(n.provider, now.Code); !ok || plain.Code != now.Code {
		return ""
	}
	spelt := func(code string) string {
		if token == strings.ToUpper(token) && token != strings.ToLower(token) {
			return strings.ToUpper(code)
		}
		return code
	}
	if k.Spell(n.provider, token) == now.Code {
		return spelt(to.Code)
	}
	if strings.ContainsAny(token, ":/") {
		return "" // an ARN or id names something that exists there
	}
	for _, z := range k.Regions(n.provider) {
		// A local zone belongs to a region and may be in another country.
		if z.Parent == to.Code && z.Partition == to.Partition && z.Kind == "zone" && slices.Equal(z.Countries, to.Countries) && z.Standing(n.g.r.at).Firm() {
			return spelt(z.Code)
		}
	}
	return ""
}

// hostOptions are other hosts of the same service by the same operator, and the
// same host in other regions.
func (n *node) hostOptions(text string, literals []graph.Literal) []Option {
	k := n.g.r.kb
	host := hostOf(text)
	m, ok := k.Host(host)
	if !ok {
		return nil
	}
	var hosts []string
	service := func(e *kb.Endpoint) string { name, _, _ := strings.Cut(e.Service, ","); return name }
	for _, e := range k.Endpoints() {
		name := e.Name()
		if name != "" && name != host && e.Operator == m.Endpoint.Operator && e.Provider == m.Endpoint.Provider && service(&e) != "" && service(&e) == service(&m.Endpoint) {
			hosts = append(hosts, name)
		}
	}
	var out []Option
	if m.Region != nil {
		for _, c := range (&node{g: n.g, provider: m.Provider}).otherRegions(m.Region) {
			other := strings.Replace(host, m.Region.Code, c.Code, 1)
			if there, ok := k.Host(other); ok && there.Region != nil && there.Region.Code == c.Code {
				out = append(out, hostEdits(host, other, literals, &c)...)
			}
		}
	}
	for _, other := range hosts {
		out = append(out, hostEdits(host, other, literals, &kb.Region{})...)
	}
	return out
}

func hostEdits(host, other string, literals []graph.Literal, to *kb.Region) []Option {
	var out []Option
	for _, lit := range literals {
		if strings.Contains(lit.Text, host) {
			out = append(out, Option{Edit: graph.Edit{Literal: lit, Value: strings.Replace(lit.Text, host, other, 1)}, Region: to.Code, Countries: to.Countries, Partition: to.Partition})
		}
	}
	return out
}
