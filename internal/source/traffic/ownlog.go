package traffic

import (
	"net/netip"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// ownLog is bailiwick/flow/v1, see docs/spec/traffic.md: what our gateway writes,
// and what anybody else can.
var ownLog = &medium{
	name: "a log of bailiwick/flow/v1",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool { return has(v, "time", "from", "to", "decision") })
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			var to, decision, name string
			var p, sent, received []byte
			r := &record{count: 1}
			if !members(v, func(n, val []byte) {
				switch string(n) {
				case "time":
					r.seen(moment(text(val)))
				case "from":
					r.from = text(val)
				case "to":
					to = text(val)
				case "port":
					p = val
				case "decision":
					decision = text(val)
				case "sent":
					sent = val
				case "received":
					received = val
				case "name":
					name = text(val)
				case "class":
					r.class = graph.ClassID(text(val))
				case "purpose":
					r.purpose = text(val)
				}
			}) || decision == "" {
				return broken
			}
			var host string
			host, r.dst = hostPort(to)
			if n, ok := number(p); ok && n <= 65535 {
				r.dst = netip.AddrPortFrom(r.dst.Addr(), uint16(n))
			}
			alias, answered := hostPort(name)
			if answered.Addr().IsValid() && !r.dst.Addr().IsValid() {
				r.dst = netip.AddrPortFrom(answered.Addr(), r.dst.Port())
			}
			r.hosts = [3]string{host, alias}
			r.blocked = decision != "allow"
			r.bytes(sent, received)
			u.add(r)
			return taken
		})
	},
}

// bytes takes two numbers; what is not written is not known.
func (r *record) bytes(sent, received []byte) {
	s, ok := number(sent)
	g, ok2 := number(received)
	r.sent, r.received, r.hasBytes = s, g, ok || ok2
}
