package proxy

import (
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An acl is a list of Squid's. Of lists that are about somebody else than the
// destination only the name counts.
type acl struct {
	about bool // it is about the destination
	inner bool // it is about the proxy itself: its manager, its own addresses
	all   []destination
}

// A destination is one that a list names.
type destination struct {
	to      string // a host, *.host, an address or a network; "" where unknown says why
	unknown string
	at      graph.Origin
}

// destined are the types of lists that are about the destination: "" for hosts, else
// why what they say is not known.
var destined = map[string]string{
	"dstdomain": "", "ssl::server_name": "", "dst": "",
	"dstdom_regex": "hosts by the pattern", "ssl::server_name_regex": "hosts by the pattern", "url_regex": "addresses by the pattern", "dst_as": "the addresses of the network",
}

// acl adds to a list; several lines of one name are one list.
func (s *squidConf) acl(file, name, kind string, values []string, at graph.Origin) {
	a := s.acls[name]
	if a == nil {
		a = &acl{}
		s.acls[name] = a
	}
	if kind == "proto" && slices.Contains(values, "cache_object") || kind == "manager" {
		a.inner = true
	}
	why, ok := destined[kind]
	if !ok {
		return
	}
	a.about = true
	for _, v := range values {
		if strings.HasPrefix(v, "-") || strings.HasPrefix(v, "+") {
			continue // a switch, as -i and -n
		}
		if list, ok := listed(v); ok {
			s.list(file, list, why, a, at)
			continue
		}
		a.all = append(a.all, destinations(v, why, at)...)
	}
}

// listed is the file that a value names: "FILE" or parameters("FILE").
func listed(v string) (string, bool) {
	v, _ = strings.CutPrefix(v, "parameters(")
	v = strings.TrimSuffix(v, ")")
	if len(v) > 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
		return v[1 : len(v)-1], true
	}
	return "", false
}

// list reads the values of a list that stand in a file, one a line.
func (s *squidConf) list(file, wanted, why string, a *acl, at graph.Origin) {
	found := beside(file, wanted)
	if len(found) != 1 {
		a.all = append(a.all, destination{unknown: "the list stands in " + wanted + ", which was not read: put it beside", at: at})
		return
	}
	src, ok := s.p.load(found[0])
	if !ok {
		a.all = append(a.all, destination{unknown: "the list " + wanted + " cannot be read", at: at})
		return
	}
	for _, l := range squidLines(string(src)) {
		a.all = append(a.all, destinations(l.words[0], why, graph.Origin{File: found[0], Line: l.line})...)
	}
}

// destinations is what a value names. A name that begins with a dot is the name, and all
// below it.
func destinations(v, why string, at graph.Origin) []destination {
	name := strings.ToLower(strings.TrimSuffix(v, "."))
	switch {
	case why != "":
		return []destination{{unknown: "it lets through " + why + " " + v, at: at}}
	case name == "all" || name == "any" || name == "ipv4" || name == "ipv6":
		return []destination{{unknown: "it lets clients through to any host", at: at}}
	case strings.HasPrefix(name, "."):
		return []destination{{to: name[1:], at: at}, {to: "*" + name, at: at}}
	}
	if p, err := netip.ParsePrefix(v); err == nil && !p.IsSingleIP() {
		if inside(p) {
			return nil
		}
		return []destination{{unknown: "it lets through the addresses " + v, at: at}}
	}
	if a, mask, ok := strings.Cut(v, "/"); ok {
		if m, err := netip.ParseAddr(mask); err == nil { // 10.0.0.0/255.0.0.0
			return masked(a, m, at)
		}
		name = a
	}
	if strings.Contains(name, "-") {
		if a, err := netip.ParseAddr(name[:strings.IndexByte(name, '-')]); err == nil {
			if a.IsPrivate() {
				return nil
			}
			return []destination{{unknown: "it lets through the addresses " + v, at: at}}
		}
	}
	return []destination{{to: name, at: at}}
}

// masked is a network whose length a mask says.
func masked(address string, mask netip.Addr, at graph.Origin) []destination {
	length := 0
	for _, b := range mask.AsSlice() {
		length += bits.OnesCount8(b)
	}
	return destinations(fmt.Sprintf("%s/%d", address, length), "", at)
}

// private are the networks that lead nowhere outside.
var private = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("::1/128")}

// inside reports whether the whole of a network is private.
func inside(p netip.Prefix) bool {
	return slices.ContainsFunc(private, func(n netip.Prefix) bool { return n.Bits() <= p.Bits() && n.Contains(p.Addr()) })
}
