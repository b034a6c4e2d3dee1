package proxy

import (
	"net/netip"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An edge is what flows of one proxy are told apart by.
type edge struct{ to, unknown, purpose, via string }

// A reach is that the proxy reaches somebody, as a line of its configuration says.
type reach struct {
	to      string
	unknown string // why to is not known
	purpose string // "" is data
	via     string
	at      graph.Origin
}

// add enters a flow, once for each destination and purpose. What stays on the machine
// leaves nothing.
func (p *proxy) add(r reach) {
	if r.purpose == "" {
		r.purpose = "data"
	}
	switch {
	case r.unknown != "":
		r.to = ""
	case r.to == "" || own(r.to):
		return
	case filledIn(r.to):
		r.to, r.unknown = "", "its address is filled in before the proxy starts"
	}
	e := edge{r.to, r.unknown, r.purpose, ""}
	if r.to == "" {
		e.via = r.via
	}
	if p.seen[e] {
		return
	}
	p.seen[e] = true
	p.out.Flows = append(p.out.Flows, graph.Flow{From: graph.Address(p.file), To: graph.Address(r.to), Unknown: r.unknown, State: graph.Planned,
		Purpose: r.purpose, Via: r.via, Root: p.file, Origin: r.at})
}

// filledIn reports whether an address is a template's, or no address at all.
func filledIn(to string) bool { return strings.ContainsAny(to, "{}$<>%@() \t\"'|\\") }

// own reports whether an address is one of the machine itself: a socket, or what loops
// back.
func own(to string) bool {
	for _, begin := range []string{"unix:", "unix@", "abns@", "fd@", "sockpair@", "/"} {
		if strings.HasPrefix(to, begin) {
			return true
		}
	}
	host := hostOf(to)
	if a, err := netip.ParseAddr(host); err == nil {
		return a.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// hostOf is a host without its port.
func hostOf(to string) string {
	if rest, ok := strings.CutPrefix(to, "["); ok {
		host, _, _ := strings.Cut(rest, "]")
		return host
	}
	if host, _, ok := strings.Cut(to, ":"); ok && strings.Count(to, ":") == 1 {
		return host
	}
	return to
}
