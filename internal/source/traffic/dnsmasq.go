package traffic

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// dnsmasq is what dnsmasq writes with log-queries, alone or through syslog.
var dnsmasq = &medium{
	name: "dnsmasq's log", names: 1,
	is: func(h *head) bool {
		return h.line(func(l []byte) bool { _, ok := masqLine(string(l)); return ok })
	},
	read: func(u *unit) error {
		var held *question // a name that is asked for; the next line may say that it is refused
		ask := func() {
			if held != nil {
				u.ask(held)
				held = nil
			}
		}
		err := u.lines(func(l []byte) verdict {
			f, ok := masqLine(string(l))
			if !ok {
				return other
			}
			if held != nil {
				held.blocked = refuses(f, held.name)
				ask()
			}
			if kind, ok := strings.CutPrefix(f[0], "query["); ok && f[2] == "from" {
				held = &question{name: f[1], kind: strings.TrimSuffix(kind, "]"), client: netip.AddrPortFrom(logs.Address(f[3]), 0)}
				return taken
			}
			return u.masq(f)
		})
		ask()
		return err
	},
}

// refuses reports whether a line says that a list or the configuration answers
// for a name with nothing.
func refuses(f []string, name string) bool {
	switch f[0] {
	case "gravity", "regex", "exactly":
		return slices.Contains(f, name)
	case "config":
		return f[1] == name && (f[3] == "0.0.0.0" || f[3] == "::" || f[3] == "NXDOMAIN")
	}
	return false
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
	case w == "forwarded" && f[2] == "to":
		r := &record{dst: netip.AddrPortFrom(logs.Address(f[3]), 53), purpose: "dns", count: 1}
		if !r.dst.Addr().IsValid() {
			return broken
		}
		u.add(r)
	case (w == "reply" || w == "cached") && f[2] == "is":
		host, _ := hostPort(f[1])
		u.names.answered(netip.Addr{}, logs.Address(f[3]), host)
		u.good++
	default:
		return other
	}
	return taken
}
