package kb

import (
	"net"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/net/idna"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A HostMatch is what is known of a host.
type HostMatch struct {
	Endpoint Endpoint
	Region   *Region          // set when the host names a region of the provider
	Provider graph.ProviderID // "" when no provider folder speaks of it
}

// hosts is all endpoints, by how they are matched.
type hosts struct {
	all      []Endpoint
	exact    map[string]*Endpoint
	suffixes map[string]*Endpoint
	patterns []hostPattern
}

// A hostPattern is an expression with the fixed text that it ends in, so that
// most hosts are turned away without running it.
type hostPattern struct {
	endpoint *Endpoint
	tail     string
	re       func() *regexp.Regexp
}

func (k *KB) getHosts() *hosts {
	return k.hosts.get(func() *hosts {
		doc := decode[endpointsDoc](k, "endpoints.json")
		h := &hosts{all: doc.Endpoints, exact: make(map[string]*Endpoint, len(doc.Endpoints)), suffixes: map[string]*Endpoint{}}
		for i := range doc.Endpoints {
			e := &doc.Endpoints[i]
			cite(doc.Sources, e.facts)
			switch {
			case e.Pattern != "":
				h.patterns = append(h.patterns, hostPattern{e, fixedTail(e.Pattern),
					sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(e.Pattern) })})
			case e.Suffix != "":
				h.suffixes[e.Suffix] = e
			default:
				h.exact[e.name()] = e
			}
		}
		return h
	})
}

// name is the host that the endpoint matches whole.
func (e *Endpoint) name() string {
	if len(e.Labels) > 0 {
		return strings.Join(e.Labels, ".")
	}
	return e.Host
}

// Endpoints returns all endpoints, sorted by what they match.
func (k *KB) Endpoints() []Endpoint { return k.getHosts().all }

// Host returns what is known of a host. Scheme, user, path, port, a trailing
// dot and upper case do not matter; international names match their ASCII
// form. A record of the whole host wins; then the record whose fixed end is
// longest, be it a suffix (whole labels: evilexample.com does not end in
// example.com) or a pattern. Of equal ends the pattern wins, as it asks more.
func (k *KB) Host(host string) (HostMatch, bool) {
	h := k.getHosts()
	if e, ok := h.exact[host]; ok {
		return HostMatch{Endpoint: *e, Provider: e.Provider}, true
	}
	host = hostname(host)
	if e, ok := h.exact[host]; ok {
		return HostMatch{Endpoint: *e, Provider: e.Provider}, true
	}
	suffix := h.suffix(host)
	best, tail, region := (*Endpoint)(nil), -1, ""
	if suffix != nil {
		best, tail = suffix, len(suffix.Suffix)
	}
	for _, p := range h.patterns {
		n := len(strings.TrimPrefix(p.tail, "."))
		if n < tail || n == tail && best != suffix || !strings.HasSuffix(host, p.tail) {
			continue
		}
		m := p.re().FindStringSubmatch(host)
		if m == nil {
			continue
		}
		best, tail, region = p.endpoint, n, ""
		if i := p.re().SubexpIndex("region"); i >= 0 {
			region = m[i]
		}
	}
	if best == nil {
		return HostMatch{}, false
	}
	match := HostMatch{Endpoint: *best, Provider: best.Provider}
	if p := k.getProvider(best.Provider); p != nil && region != "" {
		match.Region = p.region(region)
	}
	return match, true
}

// suffix returns the record of the longest known suffix on a label boundary.
func (h *hosts) suffix(host string) *Endpoint {
	for rest := host; rest != ""; {
		if e, ok := h.suffixes[rest]; ok {
			return e
		}
		_, rest, _ = strings.Cut(rest, ".")
	}
	return nil
}

// hostname reduces a URL or host:port to a lower-case ASCII host.
func hostname(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if h, _, err := net.SplitHostPort(s); err == nil {
		s = h
	}
	s = strings.ToLower(strings.TrimSuffix(strings.Trim(s, "[] "), "."))
	if ascii, err := idna.Lookup.ToASCII(s); err == nil {
		return ascii
	}
	return s
}

// fixedTail returns the literal text that everything an expression matches
// ends in; "" when that cannot be told from its last characters.
func fixedTail(expr string) string {
	body, ok := strings.CutSuffix(expr, "$")
	// An alternative at the top level would free the end: ^a$|b$.
	if !ok || strings.HasSuffix(body, `\`) || strings.Contains(topLevel(expr), "|") {
		return ""
	}
	tail := ""
	for body != "" {
		if rest, ok := strings.CutSuffix(body, `\.`); ok {
			tail, body = "."+tail, rest
			continue
		}
		c := body[len(body)-1]
		letter := c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-'
		if !letter || strings.HasSuffix(body[:len(body)-1], `\`) {
			break
		}
		tail, body = string(c)+tail, body[:len(body)-1]
	}
	return tail
}

// topLevel drops what stands in parentheses or classes.
func topLevel(expr string) string {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; c {
		case '\\':
			i++
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		default:
			if depth == 0 {
				b.WriteByte(c)
			}
		}
	}
	return b.String()
}
