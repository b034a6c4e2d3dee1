package traffic

import (
	"strconv"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// promText is the text exposition of Prometheus and OpenMetrics: what a proxy
// answers when it is scraped.
var promText = &medium{
	name: "metrics of Prometheus",
	is: func(h *head) bool {
		if h.line(func(l []byte) bool { return ours(string(l)) }) {
			return true
		}
		// What a sidecar answers begins with other metrics of Envoy's.
		return h.line(func(l []byte) bool {
			return strings.HasPrefix(string(l), "# TYPE istio_") || strings.HasPrefix(string(l), "# TYPE envoy_cluster_")
		})
	},
	read: func(u *unit) error {
		return u.lines(func(l []byte) verdict {
			if l[0] == '#' {
				return other
			}
			if !ours(string(l)) {
				return other
			}
			s, ok := exposed(string(l))
			if !ok {
				return broken
			}
			return u.take(&s)
		})
	},
}

// ours reports whether a line begins with a metric that is known.
func ours(l string) bool {
	i := strings.IndexByte(l, '{')
	if i <= 0 {
		return false
	}
	return counts(l[:i], func(label string) bool { return strings.Contains(l, label+`="`) })
}

// exposed reads name{label="value",…} value [milliseconds].
func exposed(l string) (s sample, ok bool) {
	i := strings.IndexByte(l, '{')
	if i <= 0 {
		return s, false
	}
	s.name, s.labels = l[:i], map[string]string{}
	rest := l[i+1:]
	for {
		rest = strings.TrimLeft(rest, ", ")
		if strings.HasPrefix(rest, "}") {
			break
		}
		name, after, found := strings.Cut(rest, `="`)
		if !found || len(s.labels) > 200 {
			return s, false
		}
		value, tail, closed := quoted(after)
		if !closed {
			return s, false
		}
		s.labels[strings.TrimSpace(name)] = value
		rest = tail
	}
	s.id = l[:len(l)-len(rest)]
	f := strings.Fields(rest[1:])
	if len(f) == 0 {
		return s, false
	}
	var err error
	if s.value, err = strconv.ParseFloat(f[0], 64); err != nil {
		return s, false
	}
	if len(f) > 1 && f[1] != "#" {
		s.at = logs.Moment(f[1])
	}
	return s, true
}

// quoted reads up to the closing quote.
func quoted(s string) (value, rest string, ok bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			value = s[:i]
			if strings.Contains(value, `\`) {
				value = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n").Replace(value)
			}
			return value, s[i+1:], true
		}
	}
	return "", "", false
}

// promQuery is the answer of Prometheus' /api/v1/query and /query_range.
var promQuery = &medium{
	name: "an answer of Prometheus",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			m := logs.Get(v, "data", "result", "metric")
			if m == nil {
				return false
			}
			labels := labelsOf(m)
			return counts(labels["__name__"], func(l string) bool { _, ok := labels[l]; return ok })
		})
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			whole := logs.Elements(logs.Get(v, "data", "result"), func(row []byte) {
				u.in.At(row)
				if !logs.Members(row, func(_, _ []byte) {}) {
					u.broken()
					return
				}
				u.judge(u.promRow(row))
			})
			if !whole {
				return broken
			}
			return taken
		})
	},
}

func labelsOf(m []byte) map[string]string {
	out := map[string]string{}
	logs.Members(m, func(n, v []byte) {
		if len(out) < 200 {
			out[string(n)] = logs.Text(v)
		}
	})
	return out
}

// promRow reads one series: of a range, what the counter grew by, over resets.
func (u *unit) promRow(row []byte) verdict {
	s := sample{labels: labelsOf(logs.Get(row, "metric")), id: string(logs.Get(row, "metric"))}
	s.name = s.labels["__name__"]
	if values := logs.Get(row, "values"); values != nil {
		var first, last time.Time
		sum, before, n := 0.0, 0.0, 0
		logs.Elements(values, func(pair []byte) {
			at, v, ok := point(pair)
			if !ok {
				return
			}
			if n > 0 {
				if v >= before {
					sum += v - before
				} else {
					sum += v
				}
			} else {
				first = at
			}
			before, last = v, at
			n++
		})
		if n == 0 {
			return broken
		}
		if n == 1 {
			sum = before
		}
		s.value, s.at = sum, first
		v := u.take(&s)
		u.widen(last)
		return v
	}
	at, value, ok := point(logs.Get(row, "value"))
	if !ok {
		return broken
	}
	s.at, s.value = at, value
	return u.take(&s)
}

// point reads [seconds, "value"].
func point(v []byte) (at time.Time, value float64, ok bool) {
	i := 0
	logs.Elements(v, func(e []byte) {
		switch i {
		case 0:
			at = logs.Moment(logs.Text(e))
		case 1:
			f, err := strconv.ParseFloat(logs.Text(e), 64)
			value, ok = f, err == nil
		}
		i++
	})
	return at, value, ok && i == 2
}
