package kb

import (
	"net"
	"strings"

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
	patterns map[string][]hostPattern // by the whole labels that they end in
}

func (k *KB) getHosts() *hosts {
	return k.hosts.get(func() *hosts {
		doc := decode[endpointsDoc](k, "endpoints.json")
		h := &hosts{all: doc.Endpoints, exact: make(map[string]*Endpoint, len(doc.Endpoints)), suffixes: map[string]*Endpoint{}, patterns: map[string][]hostPattern{}}
		for i := range doc.Endpoints {
			e := &doc.Endpoints[i]
			cite(doc.Sources, e.facts)
			switch {
			case e.Pattern != "":
				p := newHostPattern(e)
				_, labels, _ := strings.Cut(p.tail, ".")
				h.patterns[labels] = append(h.patterns[labels], p)
			case e.Suffix != "":
				h.suffixes[e.Suffix] = e
			default:
				h.exact[e.Name()] = e
			}
		}
		return h
	})
}

// Name is the host that the endpoint matches whole; "" when it matches several.
func (e *Endpoint) Name() string {
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
	// Longer ends come first, so that what matches first is what ends longest.
	for rest := host; ; _, rest, _ = strings.Cut(rest, ".") {
		for _, p := range h.patterns[rest] {
			n := len(strings.TrimPrefix(p.tail, "."))
			if n < tail || n == tail && best != suffix {
				continue
			}
			if found, ok := p.match(host); ok {
				best, tail, region = p.endpoint, n, found
			}
		}
		if best != suffix || rest == "" {
			break
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
	if bare(s) {
		return s
	}
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
	if plainASCII(s) {
		return s
	}
	if ascii, err := idna.Lookup.ToASCII(s); err == nil {
		return ascii
	}
	return s
}

// plainASCII reports whether a host needs no translation: no letters beyond
// ASCII and no label that is translated already, which may be written badly.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return !strings.Contains(s, "xn--")
}

// bare reports whether s is a host in lower case and nothing else, as most are.
func bare(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '.' || c == '-') {
			return false
		}
	}
	return s != "" && s[len(s)-1] != '.' && !strings.Contains(s, "xn--")
}
