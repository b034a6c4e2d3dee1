package traffic

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// awsFlows is a VPC flow log with a line that names the columns, as S3 and the
// console give it.
var awsFlows = &medium{
	name: "a flow log of AWS",
	is:   func(h *head) bool { return h.line(func(l []byte) bool { return awsHeader(string(l)) != nil }) },
	read: readAWS,
}

// awsFlowsBare is one without: its columns are those of the default, of a VPC or of
// a transit gateway.
var awsFlowsBare = &medium{
	name: "a flow log of AWS",
	is: func(h *head) bool {
		return h.line(func(l []byte) bool { return awsBare(strings.Fields(exported(l))) != nil })
	},
	read: readAWS,
}

var awsColumns = strings.Fields("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status " +
	"vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path")

// awsTransit are the columns of a flow log of a transit gateway, which has another
// default than that of a VPC.
var awsTransit = strings.Fields("version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id " +
	"tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status " +
	"type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region flow-direction pkt-src-aws-service pkt-dst-aws-service")

// awsHeader is the names of columns in the order that somebody chose, where a line
// is such a list; nil where it is none. What converts files writes _ for -, which names have between words.
func awsHeader(l string) []string {
	if !strings.Contains(l, "srcaddr") && !strings.Contains(l, "dstaddr") {
		return nil
	}
	f := strings.Fields(strings.ReplaceAll(l, "_", "-"))
	named := 0
	for _, c := range f {
		if slices.Contains(awsColumns, c) || slices.Contains(awsTransit, c) {
			named++
		}
	}
	if named < 3 || named*2 < len(f) { // versions to come have further ones
		return nil
	}
	return f
}

// awsBare is which default a line without names of columns has.
func awsBare(f []string) []string {
	switch {
	case awsLine(f):
		return awsColumns
	case len(f) >= len(awsTransit) && digits(f[0]) && f[1] == "TransitGateway" && strings.HasPrefix(f[3], "tgw-"):
		return awsTransit
	}
	return nil
}

// awsLine reports whether columns are those of version 2.
func awsLine(f []string) bool {
	if len(f) < 14 || !digits(f[0]) || len(f[0]) > 2 || len(f[1]) != 12 || !digits(f[1]) || f[2] != "-" && !strings.HasPrefix(f[2], "eni-") {
		return false
	}
	status := f[13]
	return status == "OK" || status == "NODATA" || status == "SKIPDATA"
}

func readAWS(u *unit) error {
	var named []string
	return u.lines(func(l []byte) verdict {
		s := exported(l)
		if h := awsHeader(s); h != nil {
			named = h
			return other
		}
		f := strings.Fields(s)
		if len(f) > 0 && strings.HasSuffix(f[0], "Z") && !logs.Moment(f[0]).IsZero() {
			f = f[1:] // the time that an export to S3 puts before
		}
		columns := named
		if columns == nil || len(f) < len(columns) {
			columns = awsBare(f)
		}
		if columns == nil {
			return broken
		}
		row := func(name string) string {
			for i, c := range columns {
				if c == name && i < len(f) && f[i] != "-" {
					return f[i]
				}
			}
			return ""
		}
		return u.awsRow(row)
	})
}

// exported is a line as CloudWatch gives it, which may be a member of an object.
func exported(l []byte) string {
	if l[0] == '{' {
		return logs.Text(logs.Get(l, "message"))
	}
	return string(l)
}

func (u *unit) awsRow(row func(string) string) verdict {
	switch row("log-status") {
	case "NODATA":
		return other
	case "SKIPDATA":
		u.loses("AWS skipped records while it captured")
		return other
	}
	src, dst := logs.Address(row("pkt-srcaddr")), logs.Address(row("pkt-dstaddr"))
	if !src.IsValid() {
		src = logs.Address(row("srcaddr"))
	}
	if !dst.IsValid() {
		dst = logs.Address(row("dstaddr"))
	}
	if !src.IsValid() || !dst.IsValid() {
		return broken
	}
	r := &record{blocked: row("action") == "REJECT" || lost(row)}
	r.seen(logs.Moment(row("start")))
	r.seen(logs.Moment(row("end")))
	r.oneWay(netip.AddrPortFrom(src, port(row("srcport"))), netip.AddrPortFrom(dst, port(row("dstport"))), row("tcp-flags"), row("bytes"))
	if cluster, service := row("ecs-cluster-name"), row("ecs-service-name"); cluster != "" && service != "" && !public(r.src.Addr()) {
		r.from = cluster + "/" + service
	} else if id := row("instance-id"); id != "" && !public(r.src.Addr()) && public(r.dst.Addr()) {
		r.from = id
	}
	if s := row("pkt-dst-aws-service"); s != "" && public(r.dst.Addr()) && r.dst.Addr() == dst {
		r.via = "a flow log of AWS, which says that the address is of " + s
	}
	u.add(r)
	return taken
}

// lost reports whether a transit gateway dropped all that it got, for want of a route
// or because a route says so.
func lost(row func(string) string) bool {
	all, ok := logs.Count([]byte(row("packets")))
	none, _ := logs.Count([]byte(row("packets-lost-no-route")))
	dropped, _ := logs.Count([]byte(row("packets-lost-blackhole")))
	return ok && all > 0 && logs.Plus(none, dropped) >= all
}

// oneWay takes a record of one direction: who called is who sent the first
// packet, by the flags or else by who has the port of a service.
func (r *record) oneWay(src, dst netip.AddrPort, flags, bytes string) {
	n, ok := logs.Count([]byte(bytes))
	r.hasBytes = ok
	called := src.Port() == 0 || dst.Port() == 0 || !service(src.Port(), dst.Port())
	switch f, known := logs.Count([]byte(flags)); {
	case known && f&2 != 0:
		called = f&16 == 0 // SYN alone, or SYN with ACK, which answers
	}
	if called {
		r.src, r.dst, r.sent, r.count = src, dst, n, 1
	} else {
		r.src, r.dst, r.received = dst, src, n
	}
}

// service reports whether the first of two ports is rather that of a service: the
// smaller one, unless both are of the range that systems draw from.
func service(a, b uint16) bool { return a < b && a < 32768 }
