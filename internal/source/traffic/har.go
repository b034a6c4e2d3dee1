package traffic

import (
	"net/url"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// har is what browsers and proxies save of a session.
var har = &medium{
	name: "an HTTP archive",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			l := logs.Get(v, "log")
			return logs.Get(l, "entries", "request", "url") != nil && logs.Get(l, "version") != nil
		})
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			entries := logs.Get(v, "log", "entries")
			if entries == nil {
				return other
			}
			whole := logs.Elements(entries, func(e []byte) {
				u.in.At(e)
				if !logs.Members(e, func(_, _ []byte) {}) || !u.harEntry(e) {
					u.broken()
				}
			})
			if !whole {
				return broken
			}
			return taken
		})
	},
}

func (u *unit) harEntry(e []byte) bool {
	req, resp := logs.Get(e, "request"), logs.Get(e, "response")
	at, err := url.Parse(logs.Text(logs.Get(req, "url")))
	if err != nil || req == nil {
		return false
	}
	r := &record{count: 1}
	switch at.Scheme {
	case "data", "blob", "about", "chrome-extension", "moz-extension", "file":
		u.good++
		return true // nobody is called
	}
	r.seen(logs.Moment(logs.Text(logs.Get(e, "startedDateTime"))))
	_, r.dst = hostPort(logs.Text(logs.Get(e, "serverIPAddress")))
	host, ap := hostPort(at.Host)
	if a := ap.Addr(); a.IsValid() {
		r.dst = ap
	} else if ap.Port() != 0 {
		r.dst = withPort(r.dst, ap.Port())
	}
	r.hosts[0] = host
	r.blocked = strings.Contains(strings.ToUpper(logs.Text(logs.Get(resp, "_error"))), "BLOCKED")
	sent, ok := sizes(logs.Get(req, "headersSize"), logs.Get(req, "bodySize"))
	received, ok2 := sizes(logs.Get(resp, "headersSize"), logs.Get(resp, "bodySize"))
	if n, known := logs.Number(logs.Get(resp, "_transferSize")); known {
		received, ok2 = n, true
	}
	r.sent, r.received, r.hasBytes = sent, received, ok || ok2
	u.add(r)
	return true
}

// sizes adds what is known; -1 is how the format writes that it is not.
func sizes(vs ...[]byte) (sum int64, ok bool) {
	for _, v := range vs {
		if n, known := logs.Number(v); known {
			sum, ok = logs.Plus(sum, n), true
		}
	}
	return sum, ok
}
