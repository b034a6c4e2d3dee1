package proxy

import (
	"net/netip"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lazy"
)

var squidHead = lazy.Regexp(`(?m)^[ \t]*(?:http_access[ \t]+(?:allow|deny)[ \t]|cache_peer[ \t]+\S+[ \t]+(?:parent|sibling)[ \t]|ssl_bump[ \t]+\w|acl[ \t]+\S+[ \t]+(?:src|dst|dstdomain|port|method|proto|ssl::server_name)[ \t]+\S)`)

func isSquid(head []byte) bool { return squidHead().Match(head) }

// squid reads what the rules of a forward proxy let its clients reach. They are asked
// in order, and the first that fits decides; see [squidConf.access].
func (p *proxy) squid(file string) {
	s := &squidConf{p: p, acls: map[string]*acl{}}
	s.file(file, 0)
	s.access()
	s.bumped()
}

// squidConf is one configuration in progress.
type squidConf struct {
	p     *proxy
	acls  map[string]*acl
	rules []squidRule // http_access
	bump  []squidRule // ssl_bump
	// through is whether all goes through a parent: never_direct allow all.
	through bool
}

// A squidRule is a line of a list: what it says, and the lists that all have to fit.
type squidRule struct {
	verb  string
	lists []string
	at    graph.Origin
}

// file reads a file and what it includes.
func (s *squidConf) file(file string, depth int) {
	src, ok := s.p.load(file)
	if !ok {
		return
	}
	for _, l := range squidLines(string(src)) {
		at := graph.Origin{File: file, Line: l.line}
		w := l.words
		s.p.out.Blocks++
		switch {
		case w[0] == "acl" && len(w) > 2:
			s.acl(file, w[1], w[2], w[3:], at)
		case w[0] == "http_access" && len(w) > 1:
			s.rules = append(s.rules, squidRule{w[1], w[2:], at})
		case w[0] == "ssl_bump" && len(w) > 1:
			s.bump = append(s.bump, squidRule{w[1], w[2:], at})
		case w[0] == "never_direct" && len(w) == 3 && w[1] == "allow" && w[2] == "all":
			s.through = true
		case w[0] == "cache_peer" && len(w) > 3:
			s.p.add(reach{to: withPort(w[1], w[3]), via: "cache_peer " + w[2], at: at})
		case w[0] == "dns_nameservers":
			for _, a := range w[1:] {
				s.p.add(reach{to: a, purpose: "dns", via: w[0], at: at})
			}
		case (w[0] == "access_log" || w[0] == "cache_log") && len(w) > 1 && (strings.HasPrefix(w[1], "udp:") || strings.HasPrefix(w[1], "tcp:")):
			s.p.add(reach{to: strings.TrimPrefix(w[1][4:], "//"), purpose: "logs", via: w[0], at: at})
		case w[0] == "include":
			for _, wanted := range w[1:] {
				if depth >= maxNesting {
					s.p.absent(wanted, at)
					continue
				}
				found := s.p.include(file, wanted)
				for _, f := range found {
					s.file(f, depth+1)
				}
				if found == nil && !strings.ContainsAny(wanted, "*?") {
					s.p.absent(wanted, at)
				}
			}
		}
	}
}

// withPort adds a port that is one.
func withPort(host, port string) string {
	if port == "0" || strings.Trim(port, "0123456789") != "" {
		return host
	}
	if a, err := netip.ParseAddr(host); err == nil && a.Is6() {
		host = "[" + host + "]"
	}
	return host + ":" + port
}

type squidLine struct {
	words []string
	line  int
}

// squidLines takes a file apart: a line that ends with a backslash goes on, and what
// begins with # is a comment.
func squidLines(src string) []squidLine {
	var out []squidLine
	ls := strings.Split(src, "\n")
	for i := 0; i < len(ls); i++ {
		text, first := strings.TrimRight(ls[i], "\r"), i
		for strings.HasSuffix(text, `\`) && i+1 < len(ls) && !strings.HasPrefix(strings.TrimSpace(text), "#") {
			i++
			text = strings.TrimSuffix(text, `\`) + " " + strings.TrimRight(ls[i], "\r")
		}
		words := strings.Fields(text)
		for j, w := range words {
			if strings.HasPrefix(w, "#") {
				words = words[:j]
				break
			}
		}
		if len(words) > 0 {
			out = append(out, squidLine{words, first + 1})
		}
	}
	return out
}
