package traffic

import (
	"net/netip"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// ownLog is bailiwick/flow/v1, see docs/spec/traffic.md: what our gateway writes,
// and what anybody else can.
var ownLog = &medium{
	name: "a log of bailiwick/flow/v1",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool { return logs.Has(v, "time", "from", "to", "decision") })
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			var to, decision, name string
			var p, sent, received []byte
			r := &record{count: 1}
			if !logs.Members(v, func(n, val []byte) {
				switch string(n) {
				case "time":
					r.seen(logs.Moment(logs.Text(val)))
				case "from":
					r.from = logs.Text(val)
				case "to":
					to = logs.Text(val)
				case "port":
					p = val
				case "decision":
					decision = logs.Text(val)
				case "sent":
					sent = val
				case "received":
					received = val
				case "name":
					name = logs.Text(val)
				case "class":
					r.class = graph.ClassID(logs.Text(val))
				case "purpose":
					r.purpose = logs.Text(val)
				}
			}) || decision == "" {
				return broken
			}
			var host string
			host, r.dst = hostPort(to)
			if n, ok := logs.Number(p); ok && n <= 65535 {
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
	s, ok := logs.Number(sent)
	g, ok2 := logs.Number(received)
	r.sent, r.received, r.hasBytes = s, g, ok || ok2
}
