package resolve

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// almost is what was meant to be an address: digits and dots.
var almost = regexp.MustCompile(`^\d+(\.\d+){3}$`)

// whereAddress answers for an IP address, also as the host of a URL.
func (r *Resolver) whereAddress(query string) []Answer {
	if looksLikeNetwork(query) {
		return nil
	}
	host := hostOf(query)
	addr, ok := hostAddress(host)
	switch {
	case ok:
		info := r.address(addr)
		a := Answer{Kind: "ip", Name: addr.String(), Provider: info.provider, Unknown: info.place.Unknown, Places: []graph.Place{info.place}, Operator: info.operator}
		a.Because = slices.Concat(info.place.Because, info.operator.Because)
		return []Answer{a}
	case almost.MatchString(host):
		return []Answer{{Kind: "ip", Name: host, Unknown: fmt.Sprintf("%s is not an IP address: its four numbers go from 0 to 255, without leading zeros", host)}}
	}
	return nil
}

// looksLikeNetwork reports whether a query is an address, a slash and digits:
// it is meant as a range, right or wrong. Anything else behind the slash is a path.
func looksLikeNetwork(query string) bool {
	head, bits, cut := strings.Cut(query, "/")
	_, isAddress := hostAddress(head)
	return cut && isAddress && bits != "" && strings.Trim(bits, "0123456789") == ""
}

// whereNetwork answers for a range of addresses. Its parts may lie apart.
func (r *Resolver) whereNetwork(query string) []Answer {
	if !looksLikeNetwork(query) {
		return nil
	}
	p, err := netip.ParsePrefix(query)
	if err != nil || p.Addr().Is4In6() {
		return []Answer{{Kind: "network", Name: query, Unknown: query + " is not a range of addresses: write it as in 192.0.2.0/24 or 2001:db8::/32"}}
	}
	n := network{r: r, seen: map[string]bool{}}
	n.answer = Answer{Kind: "network", Name: p.Masked().String()}
	r.kb.Network(p, n.piece)
	return []Answer{n.finish()}
}

// A network collects what is known of the parts of a range.
type network struct {
	r         *Resolver
	answer    Answer
	seen      map[string]bool
	operators []*graph.Operator
	providers []graph.ProviderID
}

// mostParts bounds how many parts are told one by one.
const mostParts = 40

func (n *network) piece(from netip.Addr, known []kb.Range) bool {
	info := addressInfo{}
	key := "not known"
	if len(known) > 0 {
		k := &known[0]
		key = fmt.Sprint(k.Provider, k.Partition, k.Region, k.Countries, k.Anycast, k.Operator, k.Quote, len(known))
	} else if info = n.r.address(from); len(info.place.Countries) > 0 {
		key = fmt.Sprint(info.place.Countries) // of the operator's table
	}
	if n.seen[key] {
		return true
	}
	n.seen[key] = true
	if len(n.answer.Places) == mostParts {
		n.answer.Unknown = fmt.Sprintf("%s has more than %d parts that lie apart; ask for smaller ranges", n.answer.Name, mostParts)
		return false
	}
	if len(known) > 0 {
		info = n.r.address(from)
	}
	n.answer.Places = append(n.answer.Places, info.place)
	n.answer.Because = append(n.answer.Because, info.place.Because...)
	if !slices.Contains(n.providers, info.provider) {
		n.providers = append(n.providers, info.provider)
	}
	if !slices.ContainsFunc(n.operators, func(o *graph.Operator) bool { return o.Entity == info.operator.Entity }) {
		n.operators = append(n.operators, info.operator)
	}
	return true
}

func (n *network) finish() Answer {
	a := n.answer
	if len(a.Places) == 1 {
		a.Unknown = a.Places[0].Unknown
	}
	if len(n.providers) == 1 {
		a.Provider = n.providers[0]
	}
	if len(n.operators) == 1 {
		a.Operator = n.operators[0]
		a.Because = append(a.Because, a.Operator.Because...)
		return a
	}
	var names []string
	for _, o := range n.operators {
		names = append(names, or(o.Name, or(string(o.Entity), "somebody who is not known")))
	}
	a.Operator = &graph.Operator{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("its addresses are run by several: %s", strings.Join(names, ", "))}
	return a
}
