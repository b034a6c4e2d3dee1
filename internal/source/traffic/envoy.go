package traffic

import (
	"net/netip"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// envoyJSON is the access log of Envoy in the JSON of Istio's defaults, alone or
// as a log collector wraps it.
var envoyJSON = &medium{
	name: "an Envoy access log",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool { return isEnvoy(v) || isEnvoy(wrapped(v)) })
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			var e access
			if !e.json(v) {
				return broken
			}
			if !e.known() {
				if in := wrapped(v); in != nil && e.json(in) && e.known() {
					e.workload(v)
				} else {
					return other
				}
			}
			u.add(e.record())
			return taken
		})
	},
}

func isEnvoy(v []byte) bool {
	n := 0
	logs.Members(v, func(name, _ []byte) {
		switch string(name) {
		case "upstream_cluster", "upstream_host", "response_flags", "bytes_received", "downstream_remote_address":
			n++
		}
	})
	return n >= 3
}

// wrapped is the line that a log collector put into an object of its own.
func wrapped(v []byte) []byte {
	for _, name := range []string{"log", "message", "msg", "line"} {
		if in := logs.Get(v, name); len(in) > 0 && in[0] == '"' {
			if t := strings.TrimSpace(logs.Text(in)); strings.HasPrefix(t, "{") {
				return []byte(t)
			}
		} else if len(in) > 0 && in[0] == '{' {
			return in
		}
	}
	return nil
}

// An access is one line of an access log of Envoy's. From its view, bytes_received
// is the body of the request, which goes out, and bytes_sent that of the answer.
type access struct {
	start, authority, sni, cluster, upstream, own, local, remote, flags, details, forwarded, route string
	code, sent, received                                                                           string
	wireSent, wireReceived                                                                         string
	from                                                                                           string
	fields                                                                                         int
}

func (e *access) json(v []byte) bool {
	return logs.Members(v, func(name, val []byte) {
		if f := e.field(string(name)); f != nil {
			if *f = logs.Text(val); *f == "-" {
				*f = ""
			}
			e.fields++
		}
	})
}

func (e *access) field(name string) *string {
	switch name {
	case "start_time":
		return &e.start
	case "authority", ":authority", "host":
		return &e.authority
	case "requested_server_name":
		return &e.sni
	case "upstream_cluster":
		return &e.cluster
	case "upstream_host", "upstream_remote_address":
		return &e.upstream
	case "upstream_local_address":
		return &e.own
	case "downstream_local_address":
		return &e.local
	case "downstream_remote_address", "downstream_direct_remote_address":
		return &e.remote
	case "response_flags":
		return &e.flags
	case "response_code_details":
		return &e.details
	case "route_name":
		return &e.route
	case "x_forwarded_for":
		return &e.forwarded
	case "response_code":
		return &e.code
	case "bytes_received":
		return &e.received
	case "bytes_sent":
		return &e.sent
	case "upstream_wire_bytes_sent":
		return &e.wireSent
	case "upstream_wire_bytes_received":
		return &e.wireReceived
	}
	return nil
}

// known reports whether enough is there for a line of an access log.
func (e *access) known() bool { return e.fields >= 3 }

// workload takes from the wrapping of a collector whose log it is.
func (e *access) workload(v []byte) {
	ns, pod := logs.Text(logs.Get(v, "kubernetes", "namespace_name")), logs.Text(logs.Get(v, "kubernetes", "pod_name"))
	if ns != "" && pod != "" {
		e.from = ns + "/" + owner(pod)
	}
}

func (e *access) record() *record {
	r := &record{from: e.from, count: 1}
	r.seen(logs.Moment(e.start))
	_, r.src = hostPort(e.remote)
	authority, _ := hostPort(e.authority)
	sni, _ := hostPort(e.sni)
	cluster, port, inbound := clusterHost(e.cluster)
	var up string
	up, r.dst = hostPort(e.upstream)
	direct := strings.Contains(cluster, "egress") || e.cluster == "" // an egress gateway is only on the way
	if !direct && !public(r.dst.Addr()) && cluster != "" && !outside(cluster) {
		authority, sni = "", "" // what an ingress is called by is our own name
	}
	r.hosts = [3]string{cluster, authority, sni}
	if !outside(cluster) {
		r.hosts = [3]string{authority, sni, up}
	}
	if r.host() == "" && !r.dst.Addr().IsValid() {
		_, r.dst = hostPort(e.local) // where the caller wanted to go, when nobody let it
	}
	if port != 0 {
		r.dst = netip.AddrPortFrom(r.dst.Addr(), port)
	}
	r.inbound = inbound || r.dst.Addr().IsLoopback() || e.comesIn(r)
	if public(r.src.Addr()) && !r.inbound {
		e.asGateway(r)
	}
	r.blocked = e.blocked()
	r.failed = strings.Contains(e.flags, "UF") || strings.Contains(e.flags, "UH")
	e.bytes(r)
	return r
}

// asGateway makes the proxy the caller: somebody outside asked it, and it asks
// somebody outside.
func (e *access) asGateway(r *record) {
	for _, own := range []string{e.own, e.local} {
		if _, a := hostPort(own); a.Addr().IsValid() && !public(a.Addr()) {
			r.src = a
			return
		}
	}
}

// comesIn reports whether somebody outside called.
func (e *access) comesIn(r *record) bool {
	if public(r.src.Addr()) {
		return !public(r.dst.Addr())
	}
	client, _, _ := strings.Cut(e.forwarded, ",")
	return public(logs.Address(strings.TrimSpace(client))) && !public(r.dst.Addr())
}

// blocked reports whether the mesh or the proxy refused it.
func (e *access) blocked() bool {
	if e.cluster == "BlackHoleCluster" || e.route == "block_all" || strings.HasPrefix(e.details, "rbac_access_denied") || strings.HasPrefix(e.details, "ext_authz_denied") {
		return true
	}
	for f := range strings.SplitSeq(e.flags, ",") {
		switch f {
		case "NR", "NC", "UAEX", "RL": // no route, no cluster, not authorised, over a limit
			return true
		}
	}
	return false
}

func (e *access) bytes(r *record) {
	sent, ok := logs.Count([]byte(e.wireSent))
	received, ok2 := logs.Count([]byte(e.wireReceived))
	if !ok && !ok2 {
		sent, ok = logs.Count([]byte(e.received))
		received, ok2 = logs.Count([]byte(e.sent))
	}
	r.sent, r.received, r.hasBytes = sent, received, ok || ok2
}

// clusterHost takes Istio's names of clusters apart: "outbound|443||host".
func clusterHost(cluster string) (host string, port uint16, inbound bool) {
	direction, rest, ok := strings.Cut(cluster, "|")
	if !ok {
		host, ap := hostPort(cluster)
		if !strings.Contains(host, ".") {
			return "", 0, false
		}
		return host, ap.Port(), false
	}
	p, rest, _ := strings.Cut(rest, "|")
	_, host, _ = strings.Cut(rest, "|")
	n, _ := logs.Count([]byte(p))
	if n > 65535 {
		n = 0
	}
	return strings.ToLower(host), uint16(n), strings.HasPrefix(direction, "inbound")
}

// owner is the workload that a pod belongs to, by how controllers name pods:
// deployments add two parts, sets one; anything else is the pod itself.
func owner(pod string) string {
	parts := strings.Split(pod, "-")
	n := len(parts)
	switch {
	case n > 2 && made(parts[n-1], 5) && hash(parts[n-2]):
		return strings.Join(parts[:n-2], "-")
	case n > 1 && made(parts[n-1], 5):
		return strings.Join(parts[:n-1], "-")
	case n > 1 && digits(parts[n-1]):
		return strings.Join(parts[:n-1], "-")
	}
	return pod
}

// made reports whether a part is one that Kubernetes draws: five letters of an
// alphabet without vowels.
func made(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "bcdfghjklmnpqrstvwxz2456789") == ""
}

func hash(s string) bool {
	return len(s) >= 6 && len(s) <= 10 && strings.Trim(s, "bcdfghjklmnpqrstvwxz2456789") == "" || len(s) >= 8 && len(s) <= 10 && digits(s)
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
