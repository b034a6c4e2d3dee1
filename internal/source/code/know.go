package code

import (
	"slices"
	"strings"

	text "github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Options say what is known of libraries, hosts and variables: a source knows
// none. Without Clients nothing is read.
type Options struct {
	// Clients gives the libraries. It is asked once, and only when there is
	// something to read.
	Clients func() []Client
	// Variables are those of the environment that say whom a library calls.
	Variables func() []Variable
	// Host says what a host is for, false when it is not known.
	Host func(host string) (graph.Kind, bool)
	// Developer is the word for who made a model, "" when nobody knows.
	Developer func(model string) string
	// Registries are the hosts that packages come from, by ecosystem.
	Registries func(ecosystem string) string
	// Words are the usual names of arguments.
	Address, Region, Named []string
}

// A Client is what a library calls. See kb.Client, which it is made of.
type Client struct {
	Package, Ecosystem     string
	Imports, Makes         []string
	Host, Purpose          string
	Address, Region, Named []string
	Service, Env           []string
	Services, Prefixes     map[string]string
	Routed                 bool
	// Seals says that it encrypts before sending, and who has the key.
	Seals string
}

// A Variable is one of the environment that holds an address.
type Variable struct {
	Name, Purpose string
	Host          bool // it holds a bare host
}

// knowledge is [Options], indexed.
type knowledge struct {
	Options
	modules   map[string][]*Client // by module
	patterns  []*Client            // with {service} in a module
	packages  map[string][]*Client // by ecosystem:name
	variables map[string]Variable
	prefixes  map[string]string
	words     *text.Finder
	address   map[string]bool // the usual names of addresses, folded
}

func (o *Options) knowledge() *knowledge {
	k := &knowledge{Options: *o, modules: map[string][]*Client{}, packages: map[string][]*Client{}, variables: map[string]Variable{}, prefixes: map[string]string{}, address: map[string]bool{}}
	find := []string{"://"}
	var clients []Client
	if o.Clients != nil {
		clients = o.Clients()
	}
	for i := range clients {
		c := &clients[i]
		if len(c.Imports) == 0 {
			c.Imports = []string{c.Package}
			if c.Ecosystem == "pypi" {
				c.Imports[0] = strings.ReplaceAll(c.Package, "-", "_")
			}
		}
		for _, m := range c.Imports {
			find = append(find, strings.TrimSuffix(m[:len(m)-len(m[strings.IndexByte(m+"{", '{'):])], "."))
			if strings.Contains(m, "{service}") {
				if !slices.Contains(k.patterns, c) {
					k.patterns = append(k.patterns, c)
				}
				continue
			}
			k.modules[m] = append(k.modules[m], c)
		}
		k.packages[c.Ecosystem+":"+c.Package] = append(k.packages[c.Ecosystem+":"+c.Package], c)
		for p, h := range c.Prefixes {
			k.prefixes[p] = h
		}
	}
	if o.Variables != nil {
		for _, v := range o.Variables() {
			k.variables[v.Name] = v
		}
	}
	for _, w := range o.Address {
		k.address[fold(w)] = true
	}
	// An import is written with dots or with ::, so the first part is looked for.
	for i, w := range find {
		if !strings.ContainsAny(w, "/@") {
			find[i], _, _ = strings.Cut(w, ".")
		}
	}
	k.words = text.NewFinder(find)
	return k
}

// fold is a name of an argument as all languages write it: withBaseUrl, base_url
// and BaseURL are one.
func fold(name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "_", ""))
	for _, p := range []string{"with", "set"} {
		if rest, ok := strings.CutPrefix(name, p); ok && len(rest) > 2 {
			name = rest
		}
	}
	return name
}

// A hit is a client whose module a name begins with.
type hit struct {
	*Client
	rest    string // what of the name follows the module
	service string
}

// ecosystems are where the libraries of a language are published.
var ecosystems = map[text.Language]string{text.LangPython: "pypi", text.LangJavaScript: "npm", text.LangGo: "go", text.LangJava: "maven", text.LangKotlin: "maven", text.LangCSharp: "nuget", text.LangRust: "cargo"}

// hits are the clients of an ecosystem whose module a dotted name begins with;
// of modules in modules the longest.
func (k *knowledge) hits(ecosystem, name string) []hit {
	var out []hit
	for at := len(name); at > 0; at = strings.LastIndexAny(name[:at], "./") {
		for _, c := range k.modules[name[:at]] {
			if c.Ecosystem != ecosystem {
				continue
			}
			out = append(out, hit{Client: c, rest: strings.TrimLeft(name[at:], "./")})
		}
		if len(out) > 0 {
			return out
		}
	}
	for _, c := range k.patterns {
		if c.Ecosystem != ecosystem {
			continue
		}
		for _, m := range c.Imports {
			before, after, ok := strings.Cut(m, "{service}")
			rest, begins := strings.CutPrefix(name, before)
			if !ok || !begins {
				continue
			}
			end := strings.IndexAny(rest+".", "./")
			if after != "" {
				if end = strings.Index(rest, after); end < 0 {
					continue
				}
			}
			if end == 0 {
				continue
			}
			out = append(out, hit{Client: c, service: rest[:end], rest: strings.TrimLeft(rest[end+len(after):], "./")})
		}
	}
	return out
}

// makes reports whether what follows the module calls.
func (c *Client) makes(rest string) bool {
	if len(c.Makes) == 0 || rest == "" && c.itself() {
		return true
	}
	for _, part := range strings.FieldsFunc(rest, func(r rune) bool { return r == '.' || r == '/' || r == '(' || r == ')' }) {
		for _, m := range c.Makes {
			if m == part || strings.HasSuffix(m, "*") && strings.HasPrefix(part, m[:len(m)-1]) || strings.HasPrefix(m, "*") && strings.HasSuffix(part, m[1:]) {
				return true
			}
		}
	}
	return false
}

// itself reports whether the module is what calls: import X from "x"; new X().
func (c *Client) itself() bool { return slices.Contains(c.Makes, "default") }

// called is the name of a service as it stands in a host; false when the client
// speaks of other services only.
func (c *Client) called(service string) (string, bool) {
	if len(c.Services) == 0 {
		return service, true
	}
	s, ok := c.Services[service]
	if !ok {
		s, ok = c.Services["*"]
		if s == "*" {
			s = service
		}
	}
	return s, ok
}

func (c *Client) purpose() string {
	if c.Purpose == "" {
		return "model"
	}
	return c.Purpose
}

// kind says what a host is for.
func (k *knowledge) kind(host string) (graph.Kind, bool) {
	if k.Host == nil {
		return "", false
	}
	return k.Host(host)
}
