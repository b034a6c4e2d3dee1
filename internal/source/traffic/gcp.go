package traffic

import (
	"net/netip"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// gcpFlows is the VPC flow log and the firewall log of Google Cloud, as Cloud
// Logging exports them.
var gcpFlows = &medium{
	name: "a Google Cloud flow log",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			c := logs.Get(v, "jsonPayload", "connection")
			return logs.Has(c, "src_ip", "dest_ip")
		})
	},
	read: func(u *unit) error { return u.values(u.gcp) },
}

func (u *unit) gcp(v []byte) verdict {
	var p []byte
	if !logs.Members(v, func(n, val []byte) {
		if string(n) == "jsonPayload" {
			p = val
		}
	}) {
		return broken
	}
	var conn, srcGKE, dstGKE, srcVM, place []byte
	var sent, start, end, disposition, reporter string
	logs.Members(p, func(n, val []byte) {
		switch string(n) {
		case "connection":
			conn = val
		case "bytes_sent":
			sent = logs.Text(val)
		case "start_time":
			start = logs.Text(val)
		case "end_time":
			end = logs.Text(val)
		case "disposition":
			disposition = logs.Text(val)
		case "reporter":
			reporter = logs.Text(val)
		case "src_gke_details":
			srcGKE = val
		case "dest_gke_details":
			dstGKE = val
		case "src_instance", "instance":
			srcVM = val
		case "dest_location", "remote_location":
			place = val
		}
	})
	if conn == nil {
		return other
	}
	src, dst := logs.Address(logs.Text(logs.Get(conn, "src_ip"))), logs.Address(logs.Text(logs.Get(conn, "dest_ip")))
	if !src.IsValid() || !dst.IsValid() {
		return broken
	}
	r := &record{blocked: disposition == "DENIED"}
	for _, t := range []string{start, end} {
		r.seen(logs.Moment(t))
	}
	if start == "" {
		r.seen(logs.Moment(logs.Text(logs.Get(v, "timestamp"))))
	}
	r.oneWay(netip.AddrPortFrom(src, port(logs.Text(logs.Get(conn, "src_port")))), netip.AddrPortFrom(dst, port(logs.Text(logs.Get(conn, "dest_port")))), "", sent)
	if reporter == "DEST" && !public(src) && !public(dst) {
		r.count, r.sent, r.received = 0, 0, 0 // the other end has reported it
	}
	if r.src.Addr() == src {
		r.from, r.workload = gke(srcGKE), gke(dstGKE)
		if vm := logs.Text(logs.Get(srcVM, "vm_name")); r.from == "" && !public(src) {
			r.from = vm
		}
		if c := logs.Text(logs.Get(place, "country")); c != "" && public(dst) {
			r.via = "a Google Cloud flow log, which says that the address is in " + strings.ToUpper(c)
		}
	} else {
		r.from, r.workload = gke(dstGKE), gke(srcGKE)
		if vm := logs.Text(logs.Get(p, "dest_instance", "vm_name")); r.from == "" && !public(dst) {
			r.from = vm
		}
	}
	if disposition == "" { // a firewall logs every connection
		u.loses("Google Cloud samples what it logs of flows")
	}
	u.add(r)
	return taken
}

// gke is the workload that one end is, by the details that GKE adds.
func gke(v []byte) string {
	ns := logs.Text(logs.Get(v, "pod", "pod_namespace"))
	name := logs.Text(logs.Get(v, "pod", "pod_workload", "workload_name"))
	if name == "" {
		name = owner(logs.Text(logs.Get(v, "pod", "pod_name")))
	}
	if ns == "" || name == "" {
		return ""
	}
	return ns + "/" + name
}
