package traffic

import (
	"net/url"
	"strings"
)

// har is what browsers and proxies save of a session.
var har = &medium{
	name: "an HTTP archive",
	is: func(h *head) bool {
		return h.any(func(v []byte) bool {
			l := get(v, "log")
			return get(l, "entries", "request", "url") != nil && get(l, "version") != nil
		})
	},
	read: func(u *unit) error {
		return u.values(func(v []byte) verdict {
			entries := get(v, "log", "entries")
			if entries == nil {
				return other
			}
			whole := elements(entries, func(e []byte) {
				u.at(e)
				if !members(e, func(_, _ []byte) {}) || !u.harEntry(e) {
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
	req, resp := get(e, "request"), get(e, "response")
	at, err := url.Parse(text(get(req, "url")))
	if err != nil || req == nil {
		return false
	}
	r := &record{count: 1}
	switch at.Scheme {
	case "data", "blob", "about", "chrome-extension", "moz-extension", "file":
		u.good++
		return true // nobody is called
	}
	r.seen(moment(text(get(e, "startedDateTime"))))
	_, r.dst = hostPort(text(get(e, "serverIPAddress")))
	host, ap := hostPort(at.Host)
	if a := ap.Addr(); a.IsValid() {
		r.dst = ap
	} else if ap.Port() != 0 {
		r.dst = withPort(r.dst, ap.Port())
	}
	r.hosts[0] = host
	r.blocked = strings.Contains(strings.ToUpper(text(get(resp, "_error"))), "BLOCKED")
	sent, ok := sizes(get(req, "headersSize"), get(req, "bodySize"))
	received, ok2 := sizes(get(resp, "headersSize"), get(resp, "bodySize"))
	if n, known := number(get(resp, "_transferSize")); known {
		received, ok2 = n, true
	}
	r.sent, r.received, r.hasBytes = sent, received, ok || ok2
	u.add(r)
	return true
}

// sizes adds what is known; -1 is how the format writes that it is not.
func sizes(vs ...[]byte) (sum int64, ok bool) {
	for _, v := range vs {
		if n, known := number(v); known {
			sum, ok = plus(sum, n), true
		}
	}
	return sum, ok
}
