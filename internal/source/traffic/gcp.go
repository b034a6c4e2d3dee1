package traffic

import (
	"net/netip"
	"strings"
)

// gcpFlows is the VPC flow log and the firewall log of Google Cloud, as Cloud
// Logging exports them.
var gcpFlows = &medium{
	name: "a Google Cloud flow log",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			c := get(v, "jsonPayload", "connection")
			return has(c, "src_ip", "dest_ip")
		})
	},
	read: func(u *unit) error { return u.values(u.gcp) },
}

func (u *unit) gcp(v []byte) verdict {
	var p []byte
	if !members(v, func(n, val []byte) {
		if string(n) == "jsonPayload" {
			p = val
		}
	}) {
		return broken
	}
	var conn, srcGKE, dstGKE, srcVM, place []byte
	var sent, start, end, disposition, reporter string
	members(p, func(n, val []byte) {
		switch string(n) {
		case "connection":
			conn = val
		case "bytes_sent":
			sent = text(val)
		case "start_time":
			start = text(val)
		case "end_time":
			end = text(val)
		case "disposition":
			disposition = text(val)
		case "reporter":
			reporter = text(val)
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
	src, dst := address(text(get(conn, "src_ip"))), address(text(get(conn, "dest_ip")))
	if !src.IsValid() || !dst.IsValid() {
		return broken
	}
	r := &record{blocked: disposition == "DENIED"}
	for _, t := range []string{start, end} {
		r.seen(moment(t))
	}
	if start == "" {
		r.seen(moment(text(get(v, "timestamp"))))
	}
	r.oneWay(netip.AddrPortFrom(src, port(text(get(conn, "src_port")))), netip.AddrPortFrom(dst, port(text(get(conn, "dest_port")))), "", sent)
	if reporter == "DEST" && !public(src) && !public(dst) {
		r.count, r.sent, r.received = 0, 0, 0 // the other end has reported it
	}
	if r.src.Addr() == src {
		r.from, r.workload = gke(srcGKE), gke(dstGKE)
		if vm := text(get(srcVM, "vm_name")); r.from == "" && !public(src) {
			r.from = vm
		}
		if c := text(get(place, "country")); c != "" && public(dst) {
			r.via = "a Google Cloud flow log, which says that the address is in " + strings.ToUpper(c)
		}
	} else {
		r.from, r.workload = gke(dstGKE), gke(srcGKE)
		if vm := text(get(p, "dest_instance", "vm_name")); r.from == "" && !public(dst) {
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
	ns := text(get(v, "pod", "pod_namespace"))
	name := text(get(v, "pod", "pod_workload", "workload_name"))
	if name == "" {
		name = owner(text(get(v, "pod", "pod_name")))
	}
	if ns == "" || name == "" {
		return ""
	}
	return ns + "/" + name
}
