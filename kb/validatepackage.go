package kb

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func (c *checker) pack(v *Package, errorf complain) {
	required(errorf, "name", v.Name)
	oneOf(errorf, "ecosystem", string(v.Ecosystem), ecosystemNames()...)
	if v.Ecosystem == ecosystem.Maven && strings.Count(v.Name, ":") != 1 && !strings.HasSuffix(v.Name, ".*") {
		errorf("%q is no name of maven; write group:artifact", v.Name)
	}
	if at := strings.IndexByte(v.Name, '*'); at >= 0 && (at < len(v.Name)-1 || at == 0 || !strings.ContainsRune(separators, rune(v.Name[at-1]))) {
		errorf("%q finds nothing: a * stands at the end of a name, after one of %s", v.Name, separators)
	}
	if len(v.Does)+len(v.Variables)+len(v.Calls) == 0 && v.Maker == nil && v.Capability == "" {
		errorf("does is missing: how does %s reach out by itself, or calls: whom does it call, or maker: who makes it?", v.Name)
	}
	oneOf(errorf, "capability", v.Capability, append(sortedKeys(Capabilities), "")...)
	if v.Maker != nil {
		c.packageMaker(v.Maker, errorf)
	}
	for i := range v.Calls {
		c.client(v, &v.Calls[i], errorf)
	}
	for i := range v.Variables {
		x := &v.Variables[i]
		if x.Env == "" || strings.ContainsAny(x.Env, "= .") {
			errorf("variables: %q is no name of a variable", x.Env)
		}
		oneOf(errorf, "variables: purpose", x.Purpose, sortedKeys(TargetPurposes)...)
		oneOf(errorf, "variables: as", x.As, "", "url", "host")
	}
	for i := range v.Does {
		c.behaviour(v, &v.Does[i], func(format string, args ...any) {
			errorf("%s of %s: "+format, append([]any{v.Does[i].Kind, v.Name}, args...)...)
		})
	}
}

// packageMaker checks who makes a package.
func (c *checker) packageMaker(m *Maker, errorf complain) {
	switch {
	case (m.Entity == "") == (m.Name == ""):
		errorf("maker: write entity: for one of kb/operators, else name: and country:")
	case m.Entity != "" && m.Country != "":
		errorf("maker: where %s is seated, its own record says; leave country out", m.Entity)
	case m.Name != "":
		c.isCountry(errorf, "maker: country", m.Country)
	default:
		c.isOperator(errorf, m.Entity)
	}
}

func (c *checker) behaviour(p *Package, b *Behaviour, errorf complain) {
	oneOf(errorf, "kind", b.Kind, sortedKeys(Behaviours)...)
	oneOf(errorf, "default", b.Default, "on", "off", "unknown")
	if p.Ecosystem.Valid() {
		if _, err := p.Ecosystem.ParseRange(b.Versions); err != nil {
			errorf("versions: %v", err)
		}
	}
	hosts := b.Destinations()
	for _, h := range hosts {
		if h != hostname(h) || !strings.Contains(h, ".") {
			errorf("%q is not a bare host in lower case; write %q", h, hostname(h))
		}
	}
	if len(hosts) == 0 && b.Note == "" {
		errorf("no hosts; if nobody wrote down where it goes, say so in note:")
	}
	for _, s := range slices.Concat(b.Off, b.On) {
		if many(s.Env != "", s.Config != "", s.Arg != "") != 1 {
			errorf("a switch has exactly one of env, config and arg")
		}
		if s.Env != "" && (s.Value == "" || strings.ContainsAny(s.Env, "= ")) {
			errorf("switch %q: an environment variable has a name and a value; write {env: NAME, value: \"1\"}, or value: \"*\" for any", s.Env)
		}
	}
	if len(b.On) > 0 && b.Default == "on" {
		errorf("it is on by default and has a switch that turns it on; keep one")
	}
}

// client checks one of the calls.
func (c *checker) client(p *Package, v *Client, errorf complain) {
	oneOf(errorf, "calls: purpose", v.Purpose, append(sortedKeys(TargetPurposes), "")...)
	hosts := []string{}
	for _, h := range v.Prefixes {
		hosts = append(hosts, h)
	}
	if v.Host != "" {
		hosts = append(hosts, strings.NewReplacer("{region}", "r", "{service}", "s").Replace(v.Host))
	}
	for _, h := range hosts {
		if h != hostname(h) || !strings.Contains(h, ".") && h != "localhost" {
			errorf("calls: %q is not a bare host in lower case; write %q", h, hostname(h))
		}
	}
	if v.Seals != "" && v.Seals != "customer" && v.Seals != "named" {
		c.isOperator(errorf, graph.EntityID(v.Seals))
	}
	services := slices.ContainsFunc(v.Imports, func(s string) bool { return strings.Contains(s, "{service}") }) || len(v.Service) > 0
	if strings.Contains(v.Host, "{service}") && !services {
		errorf("calls: no import and no argument of %s names the service that stands in %s", p.Name, v.Host)
	}
	for _, e := range v.Env {
		if e == "" || strings.ContainsAny(e, "= .") {
			errorf("calls: %q is no name of a variable", e)
		}
	}
}

func ecosystemNames() []string {
	var names []string
	for _, e := range ecosystem.All() {
		names = append(names, string(e))
	}
	return names
}
