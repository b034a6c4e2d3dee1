package traffic

import (
	"net/netip"
	"strings"
)

// dnsmasq is what dnsmasq writes with log-queries, alone or through syslog.
var dnsmasq = &medium{
	name: "dnsmasq's log", names: 1,
	is: func(h *head) bool {
		return h.line(func(l []byte) bool { _, ok := masqLine(string(l)); return ok })
	},
	read: func(u *unit) error {
		return u.lines(func(l []byte) verdict {
			f, ok := masqLine(string(l))
			if !ok {
				return other
			}
			return u.masq(f)
		})
	},
}

// masqLine gives the words after "dnsmasq[123]: ", without the serial number and
// the client that log-queries=extra puts before.
func masqLine(l string) ([]string, bool) {
	at := strings.Index(l, "dnsmasq[")
	if at < 0 || at > 120 {
		return nil, false
	}
	_, rest, ok := strings.Cut(l[at:], "]: ")
	f := strings.Fields(rest)
	if ok && len(f) > 5 && digits(f[0]) && strings.Contains(f[1], "/") {
		f = f[2:]
	}
	if !ok || len(f) < 4 {
		return nil, false
	}
	switch w := f[0]; {
	case strings.HasPrefix(w, "query["), w == "forwarded", w == "reply", w == "cached", w == "config", w == "gravity", w == "regex", w == "exactly":
		return f, true
	}
	return nil, false
}

func (u *unit) masq(f []string) verdict {
	switch w := f[0]; {
	case strings.HasPrefix(w, "query[") && f[2] == "from":
		kind := strings.TrimSuffix(w[len("query["):], "]")
		u.ask(&question{name: f[1], kind: kind, client: netip.AddrPortFrom(address(f[3]), 0)})
	case w == "forwarded" && f[2] == "to":
		r := &record{dst: netip.AddrPortFrom(address(f[3]), 53), purpose: "dns", count: 1}
		if !r.dst.Addr().IsValid() {
			return broken
		}
		u.add(r)
	case (w == "reply" || w == "cached") && f[2] == "is":
		host, _ := hostPort(f[1])
		u.names.answered(netip.Addr{}, address(f[3]), host)
		u.good++
	default:
		return other
	}
	return taken
}
