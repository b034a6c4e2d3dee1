package traffic

import (
	"net/netip"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// nginxJSON is an access log of nginx as JSON whose members are called as the
// variables of nginx are: such a log says itself what it holds. Who calls nginx is
// inbound, and no record of ours; whom nginx calls is a flow.
var nginxJSON = &medium{
	name: "an access log of nginx as JSON",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool { return logs.Has(v, "upstream_addr", "status") && logs.Has(v, "remote_addr") })
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			row := map[string]string{}
			if !logs.Members(v, func(n, val []byte) { row[string(n)] = logs.Text(val) }) {
				return broken
			}
			if _, ok := row["upstream_addr"]; !ok {
				return other // nginx answered by itself, or it is a log of something else
			}
			return u.nginx(row)
		})
	},
}

// nginx takes a request apart into the servers that were tried, which stand in one
// list: "10.0.0.1:80, 203.0.113.7:80 : 10.0.0.3:80".
func (u *unit) nginx(row map[string]string) verdict {
	tried := upstreams(row["upstream_addr"])
	sent, received := upstreams(row["upstream_bytes_sent"]), upstreams(row["upstream_bytes_received"])
	if len(tried) == 0 {
		u.good++
		return taken
	}
	host, _ := hostPort(row["proxy_host"])
	for i, t := range tried {
		r := &record{src: netip.AddrPortFrom(logs.Address(row["server_addr"]), 0), count: 1}
		for _, name := range []string{"time_iso8601", "msec", "@timestamp", "timestamp", "time_local"} {
			r.seen(logs.Moment(row[name]))
		}
		named, at := hostPort(t)
		if named == "" && !at.Addr().IsValid() {
			if strings.HasPrefix(t, "unix:") {
				continue
			}
			return broken
		}
		r.hosts, r.dst = [3]string{named, host}, at
		if i < len(sent) && i < len(received) {
			r.bytes([]byte(sent[i]), []byte(received[i]))
		}
		u.add(r)
	}
	return taken
}

// upstreams are the elements of a variable of nginx's that has one value for each
// server that was tried.
func upstreams(s string) []string {
	var out []string
	for f := range strings.SplitSeq(strings.ReplaceAll(s, " : ", ", "), ", ") {
		if f = strings.TrimSpace(f); f != "" && f != "-" {
			out = append(out, f)
		}
	}
	return out
}
