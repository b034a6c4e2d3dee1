package proxy

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lazy"
)

var (
	haproxySection = lazy.Regexp(`(?m)^(?:frontend|backend|listen)[ \t]+\S+|^(?:global|defaults)\b`)
	haproxyLine    = lazy.Regexp(`(?m)^[ \t]+(?:server|bind|mode|balance|use_backend|default_backend|log)[ \t]+\S`)
)

// isHAProxy asks for a section and for a line in one.
func isHAProxy(head []byte) bool { return haproxySection().Match(head) && haproxyLine().Match(head) }

// sections are words that begin one. All that is not listed here is a line of one.
var sections = map[string]bool{"global": true, "defaults": true, "frontend": true, "backend": true, "listen": true, "resolvers": true, "peers": true, "mailers": true, "ring": true,
	"log-forward": true, "userlist": true, "cache": true, "program": true, "http-errors": true, "fcgi-app": true, "log-profile": true, "crt-store": true, "traces": true, "acme": true}

// named are the lines that name an address: which argument it is, and what for.
var named = map[string]struct {
	arg     int
	purpose string
}{
	"server": {2, "data"}, "server-template": {3, "data"}, "peer": {2, "peer"}, "nameserver": {2, "dns"}, "mailer": {2, "data"}, "log": {1, "logs"},
}

func (p *proxy) haproxy(file string) {
	src, ok := p.load(file)
	if !ok {
		return
	}
	section := ""
	n := 0
	for text := range strings.Lines(string(src)) {
		n++
		words := haproxyWords(text)
		if len(words) == 0 {
			continue
		}
		if sections[words[0]] {
			section = strings.Join(words[:min(2, len(words))], " ")
			p.out.Blocks++
			continue
		}
		line, ok := named[words[0]]
		if !ok || len(words) <= line.arg {
			continue
		}
		r := reach{purpose: line.purpose, via: "the section " + section, at: graph.Origin{File: p.file, Line: n}}
		if r.to, r.unknown = haproxyAddress(words[line.arg], section); r.purpose == "data" && strings.HasPrefix(section, "ring ") {
			r.purpose = "logs"
		}
		p.add(r)
	}
}

// haproxyWords takes a line apart as HAProxy does: quotes, backslashes and a # that
// begins a comment.
func haproxyWords(l string) []string {
	var out []string
	var b strings.Builder
	in, quote := false, byte(0)
	end := func() {
		if in {
			out = append(out, b.String())
			b.Reset()
		}
		in = false
	}
	for i := 0; i < len(l); i++ {
		switch c := l[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, in = c, true
		case c == '\\' && quote != '\'' && i+1 < len(l):
			i++
			in = true
			b.WriteByte(l[i])
		case quote == 0 && c == '#':
			end()
			return out
		case quote == 0 && (c == ' ' || c == '\t' || c == '\r' || c == '\n'):
			end()
		default:
			in = true
			b.WriteByte(c)
		}
	}
	end()
	return out
}

// haproxyAddress is what an address names: "" with no reason is nobody outside of the
// machine.
func haproxyAddress(a, section string) (to, unknown string) {
	switch begin, rest, ok := strings.Cut(a, "@"); {
	case !ok:
	case begin == "ring":
		return "", "" // a section of its own names the servers
	case begin == "rhttp":
		return "", "it goes out over connections that the other side has opened"
	case begin == "unix" || begin == "abns" || begin == "fd" || begin == "sockpair":
		return "", ""
	default:
		a = rest // ipv4@, tcp@, udp6@ …
	}
	host := hostOf(a)
	switch {
	case a == "stdout" || a == "stderr" || a == "global" || strings.HasPrefix(a, "/"):
		return "", ""
	case host == "" || host == "*" || host == "0.0.0.0" || host == "::":
		return "", "it goes to the address that a request or a rule of " + section + " sets"
	}
	if i := strings.LastIndexByte(a, ':'); i >= 0 && strings.Trim(a[i+1:], "0123456789") != "" {
		return host, "" // the port is a name, or is counted from that of the request
	}
	return a, ""
}
