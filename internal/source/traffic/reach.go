package traffic

import (
	"net/netip"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// shared are addresses that are private by use and not by [netip.Addr]: carrier
// NAT, which clouds give to pods.
var shared = []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("240.0.0.0/4")}

// public reports whether an address lies outside of every private network.
func public(a netip.Addr) bool {
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range shared {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// outside reports whether a name is one that somebody outside may answer to.
func outside(host string) bool {
	return strings.Contains(host, ".") && plainHost(host) && !graph.LocalName(host)
}

// plainHost reports whether it is written as a name of the DNS.
func plainHost(host string) bool {
	if len(host) > 253 || host == "" || host[0] == '.' || host[0] == '-' {
		return false
	}
	for i := 0; i < len(host); i++ {
		switch c := host[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '.', c == '-', c == '_', c >= 0x80:
		default:
			return false
		}
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last != "" && (last[0] < '0' || last[0] > '9')
}

// hostPort takes "host:port", "[v6]:port", a URL's authority or any of the parts
// apart. A host is in lower case without the last dot; of an address, host is
// empty.
func hostPort(s string) (host string, addr netip.AddrPort) {
	s = strings.TrimPrefix(s, "tcp://")
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if s == "" || s == "-" || len(s) > 300 {
		return "", netip.AddrPort{}
	}
	port := uint16(0)
	if a := logs.Address(strings.Trim(s, "[]")); a.IsValid() {
		return "", netip.AddrPortFrom(a, 0)
	}
	if i := strings.LastIndexByte(s, ':'); i > 0 {
		p, ok := logs.Count([]byte(s[i+1:]))
		if !ok || p > 65535 {
			return "", netip.AddrPort{}
		}
		port, s = uint16(p), s[:i]
	}
	if a := logs.Address(strings.Trim(s, "[]")); a.IsValid() {
		return "", netip.AddrPortFrom(a, port)
	}
	host = strings.ToLower(strings.TrimSuffix(s, "."))
	if !plainHost(host) {
		return "", netip.AddrPort{}
	}
	return host, netip.AddrPortFrom(netip.Addr{}, port)
}

// port reads a port; 0 when it is none.
func port(s string) uint16 {
	p, ok := logs.Count([]byte(s))
	if !ok || p > 65535 {
		return 0
	}
	return uint16(p)
}
