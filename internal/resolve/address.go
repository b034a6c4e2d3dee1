package resolve

import (
	"fmt"
	"net/netip"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A Locator tells the country of an address from a table that an operator
// brings. What it says is a claim: nobody cites it, and nothing passes by it.
type Locator interface {
	// Country returns the country of an address and the name of the table.
	Country(netip.Addr) (c graph.Country, table string, ok bool)
}

// Locate makes the resolver ask l for addresses of which no range is known. With
// nil they stay unknown.
func (r *Resolver) Locate(l Locator) { r.locator = l }

// special are the blocks of which no address has a place in the world.
// https://www.iana.org/assignments/iana-ipv4-special-registry and the one for
// IPv6 list them.
var special = []struct {
	prefix netip.Prefix
	why    string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "stands for this host (RFC 791)"},
	{netip.MustParsePrefix("10.0.0.0/8"), "is private (RFC 1918)"},
	{netip.MustParsePrefix("172.16.0.0/12"), "is private (RFC 1918)"},
	{netip.MustParsePrefix("192.168.0.0/16"), "is private (RFC 1918)"},
	{netip.MustParsePrefix("100.64.0.0/10"), "is shared by customers of one carrier (RFC 6598)"},
	{netip.MustParsePrefix("127.0.0.0/8"), "is the host itself (RFC 1122)"},
	{netip.MustParsePrefix("169.254.0.0/16"), "is link-local (RFC 3927): only neighbours and the cloud's metadata service use it"},
	{netip.MustParsePrefix("192.0.2.0/24"), "is kept for documentation (RFC 5737)"},
	{netip.MustParsePrefix("198.51.100.0/24"), "is kept for documentation (RFC 5737)"},
	{netip.MustParsePrefix("203.0.113.0/24"), "is kept for documentation (RFC 5737)"},
	{netip.MustParsePrefix("198.18.0.0/15"), "is kept for benchmarks (RFC 2544)"},
	{netip.MustParsePrefix("224.0.0.0/4"), "is multicast (RFC 1112)"},
	{netip.MustParsePrefix("240.0.0.0/4"), "is reserved (RFC 1112)"},
	{netip.MustParsePrefix("::/128"), "is no address (RFC 4291)"},
	{netip.MustParsePrefix("::1/128"), "is the host itself (RFC 4291)"},
	{netip.MustParsePrefix("64:ff9b::/96"), "is translated to an IPv4 address by a gateway (RFC 6052)"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "is translated to an IPv4 address by a gateway (RFC 8215)"},
	{netip.MustParsePrefix("2001::/32"), "is tunnelled by Teredo (RFC 4380)"},
	{netip.MustParsePrefix("2001:db8::/32"), "is kept for documentation (RFC 3849)"},
	{netip.MustParsePrefix("2002::/16"), "is tunnelled by 6to4 (RFC 3056)"},
	{netip.MustParsePrefix("fc00::/7"), "is private (RFC 4193)"},
	{netip.MustParsePrefix("fe80::/10"), "is link-local (RFC 4291)"},
	{netip.MustParsePrefix("ff00::/8"), "is multicast (RFC 4291)"},
}

// hostAddress reads a host that is an address: plain, in brackets, or an IPv4
// address in the clothes of an IPv6 one.
func hostAddress(host string) (netip.Addr, bool) {
	if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
		host = host[1 : n-1]
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}, false
	}
	return a.Unmap().WithZone(""), true
}

// An addressInfo is what is known of an address.
type addressInfo struct {
	provider graph.ProviderID
	place    graph.Place
	operator *graph.Operator
}

// address answers for one address: a user's own record, a range that a
// provider publishes, the operator's table, in this order; else unknown.
func (r *Resolver) address(a netip.Addr) addressInfo {
	known := r.kb.Address(a)
	if len(known) == 1 {
		return r.inRange(a, &known[0])
	}
	info := addressInfo{place: graph.Place{Role: graph.Processing, Confidence: graph.NotKnown}}
	if len(known) > 1 {
		info.place.Unknown = fmt.Sprintf("lists contradict each other about %s: %s", known[0].CIDR, r.contradiction(known))
		info.provider, info.operator = known[0].Provider, r.rangeOperator(&known[0])
		for i := range known {
			if known[i].Provider != info.provider {
				info.provider, info.operator = "", &graph.Operator{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("who runs %s is not known: %s", a, info.place.Unknown)}
			}
		}
		return info
	}
	info.operator = &graph.Operator{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("who runs %s is not known", a)}
	for _, s := range special {
		if s.prefix.Contains(a) {
			info.place.Unknown = fmt.Sprintf("%s %s: it says nothing about a place", a, s.why)
			return info
		}
	}
	if r.locator != nil {
		c, table, ok := r.locator.Country(a)
		if _, isCountry := r.kb.Country(c); ok && isCountry {
			info.place.Countries, info.place.Confidence = []graph.Country{c}, graph.Claimed
			info.place.Because = []string{fmt.Sprintf("%s claims that %s is in %s; a claim makes nothing pass", table, a, c)}
			return info
		}
	}
	info.place.Unknown = fmt.Sprintf("no published range of the knowledge base holds %s", a)
	return info
}

// contradiction words what several ranges of one prefix say.
func (r *Resolver) contradiction(known []kb.Range) string {
	text := ""
	for i := range known {
		k := &known[i]
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s says %s", k.List, or(k.Region, k.Quote))
	}
	return text
}

func (r *Resolver) rangeOperator(k *kb.Range) *graph.Operator {
	id := k.Operator
	if id == "" && k.Provider != "" {
		partition := k.Partition
		if k.Region != "" {
			partition = r.region(k.Provider, k.Region).partition
		}
		id = r.partitionOperator(k.Provider, partition)
	}
	if id == "" {
		return &graph.Operator{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("who runs %s is not known", k.CIDR)}
	}
	o := *r.operator(id)
	o.Attributed(k.Standing(r.at))
	return &o
}

// inRange answers for an address by the range that holds it.
func (r *Resolver) inRange(a netip.Addr, k *kb.Range) addressInfo {
	p := graph.Place{Role: graph.Processing, Provider: k.Provider, Partition: k.Partition, Confidence: k.Standing(r.at)}
	whose := or(k.Service, or(k.List, "a record of the knowledge base"))
	held := fmt.Sprintf("%s is in %s (%s)%s", a, k.CIDR, whose, cite(k.Fact))
	p.Because = []string{held}
	switch {
	case k.Anycast:
		p.Confidence = graph.NotKnown
		p.Unknown = fmt.Sprintf("%s is answered in many places at once (anycast): no address says in which", k.CIDR)
	case k.Region != "":
		info := r.region(k.Provider, k.Region)
		p.Region, p.Partition, p.Countries, p.Binding, p.Unknown = info.code, info.partition, info.countries, info.binding, info.unknown
		p.Confidence = graph.Weakest(p.Confidence, info.confidence)
		if p.Region == "" {
			p.Region = k.Region
		}
		p.Because = append([]string{fmt.Sprintf("%s is in %s, a range of %s %s (%s)%s", a, k.CIDR, k.Provider, k.Region, whose, cite(k.Fact))}, info.because...)
	case len(k.Countries) > 0:
		p.Countries = k.Countries
		p.Because = []string{fmt.Sprintf("%s is in %s, and that in %s (%s: %s)%s", a, k.CIDR, countryList(k.Countries), whose, k.Quote, cite(k.Fact))}
		if k.Quote == "" {
			p.Because = []string{fmt.Sprintf("%s is in %s, and that in %s (%s)%s", a, k.CIDR, countryList(k.Countries), whose, cite(k.Fact))}
		}
	default:
		p.Confidence = graph.NotKnown
		p.Unknown = fmt.Sprintf("where %s is, its list does not say", k.CIDR)
		if k.Note != "" {
			p.Unknown = fmt.Sprintf("where %s is, is not known: %s", k.CIDR, k.Note)
		}
	}
	return addressInfo{provider: k.Provider, place: p, operator: r.rangeOperator(k)}
}
