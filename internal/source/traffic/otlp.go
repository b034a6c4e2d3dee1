package traffic

import (
	"cmp"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// otlp is a file of OpenTelemetry logs or traces as the collector's file exporter
// writes it: access logs of Envoy's, and the spans of clients.
var otlp = &medium{
	name: "OpenTelemetry logs or traces",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			if r := logs.Get(v, "resourceLogs", "scopeLogs", "logRecords"); r != nil {
				return true
			}
			return logs.Get(v, "resourceSpans", "scopeSpans", "spans") != nil
		})
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			out := other
			whole := logs.Telemetry(v, func(signal string, resource map[string]string, rec []byte) {
				u.in.At(rec)
				read := u.otlpLog
				if signal == "span" {
					read = u.otlpSpan
				}
				if got := read(resourceName(resource), rec); got != other {
					out = got
				}
			})
			if !whole {
				return broken
			}
			return out
		})
	},
}

// resourceName is the workload of a resource.
func resourceName(a map[string]string) string {
	ns := a["k8s.namespace.name"]
	for _, k := range []string{"k8s.deployment.name", "k8s.statefulset.name", "k8s.daemonset.name", "k8s.cronjob.name", "k8s.job.name"} {
		if a[k] != "" && ns != "" {
			return ns + "/" + a[k]
		}
	}
	if pod := a["k8s.pod.name"]; pod != "" && ns != "" {
		return ns + "/" + owner(pod)
	}
	if ns == "" {
		ns = a["service.namespace"]
	}
	if ns != "" && a["service.name"] != "" {
		return ns + "/" + a["service.name"]
	}
	return a["service.name"]
}

func (u *unit) otlpLog(from string, rec []byte) verdict {
	a := logs.Attributes(logs.Get(rec, "attributes"))
	var e access
	e.attributes(a)
	body := logs.Text(logs.Get(rec, "body", "stringValue"))
	if !e.known() {
		e.attributes(logs.Attributes(logs.Get(rec, "body", "kvlistValue", "values")))
	}
	if !e.known() && strings.HasPrefix(strings.TrimSpace(body), "{") {
		e.json([]byte(strings.TrimSpace(body)))
	}
	if !e.known() {
		if line, ok := envoyLine(strings.TrimSpace(body)); ok {
			e, e.fields = line, 3
		}
	}
	if !e.known() {
		return u.semantic(from, a, logs.Text(logs.Get(rec, "timeUnixNano")))
	}
	if e.start == "" {
		e.start = logs.Text(logs.Get(rec, "timeUnixNano"))
	}
	e.from = from
	u.add(e.record())
	return taken
}

// attributes takes what is called as Envoy calls it. Of several that say the same, as
// host and authority do, always the same counts.
func (e *access) attributes(a map[string]string) {
	for _, k := range slices.Sorted(maps.Keys(a)) {
		f := e.field(k)
		if f == nil {
			continue
		}
		e.fields++
		if k != "host" || *f == "" {
			*f = cmp.Or(logs.Dash(a[k]), *f)
		}
	}
}

// otlpSpan takes the spans of clients (kind 3), which name whom they call.
func (u *unit) otlpSpan(from string, span []byte) verdict {
	if k := logs.Text(logs.Get(span, "kind")); k != "3" && k != "SPAN_KIND_CLIENT" {
		return other
	}
	return u.semantic(from, logs.Attributes(logs.Get(span, "attributes")), logs.Text(logs.Get(span, "startTimeUnixNano")))
}

// semantic reads the words of OpenTelemetry's conventions, old and new.
func (u *unit) semantic(from string, a map[string]string, at string) verdict {
	get := func(keys ...string) string {
		for _, k := range keys {
			if a[k] != "" {
				return a[k]
			}
		}
		return ""
	}
	host, ap := hostPort(cmp.Or(get("server.address", "net.peer.name", "http.host"), authority(get("url.full", "http.url"))))
	peer := logs.Address(get("network.peer.address", "net.sock.peer.addr", "net.peer.ip"))
	if host == "" && !ap.Addr().IsValid() && !peer.IsValid() {
		return other
	}
	if !ap.Addr().IsValid() {
		ap = netip.AddrPortFrom(peer, ap.Port())
	}
	if p := port(get("server.port", "net.peer.port")); p != 0 {
		ap = withPort(ap, p)
	}
	r := &record{from: from, hosts: [3]string{host}, dst: ap, count: 1, model: get("gen_ai.request.model")}
	if r.model != "" || get("gen_ai.provider.name", "gen_ai.system") != "" {
		r.purpose = "model"
	}
	r.seen(logs.Moment(at))
	r.bytes([]byte(get("http.request.body.size", "http.request_content_length")), []byte(get("http.response.body.size", "http.response_content_length")))
	u.add(r)
	return taken
}

// authority is that of a URL.
func authority(s string) string {
	at, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return at.Host
}
