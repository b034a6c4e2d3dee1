package logs

// Attributes reads a list of keys and values.
func Attributes(list []byte) map[string]string {
	out := map[string]string{}
	Elements(list, func(kv []byte) {
		var key string
		var val []byte
		Members(kv, func(n, v []byte) {
			switch string(n) {
			case "key":
				key = Text(v)
			case "value":
				Members(v, func(_, inner []byte) { val = inner })
			}
		})
		if len(out) < 500 {
			out[key] = Text(val)
		}
	})
	return out
}

// Telemetry calls f for each record of an export of OpenTelemetry in JSON: the
// signal is "log" or "span", the resource has the attributes of who sent it.
// The answer is false when the JSON is cut off, or a list in it is none.
func Telemetry(v []byte, f func(signal string, resource map[string]string, rec []byte)) bool {
	if !Members(v, func(_, _ []byte) {}) {
		return false
	}
	whole := true
	each := func(v []byte, list string, f func(val []byte)) {
		if l := Get(v, list); l != nil && string(l) != "null" {
			whole = Elements(l, f) && whole
		}
	}
	signal := func(name, list, scopes, records string) {
		each(v, list, func(res []byte) {
			from := Attributes(Get(res, "resource", "attributes"))
			each(res, scopes, func(sc []byte) {
				each(sc, records, func(rec []byte) { f(name, from, rec) })
			})
		})
	}
	signal("log", "resourceLogs", "scopeLogs", "logRecords")
	signal("span", "resourceSpans", "scopeSpans", "spans")
	return whole
}
