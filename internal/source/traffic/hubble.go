package traffic

import (
	"net/netip"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// hubble is the flows of Cilium's Hubble as its exporter and its client write
// them. They have no bytes: a flow is a packet, seen at a place.
var hubble = &medium{
	name: "Hubble's flows",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			return isHubble(logs.Get(v, "flow")) || isHubble(v) || logs.Get(v, "lost_events", "num_events_lost") != nil
		})
	},
	read: func(u *unit) error {
		packets := tuples{}
		return u.values(func(v []byte) verdict { return u.hubble(v, packets) })
	},
}

func isHubble(v []byte) bool {
	return logs.Has(v, "IP", "verdict") && logs.Has(v, "traffic_direction") || logs.Has(v, "IP", "verdict", "l4")
}

func (u *unit) hubble(v []byte, packets tuples) verdict {
	var flow, lost []byte
	if !logs.Members(v, func(n, val []byte) {
		switch string(n) {
		case "flow":
			flow = val
		case "lost_events":
			lost = val
		}
	}) {
		return broken
	}
	switch {
	case lost != nil:
		n, _ := logs.Number(logs.Get(lost, "num_events_lost"))
		u.lostEvents = logs.Plus(u.lostEvents, max(n, 1))
		return other
	case flow == nil && isHubble(v):
		flow = v
	case flow == nil:
		return other
	}
	var f packet
	if !f.read(flow) || f.verdict == "" {
		return broken
	}
	if f.verdict == "TRACED" || f.verdict == "TRANSLATED" {
		return other // what the socket layer will do: the packet itself follows
	}
	if f.reply {
		f.learn(u)
		u.good++
		return taken // it goes back: the one who called is the other
	}
	r := f.record()
	if packets.again(r) && !r.blocked {
		r.count = 0 // the same connection, at another place or later
	}
	u.add(r)
	return taken
}

// A packet is a flow in Hubble's sense.
type packet struct {
	time, verdict, src, dst, sport, dport string
	reply, dns                            bool
	source, destination, names, l7        []byte
}

func (f *packet) read(v []byte) bool {
	return logs.Members(v, func(n, val []byte) {
		switch string(n) {
		case "time":
			f.time = logs.Text(val)
		case "verdict":
			f.verdict = logs.Text(val)
		case "IP":
			logs.Members(val, func(n, val []byte) {
				switch string(n) {
				case "source":
					f.src = logs.Text(val)
				case "destination":
					f.dst = logs.Text(val)
				}
			})
		case "l4":
			logs.Members(val, func(_, val []byte) {
				logs.Members(val, func(n, val []byte) {
					switch string(n) {
					case "source_port":
						f.sport = logs.Text(val)
					case "destination_port":
						f.dport = logs.Text(val)
					}
				})
			})
		case "is_reply", "reply":
			f.reply = f.reply || string(val) == "true"
		case "source":
			f.source = val
		case "destination":
			f.destination = val
		case "destination_names":
			f.names = val
		case "l7":
			f.l7 = val
		}
	})
}

func (f *packet) record() *record {
	r := &record{from: endpoint(f.source), workload: endpoint(f.destination), count: 1, blocked: f.verdict == "DROPPED" || f.verdict == "ERROR"}
	r.seen(logs.Moment(f.time))
	r.src = netip.AddrPortFrom(logs.Address(f.src), port(f.sport))
	r.dst = netip.AddrPortFrom(logs.Address(f.dst), port(f.dport))
	i := 0
	logs.Elements(f.names, func(v []byte) {
		if h, _ := hostPort(logs.Text(v)); i < 2 && h != "" {
			r.hosts[i] = h
			i++
		}
	})
	if url := logs.Text(logs.Get(f.l7, "http", "url")); url != "" {
		if _, rest, ok := strings.Cut(url, "://"); ok {
			host, _, _ := strings.Cut(rest, "/")
			r.hosts[2], _ = hostPort(host)
		}
	}
	return r
}

// learn takes the answer of a resolver.
func (f *packet) learn(u *unit) {
	if dns := logs.Get(f.l7, "dns"); dns != nil {
		host, _ := hostPort(logs.Text(logs.Get(dns, "query")))
		logs.Elements(logs.Get(dns, "ips"), func(v []byte) { u.names.answered(logs.Address(f.dst), logs.Address(logs.Text(v)), host) })
	}
}

// endpoint is the workload at one end: namespace and name; "" for what is no pod.
func endpoint(v []byte) string {
	var ns, pod, name string
	logs.Members(v, func(n, val []byte) {
		switch string(n) {
		case "namespace":
			ns = logs.Text(val)
		case "pod_name":
			pod = logs.Text(val)
		case "workloads":
			name = logs.Text(logs.Get(val, "name"))
		}
	})
	if name == "" && pod != "" {
		name = owner(pod)
	}
	if ns == "" || name == "" {
		return ""
	}
	return ns + "/" + name
}

// tuples are the connections that were counted.
type tuples map[[2]netip.AddrPort]struct{}

const maxTuples = 500_000

func (t tuples) again(r *record) bool {
	k := [2]netip.AddrPort{r.src, r.dst}
	if _, ok := t[k]; ok {
		return true
	}
	if len(t) >= maxTuples {
		clear(t)
	}
	t[k] = struct{}{}
	return false
}
