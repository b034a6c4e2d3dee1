package traffic

import (
	"math"
	"net/netip"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// A sample is one value of one series of Prometheus'.
type sample struct {
	name   string
	labels map[string]string
	id     string // name and labels as they are written, to know the series again
	value  float64
	at     time.Time
}

// What a metric counts.
type what byte

const (
	calls what = iota + 1
	bytesOut
	bytesIn
	nothingKnown
)

// metrics are the counters that name a destination. Istio's two TCP counters are
// named from the view of the server's side of the proxy: what a workload sends
// is what the proxy received (istio#32399).
var metrics = map[string]what{
	"istio_requests_total": calls, "istio_request_bytes_sum": bytesOut, "istio_response_bytes_sum": bytesIn,
	"istio_tcp_connections_opened_total": calls, "istio_tcp_received_bytes_total": bytesOut, "istio_tcp_sent_bytes_total": bytesIn,
	"response_total": calls, "tcp_write_bytes_total": bytesOut, "tcp_read_bytes_total": bytesIn,
	"outbound_http_route_request_statuses_total": calls,
	"hubble_flows_to_world_total":                calls,
	"envoy_cluster_upstream_rq_total":            calls, "envoy_cluster_upstream_cx_tx_bytes_total": bytesOut, "envoy_cluster_upstream_cx_rx_bytes_total": bytesIn,
}

// counts reports whether a series is one of ours: some names are so general
// that only the labels tell.
func counts(name string, has func(label string) bool) bool {
	switch name {
	case "response_total", "tcp_write_bytes_total", "tcp_read_bytes_total":
		return has("direction")
	case "":
		return has("source_workload") && has("destination_service")
	}
	return metrics[name] != 0
}

// take adds a series up. A counter that was read before counts for what it grew.
func (u *unit) take(s *sample) verdict {
	if math.IsNaN(s.value) || s.value < 0 {
		return other
	}
	if !counts(s.name, func(l string) bool { _, ok := s.labels[l]; return ok }) {
		return other
	}
	grown := s.value
	if s.name != "" && len(u.series) < maxFlows {
		old := u.series[s.id]
		grown = max(0, s.value-old)
		u.series[s.id] = max(old, s.value)
	}
	r := u.seriesRecord(s)
	if r == nil {
		u.good++
		return taken // the other end, or the way in
	}
	r.seen(s.at)
	n := int64(min(grown, logs.MaxCount))
	switch metrics[s.name] {
	case calls:
		r.count = n
		if n == 0 {
			u.good++
			return taken // a counter that nobody has counted with
		}
	case bytesOut:
		r.sent, r.hasBytes = n, true
	case bytesIn:
		r.received, r.hasBytes = n, true
	default:
		if s.value == 0 {
			u.good++
			return taken
		}
		r.incomplete = "the query does not name the metric: that there was traffic is known, and not how much"
	}
	if n == 0 && r.hasBytes {
		r.hasBytes = false
	}
	u.add(r)
	return taken
}

// seriesRecord makes a record of the labels; nil where they are of the other end.
func (u *unit) seriesRecord(s *sample) *record {
	l := s.labels
	switch {
	case strings.HasPrefix(s.name, "hubble_"):
		return hubbleSeries(l)
	case strings.HasPrefix(s.name, "envoy_"):
		return envoySeries(l)
	case strings.HasPrefix(s.name, "outbound_"):
		r := &record{from: scraped(l)}
		r.hosts[0], r.dst = hostPort(l["hostname"])
		r.blocked = l["error"] == "FORBIDDEN"
		return r
	case s.name != "" && !strings.HasPrefix(s.name, "istio_"):
		return linkerdSeries(l)
	}
	return istioSeries(l)
}

func istioSeries(l map[string]string) *record {
	if l["reporter"] == "destination" {
		return nil // the source has counted it
	}
	r := &record{from: workload(l["source_workload_namespace"], l["source_workload"]), workload: workload(l["destination_workload_namespace"], l["destination_workload"])}
	r.hosts[0], r.dst = hostPort(known(l["destination_service"]))
	r.blocked = l["destination_service_name"] == "BlackHoleCluster"
	if r.hosts[0] == "" && !r.dst.Addr().IsValid() {
		r.hosts[0], _ = hostPort(known(l["destination_canonical_service"]))
	}
	for f := range strings.SplitSeq(l["response_flags"], ",") {
		r.blocked = r.blocked || f == "NR" || f == "UAEX"
		r.failed = r.failed || f == "UH" || f == "UF"
	}
	r.inbound = r.from == "" && known(l["source_workload"]) == "" && r.workload != ""
	return r
}

func linkerdSeries(l map[string]string) *record {
	if l["direction"] != "outbound" || l["peer"] == "src" {
		return nil
	}
	r := &record{from: scraped(l), blocked: l["error"] == "FORBIDDEN"}
	for _, k := range []string{"deployment", "statefulset", "daemonset", "job", "pod"} {
		if w := l["dst_"+k]; w != "" && l["dst_namespace"] != "" {
			r.workload = l["dst_namespace"] + "/" + w
			break
		}
	}
	var a netip.AddrPort
	r.hosts[0], r.dst = hostPort(l["authority"])
	r.hosts[1], _ = hostPort(l["sni"])
	if _, a = hostPort(l["target_addr"]); a.Addr().IsValid() {
		r.dst = a
	} else if ip := logs.Address(l["target_ip"]); ip.IsValid() {
		r.dst = netip.AddrPortFrom(ip, port(l["target_port"]))
	}
	return r
}

func hubbleSeries(l map[string]string) *record {
	r := &record{from: known(l["source"]), blocked: l["verdict"] == "DROPPED" || l["verdict"] == "dropped"}
	if ns, pod, ok := strings.Cut(r.from, "/"); ok {
		r.from = ns + "/" + owner(pod)
	}
	host, _, _ := strings.Cut(l["destination"], ",")
	r.hosts[0], r.dst = hostPort(host)
	if p := port(l["port"]); p != 0 {
		r.dst = withPort(r.dst, p)
	}
	return r
}

func envoySeries(l map[string]string) *record {
	cluster := l["envoy_cluster_name"]
	if cluster == "" {
		cluster = l["cluster_name"]
	}
	host, p, inbound := clusterHost(strings.ReplaceAll(cluster, ";", "|"))
	if inbound {
		return nil
	}
	r := &record{from: scraped(l), blocked: cluster == "BlackHoleCluster"}
	if strings.HasPrefix(cluster, "xds-grpc") || host == "" && !r.blocked && cluster != "PassthroughCluster" {
		return nil // its own control plane, or a name that says nothing
	}
	r.hosts[0] = host
	r.dst = netip.AddrPortFrom(netip.Addr{}, p)
	return r
}

// scraped is the workload that was scraped, by the labels that a scrape adds.
func scraped(l map[string]string) string {
	for _, k := range []string{"deployment", "statefulset", "daemonset", "k8s_job", "cronjob"} {
		if w := workload(l["namespace"], l[k]); w != "" {
			return w
		}
	}
	for _, k := range []string{"pod", "pod_name", "kubernetes_pod_name"} {
		for _, n := range []string{"namespace", "kubernetes_namespace"} {
			if l[k] != "" && l[n] != "" {
				return l[n] + "/" + owner(l[k])
			}
		}
	}
	return ""
}

// workload names one by namespace and name; "" when either is not known.
func workload(ns, name string) string {
	if ns, name = known(ns), known(name); ns == "" || name == "" {
		return ""
	}
	return ns + "/" + name
}

// known takes the word with which meshes say that they do not know.
func known(s string) string {
	if s == "unknown" || s == "-" {
		return ""
	}
	return s
}

func withPort(a netip.AddrPort, p uint16) netip.AddrPort { return netip.AddrPortFrom(a.Addr(), p) }
