package traffic

import (
	"cmp"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// otlp is a file of OpenTelemetry logs or traces as the collector's file exporter
// writes it: access logs of Envoy's, and the spans of clients.
var otlp = &medium{
	name: "OpenTelemetry logs or traces",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			if r := get(v, "resourceLogs", "scopeLogs", "logRecords"); r != nil {
				return true
			}
			return get(v, "resourceSpans", "scopeSpans", "spans") != nil
		})
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			if !members(v, func(_, _ []byte) {}) {
				return broken
			}
			out := other
			each := func(list, scopes, records string, f func(from string, rec []byte) verdict) {
				elements(get(v, list), func(res []byte) {
					from := resourceName(attributes(get(res, "resource", "attributes")))
					elements(get(res, scopes), func(sc []byte) {
						elements(get(sc, records), func(rec []byte) {
							u.at(rec)
							if got := f(from, rec); got != other {
								out = got
							}
						})
					})
				})
			}
			each("resourceLogs", "scopeLogs", "logRecords", u.otlpLog)
			each("resourceSpans", "scopeSpans", "spans", u.otlpSpan)
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
	a := attributes(get(rec, "attributes"))
	var e access
	e.attributes(a)
	body := text(get(rec, "body", "stringValue"))
	if !e.known() {
		e.attributes(attributes(get(rec, "body", "kvlistValue", "values")))
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
		return u.semantic(from, a, text(get(rec, "timeUnixNano")))
	}
	if e.start == "" {
		e.start = text(get(rec, "timeUnixNano"))
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
			*f = cmp.Or(dash(a[k]), *f)
		}
	}
}

// otlpSpan takes the spans of clients (kind 3), which name whom they call.
func (u *unit) otlpSpan(from string, span []byte) verdict {
	if k := text(get(span, "kind")); k != "3" && k != "SPAN_KIND_CLIENT" {
		return other
	}
	return u.semantic(from, attributes(get(span, "attributes")), text(get(span, "startTimeUnixNano")))
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
	peer := address(get("network.peer.address", "net.sock.peer.addr", "net.peer.ip"))
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
	r.seen(moment(at))
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

// attributes reads a list of keys and values.
func attributes(list []byte) map[string]string {
	out := map[string]string{}
	elements(list, func(kv []byte) {
		var key string
		var val []byte
		members(kv, func(n, v []byte) {
			switch string(n) {
			case "key":
				key = text(v)
			case "value":
				members(v, func(_, inner []byte) { val = inner })
			}
		})
		if len(out) < 500 {
			out[key] = text(val)
		}
	})
	return out
}
