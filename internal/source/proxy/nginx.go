package proxy

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lazy"
)

var nginxHead = lazy.Regexp(`(?m)^[ \t]*(?:(?:proxy|grpc|fastcgi|uwsgi|scgi|memcached)_pass[ \t]+\S|upstream[ \t]+\S+[ \t]*\{|server[ \t]*\{|location[ \t]+[^{\n]+\{|http[ \t]*\{|stream[ \t]*\{)`)

// isNginx asks for a block or a directive of nginx's, and for the ; that nothing
// else of such a name ends its lines with.
func isNginx(head []byte) bool {
	return nginxHead().Match(head) && strings.Contains(string(head), ";")
}

// passes are the directives that pass a request on. The first argument is a URL or an
// address.
var passes = map[string]bool{"proxy_pass": true, "grpc_pass": true, "fastcgi_pass": true, "uwsgi_pass": true, "scgi_pass": true, "memcached_pass": true}

func (p *proxy) nginx(file string) {
	n := &nginx{p: p, upstreams: map[string]bool{}}
	ds := n.load(file, 0)
	n.gather(ds)
	n.walk(ds, nil)
}

// harmless are names of files that come with nginx or with its certificates, and pass
// nothing on.
var harmless = lazy.Regexp(`(?i)(?:mime\.types|_params|fastcgi(?:-php)?\.conf|koi-|win-utf|options-ssl|ssl[^/]*\.conf|certs?/|modules|letsencrypt|headers?[^/]*)$|modules-enabled/`)

// nginx is one configuration in progress.
type nginx struct {
	p         *proxy
	upstreams map[string]bool
}

// load reads a file, with what it includes in place.
func (n *nginx) load(file string, depth int) []directive {
	src, ok := n.p.load(file)
	if !ok {
		return nil
	}
	ds, line, fault := parseNginx(file, string(src))
	if fault != "" {
		n.p.problem(graph.Origin{File: file, Line: line}, "it cannot be read as a whole: "+fault+"; check it with nginx -t, or render the template first")
	}
	return n.included(ds, depth)
}

func (n *nginx) included(ds []directive, depth int) []directive {
	var out []directive
	for _, d := range ds {
		if d.name != "include" || len(d.args) != 1 {
			d.block = n.included(d.block, depth)
			out = append(out, d)
			continue
		}
		if depth >= maxNesting {
			n.p.absent(d.args[0], graph.Origin{File: d.file, Line: d.line})
			continue
		}
		found := n.p.include(d.file, d.args[0])
		for _, f := range found {
			out = append(out, n.load(f, depth+1)...)
		}
		if found == nil && !harmless().MatchString(d.args[0]) {
			n.p.absent(d.args[0], graph.Origin{File: d.file, Line: d.line})
		}
	}
	return out
}

// gather finds the groups of servers, which may be named before they are written.
func (n *nginx) gather(ds []directive) {
	for _, d := range ds {
		if d.name == "upstream" && len(d.args) == 1 {
			n.upstreams[d.args[0]] = true
		}
		n.gather(d.block)
	}
}

// walk reads a block; outer are the blocks around it, the nearest last.
func (n *nginx) walk(ds []directive, outer [][]directive) {
	scopes := append(outer[:len(outer):len(outer)], ds)
	for _, d := range ds {
		n.p.out.Blocks++
		at := graph.Origin{File: d.file, Line: d.line}
		switch {
		case strings.Contains(d.name, hole):
			n.p.add(reach{unknown: "a part of the configuration is filled in before the proxy starts", via: "a template", at: at})
		case d.name == "upstream" && len(d.args) == 1:
			n.group(&d, at)
			continue
		case passes[d.name] && len(d.args) > 0:
			n.pass(&d, scopes, at)
		case d.name == "resolver":
			n.resolver(&d, at)
		case d.name == "access_log" || d.name == "error_log":
			n.log(&d, at)
		case d.name == "endpoint" && len(d.args) == 1: // of otel_exporter
			n.p.add(reach{to: d.args[0], purpose: "logs", via: "otel_exporter", at: at})
		}
		n.walk(d.block, scopes)
	}
}

// group reads the servers of an upstream.
func (n *nginx) group(d *directive, at graph.Origin) {
	via, found := "the upstream "+d.args[0], false
	for _, s := range d.block {
		if s.name == "server" && len(s.args) > 0 {
			found = true
			if !slices.Contains(s.args[1:], "down") {
				n.p.add(reach{to: s.args[0], via: via, at: graph.Origin{File: s.file, Line: s.line}})
			}
		}
		if strings.HasPrefix(s.name, "balancer_by_lua") {
			found = true
			n.p.add(reach{unknown: "a program in it decides where requests go", via: via, at: graph.Origin{File: s.file, Line: s.line}})
		}
	}
	if !found {
		n.p.add(reach{unknown: "its servers are said elsewhere, to the running proxy or in a file that was not read", via: via, at: at})
	}
}

func (n *nginx) pass(d *directive, scopes [][]directive, at graph.Origin) {
	target := d.args[0]
	if strings.Contains(target, "$") {
		target = substitute(variable().ReplaceAllStringFunc(target, inPath), scopes)
	}
	address := target
	if _, rest, ok := strings.Cut(target, "://"); ok {
		address = rest
	}
	if strings.HasPrefix(address, "unix:") {
		return
	}
	if i := strings.IndexAny(address, "/?"); i >= 0 {
		address = address[:i]
	}
	if n.upstreams[address] {
		return // its servers are the flows
	}
	r := reach{to: address, via: d.name, at: at}
	switch i := strings.IndexByte(target, '$'); {
	case strings.Contains(address, "${"), fromOutside(variableAt(address)): // a template's
	case strings.Contains(address, "$"):
		r.unknown = "the variable " + variableAt(address) + " says where, when a request comes"
	case i >= 0 && address == "":
		r.unknown = "the variable " + variableAt(target[i:]) + " says where, when a request comes"
	case address == "":
		r.unknown = "it names no host"
	}
	n.p.add(r)
}

// inPath puts in the beginning of variables of nginx's own that never are part of a host.
func inPath(v string) string {
	switch strings.Trim(v, "${}") {
	case "request_uri", "document_uri", "uri":
		return "/"
	case "is_args":
		return "?"
	}
	return v
}

var variable = lazy.Regexp(`\$\{?[A-Za-z_][A-Za-z0-9_]*\}?`)

func variableAt(s string) string { return variable().FindString(s) }

// fromOutside reports whether a name is one of the environment, in capitals, which a
// template engine puts in: nginx has no such variables.
func fromOutside(v string) bool { return v != "" && v == strings.ToUpper(v) }

// substitute puts in the value of a variable that the nearest block which sets it sets
// once, to a text, and in no condition.
func substitute(target string, scopes [][]directive) string {
	return variable().ReplaceAllStringFunc(target, func(v string) string {
		name := "$" + strings.Trim(v, "${}")
		for i := len(scopes) - 1; i >= 0; i-- {
			value, times := assigned(scopes[i], name)
			if times == 1 && value != "" && !strings.Contains(value, "$") {
				return value
			}
			if times > 0 {
				return v
			}
		}
		return v
	})
}

// assigned is the value that a block sets a variable to, and how often; one in a
// condition counts as two.
func assigned(ds []directive, name string) (value string, times int) {
	for _, d := range ds {
		switch {
		case d.name == "set" && len(d.args) == 2 && d.args[0] == name:
			value = d.args[1]
			times++
		case d.name == "if":
			if _, inner := assigned(d.block, name); inner > 0 {
				times += 2
			}
		}
	}
	return value, times
}

func (n *nginx) resolver(d *directive, at graph.Origin) {
	for _, a := range d.args {
		if !strings.Contains(a, "=") {
			n.p.add(reach{to: a, purpose: "dns", via: "resolver", at: at})
		}
	}
}

// log reads where a log is sent over the network.
func (n *nginx) log(d *directive, at graph.Origin) {
	if len(d.args) == 0 {
		return
	}
	rest, ok := strings.CutPrefix(d.args[0], "syslog:")
	if !ok {
		return
	}
	for _, kv := range strings.Split(rest, ",") {
		if server, ok := strings.CutPrefix(kv, "server="); ok {
			n.p.add(reach{to: server, purpose: "logs", via: d.name, at: at})
		}
	}
}
