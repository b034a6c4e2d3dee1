package traffic

import (
	"bytes"
	"net/netip"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// Logs of Zeek's in columns and as JSON: conn.log, ssl.log, http.log and dns.log
// tell of traffic, others are none of ours. The last three name the connections
// of the first, which is therefore read after them.
var (
	zeekTSV      = &medium{name: "a log of Zeek's", names: 1, is: zeekColumns(false), read: readZeekTSV}
	zeekConn     = &medium{name: "Zeek's conn.log", is: zeekColumns(true), read: readZeekTSV}
	zeekJSON     = &medium{name: "a log of Zeek's as JSON", names: 1, is: zeekMembers(false), read: readZeekJSON}
	zeekConnJSON = &medium{name: "Zeek's conn.log as JSON", is: zeekMembers(true), read: readZeekJSON}
)

func zeekColumns(conn bool) func(h *head) bool {
	return func(h *head) bool {
		return h.line(func(l []byte) bool {
			return bytes.HasPrefix(l, []byte("#fields\t")) && zeekIs(fieldsOf(l), conn)
		})
	}
}

func zeekMembers(conn bool) func(h *head) bool {
	return func(h *head) bool { return h.any(func(v []byte) bool { return zeekIs(namesOf(v), conn) }) }
}

func zeekIs(columns []string, conn bool) bool {
	log := zeekLog(columns)
	return log != "" && (log == "conn") == conn
}

func readZeekTSV(u *unit) error {
	var columns []string
	log := ""
	return u.lines(func(l []byte) verdict {
		if l[0] == '#' {
			if bytes.HasPrefix(l, []byte("#fields\t")) {
				columns = fieldsOf(l)
				log = zeekLog(columns)
			}
			return other
		}
		f := strings.Split(string(l), "\t")
		if log == "" {
			return other
		}
		if len(f) != len(columns) {
			return broken
		}
		return u.zeek(log, func(name string) string {
			for i, c := range columns {
				if c == name && f[i] != "-" && f[i] != "(empty)" {
					return f[i]
				}
			}
			return ""
		}, func(list string) []string { return strings.Split(list, ",") })
	})
}

func readZeekJSON(u *unit) error {
	return u.values(func(v []byte) verdict {
		if v[0] != '{' {
			return other
		}
		row := map[string][]byte{}
		if !logs.Members(v, func(n, val []byte) { row[string(n)] = val }) {
			return broken
		}
		names := make([]string, 0, len(row))
		for n := range row {
			names = append(names, n)
		}
		log := zeekLog(names)
		if log == "" {
			return other
		}
		return u.zeek(log, func(name string) string {
			if val := row[name]; len(val) > 0 && val[0] == '[' {
				return string(val)
			}
			return logs.Text(row[name])
		}, func(list string) []string {
			var out []string
			logs.Elements([]byte(list), func(e []byte) { out = append(out, logs.Text(e)) })
			return out
		})
	})
}

func fieldsOf(l []byte) []string { return strings.Split(strings.TrimSpace(string(l)), "\t")[1:] }

func namesOf(v []byte) []string {
	var out []string
	logs.Members(v, func(n, _ []byte) { out = append(out, string(n)) })
	return out
}

// zeekLog tells which log has these columns.
func zeekLog(columns []string) string {
	var ends, conn, ssl, http, dns int
	for _, c := range columns {
		switch c {
		case "id.orig_h", "id.resp_h", "uid":
			ends++
		case "conn_state", "history", "missed_bytes":
			conn++
		case "cipher", "curve", "server_name", "resumed":
			ssl++
		case "request_body_len", "response_body_len", "status_code":
			http++
		case "qclass", "query", "trans_id", "qtype_name":
			dns++
		}
	}
	switch {
	case ends < 3:
		return ""
	case conn >= 1:
		return "conn"
	case http >= 2:
		return "http"
	case dns >= 2:
		return "dns"
	case ssl >= 1:
		return "ssl"
	}
	return ""
}

func (u *unit) zeek(log string, row func(string) string, list func(string) []string) verdict {
	src, dst := logs.Address(row("id.orig_h")), logs.Address(row("id.resp_h"))
	if !src.IsValid() || !dst.IsValid() {
		return broken
	}
	r := &record{log: log, src: netip.AddrPortFrom(src, port(row("id.orig_p"))), dst: netip.AddrPortFrom(dst, port(row("id.resp_p"))), count: 1, uid: row("uid")}
	if row("proto") == "icmp" {
		r.src, r.dst = netip.AddrPortFrom(src, 0), netip.AddrPortFrom(dst, 0) // types of messages stand where others have ports
	}
	r.seen(logs.Moment(row("ts")))
	switch log {
	case "conn":
		r.bytes([]byte(row("orig_bytes")), []byte(row("resp_bytes")))
		r.blocked = row("conn_state") == "REJ"
		if row("local_orig") == "F" || row("local_orig") == "false" {
			r.inbound = row("local_resp") == "T" || row("local_resp") == "true"
		}
		if m := row("missed_bytes"); m != "" && m != "0" {
			r.incomplete = "Zeek missed bytes of connections"
		}
	case "ssl":
		r.hosts[0], _ = hostPort(row("server_name"))
		u.names.connected(r.uid, r.hosts[0])
	case "http":
		r.hosts[0], _ = hostPort(row("host"))
		r.bytes([]byte(row("request_body_len")), []byte(row("response_body_len")))
		u.names.connected(r.uid, r.hosts[0])
	case "dns":
		r.purpose = "dns"
		host, _ := hostPort(row("query"))
		for _, a := range list(row("answers")) {
			u.names.answered(src, logs.Address(a), host)
		}
		u.ask(&question{client: r.src, name: row("query"), kind: row("qtype_name"), code: row("rcode_name"), at: r.first,
			blocked: row("rejected") == "T" || row("rejected") == "true"})
		u.good--
	}
	u.add(r)
	return taken
}
