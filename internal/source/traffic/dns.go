package traffic

import (
	"net/netip"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// A question is a name that somebody looked up. That is no traffic to who is
// called so: nothing may follow. It tells what a caller knows, and names
// addresses that other logs have.
type question struct {
	from    string
	client  netip.AddrPort
	name    string
	kind    string // A, AAAA, PTR …
	code    string // NOERROR, NXDOMAIN …; "" when it is not known
	blocked bool   // a resolver refused to answer
	at      time.Time
}

// ask takes a question.
func (u *unit) ask(q *question) {
	host, _ := hostPort(q.name)
	switch q.kind {
	case "A", "AAAA", "HTTPS", "SVCB", "CNAME":
	default:
		u.good++
		return // who answers to a name is not asked
	}
	if q.code == "NXDOMAIN" && !q.blocked || q.code == "SERVFAIL" || host == "" {
		u.good++
		return // there is nobody of that name
	}
	r := &record{from: q.from, src: q.client, hosts: [3]string{host}, lookup: true, blocked: q.blocked || q.code == "REFUSED"}
	r.seen(q.at)
	if r.blocked {
		r.count = 1
	}
	u.add(r)
}

// coreDNS is what the log plugin of CoreDNS writes by default.
var coreDNS = &medium{
	name: "CoreDNS' log", names: 1,
	is: func(h *head) bool {
		return h.line(func(l []byte) bool { _, ok := coreLine(string(l)); return ok })
	},
	read: func(u *unit) error {
		return u.lines(func(l []byte) verdict {
			q, ok := coreLine(string(l))
			if !ok {
				return other // CoreDNS writes its own doings between them
			}
			u.ask(&q)
			return taken
		})
	},
}

// coreLine reads
//
//	[INFO] 10.0.0.1:50759 - 29008 "A IN example.org. udp 41 false 4096" NOERROR qr,rd,ra 68 0.03s
func coreLine(l string) (q question, ok bool) {
	before, rest, ok := strings.Cut(l, `"`)
	asked, after, ok2 := strings.Cut(rest, `"`)
	if !ok || !ok2 {
		return q, false
	}
	b, a, c := strings.Fields(before), strings.Fields(asked), strings.Fields(after)
	if len(b) < 3 || len(a) < 7 || len(c) < 3 || a[1] != "IN" && a[1] != "CH" && a[1] != "HS" || a[3] != "udp" && a[3] != "tcp" {
		return q, false
	}
	if b[len(b)-2] != "-" || !digits(b[len(b)-1]) {
		return q, false
	}
	_, q.client = hostPort(b[len(b)-3])
	if !q.client.Addr().IsValid() {
		return q, false
	}
	q.kind, q.name, q.code = a[0], a[2], c[0]
	q.at = logs.Moment(b[0])
	return q, true
}

// route53 is the query log of Route 53 Resolver.
var route53 = &medium{
	name: "the query log of Route 53 Resolver", names: 1,
	is: func(h *head) bool {
		return h.any(func(v []byte) bool { return logs.Has(v, "query_name", "query_type", "rcode", "srcaddr") })
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			var q question
			var client, answers []byte
			var sport string
			if !logs.Members(v, func(n, val []byte) {
				switch string(n) {
				case "query_timestamp":
					q.at = logs.Moment(logs.Text(val))
				case "query_name":
					q.name = logs.Text(val)
				case "query_type":
					q.kind = logs.Text(val)
				case "rcode":
					q.code = logs.Text(val)
				case "srcaddr":
					client = val
				case "srcport":
					sport = logs.Text(val)
				case "srcids":
					q.from = logs.Text(logs.Get(val, "instance"))
				case "firewall_rule_action":
					q.blocked = logs.Text(val) == "BLOCK"
				case "answers":
					answers = val
				}
			}) || q.name == "" {
				return broken
			}
			q.client = netip.AddrPortFrom(logs.Address(logs.Text(client)), port(sport))
			host, _ := hostPort(q.name)
			logs.Elements(answers, func(a []byte) {
				u.names.answered(q.client.Addr(), logs.Address(logs.Text(logs.Get(a, "Rdata"))), host)
			})
			u.ask(&q)
			return taken
		})
	},
}
