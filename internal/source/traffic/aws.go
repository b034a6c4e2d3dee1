package traffic

import (
	"net/netip"
	"strings"
)

// awsFlows is a VPC flow log with a line that names the columns, as S3 and the
// console give it.
var awsFlows = &medium{
	name: "an AWS VPC flow log",
	is:   func(h *head) bool { return h.line(func(l []byte) bool { return awsHeader(string(l)) }) },
	read: readAWS,
}

// awsFlowsBare is one without: its first fourteen columns are those of version 2.
var awsFlowsBare = &medium{
	name: "an AWS VPC flow log",
	is: func(h *head) bool {
		return h.line(func(l []byte) bool { return awsLine(strings.Fields(exported(l))) })
	},
	read: readAWS,
}

var awsColumns = strings.Fields("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status " +
	"vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path")

func awsHeader(l string) bool {
	f := strings.Fields(l)
	n := 0
	for _, c := range f {
		switch c {
		case "srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr", "bytes", "action", "interface-id", "log-status", "vpc-id", "account-id", "dstport", "start":
			n++
		}
	}
	return n >= 3 && n*4 >= len(f) && (strings.Contains(l, "srcaddr") || strings.Contains(l, "dstaddr"))
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
	columns := awsColumns
	return u.lines(func(l []byte) verdict {
		s := exported(l)
		if awsHeader(s) {
			columns = strings.Fields(s)
			return other
		}
		f := strings.Fields(s)
		if len(f) > 0 && strings.HasSuffix(f[0], "Z") && len(columns) > 0 && !moment(f[0]).IsZero() {
			f = f[1:] // the time that an export to S3 puts before
		}
		row := func(name string) string {
			for i, c := range columns {
				if c == name && i < len(f) && f[i] != "-" {
					return f[i]
				}
			}
			return ""
		}
		if len(f) < len(columns) && !(len(columns) == len(awsColumns) && awsLine(f)) {
			return broken
		}
		return u.awsRow(row)
	})
}

// exported is a line as CloudWatch gives it, which may be a member of an object.
func exported(l []byte) string {
	if l[0] == '{' {
		return text(get(l, "message"))
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
	src, dst := address(row("pkt-srcaddr")), address(row("pkt-dstaddr"))
	if !src.IsValid() {
		src = address(row("srcaddr"))
	}
	if !dst.IsValid() {
		dst = address(row("dstaddr"))
	}
	if !src.IsValid() || !dst.IsValid() {
		return broken
	}
	r := &record{blocked: row("action") == "REJECT"}
	r.seen(moment(row("start")))
	r.seen(moment(row("end")))
	r.oneWay(netip.AddrPortFrom(src, port(row("srcport"))), netip.AddrPortFrom(dst, port(row("dstport"))), row("tcp-flags"), row("bytes"))
	if cluster, service := row("ecs-cluster-name"), row("ecs-service-name"); cluster != "" && service != "" && !public(r.src.Addr()) {
		r.from = cluster + "/" + service
	} else if id := row("instance-id"); id != "" && !public(r.src.Addr()) && public(r.dst.Addr()) {
		r.from = id
	}
	if s := row("pkt-dst-aws-service"); s != "" && public(r.dst.Addr()) && r.dst.Addr() == dst {
		r.via = "an AWS VPC flow log, which says that the address is of " + s
	}
	u.add(r)
	return taken
}

// oneWay takes a record of one direction: who called is who sent the first
// packet, by the flags or else by who has the port of a service.
func (r *record) oneWay(src, dst netip.AddrPort, flags, bytes string) {
	n, ok := count([]byte(bytes))
	r.hasBytes = ok
	called := src.Port() == 0 || dst.Port() == 0 || !service(src.Port(), dst.Port())
	switch f, known := count([]byte(flags)); {
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
