package kb

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Package is a library, tool or image that reaches other hosts: one record of
// kb/packages/<subject>.yaml. What it does by itself is apart from what it calls
// when a program asks it to.
type Package struct {
	Fact      `yaml:",inline"`
	Ecosystem ecosystem.Ecosystem `yaml:"ecosystem" json:"ecosystem"`
	Name      string              `yaml:"name" json:"name"` // as it is published; image repositories without the default registry
	Does      []Behaviour         `yaml:"does,omitempty" json:"does,omitempty"`
	// Variables are those of the environment that say whom it calls.
	Variables []Variable `yaml:"variables,omitempty" json:"variables,omitempty"`
	Calls     []Client   `yaml:"calls,omitempty" json:"calls,omitempty"`
	// Maker is who makes it; nil when nobody looked.
	Maker *Maker `yaml:"maker,omitempty" json:"maker,omitempty"`
	// Capability is what a system loses when it cannot be trusted: a word of
	// Capabilities, or "" for anything else.
	Capability string `yaml:"capability,omitempty" json:"capability,omitempty"`
}

// A Maker is who makes a package, or the foundation that keeps it, a fact of its
// own. Exactly one of Entity and Name is set.
type Maker struct {
	Fact    `yaml:",inline"`
	Entity  graph.EntityID `yaml:"entity,omitempty" json:"entity,omitempty"` // an operator, whose record says where it is seated and who controls it
	Name    string         `yaml:"name,omitempty" json:"name,omitempty"`     // of who has no such record
	Country graph.Country  `yaml:"country,omitempty" json:"country,omitempty"`
}

// Capabilities is the closed list of what makes a package critical.
var Capabilities = map[string]string{
	"crypto":  "it encrypts, signs or checks signatures",
	"auth":    "it decides who may log in, or proves who somebody is",
	"network": "it carries what is sent and received",
}

// A Variable is a variable of the environment from which a package takes the
// address of a service that it calls, a fact of its own.
type Variable struct {
	Fact    `yaml:",inline"`
	Env     string `yaml:"env" json:"env"`
	Purpose string `yaml:"purpose" json:"purpose"`           // what is sent there or fetched: a word of TargetPurposes
	As      string `yaml:"as,omitempty" json:"as,omitempty"` // url (default) or host
}

// A Behaviour is one way in which a package reaches out, a fact of its own.
type Behaviour struct {
	Fact `yaml:",inline"`
	Kind string `yaml:"kind" json:"kind"` // a word of Behaviours
	// Versions is the range in which it does so: ">=3.2.0, <4". Empty means that
	// no version is known in which it does not.
	Versions string `yaml:"versions,omitempty" json:"versions,omitempty"`
	// Hosts are where it goes, looked up among the endpoints. Labels spells the
	// hosts that may not stand literally in the repository. Both may be empty
	// when nobody wrote down where it goes.
	Hosts  []string   `yaml:"hosts,omitempty" json:"hosts,omitempty"`
	Labels [][]string `yaml:"labels,omitempty" json:"labels,omitempty"`
	// Default says whether it happens when nobody configures anything.
	Default string   `yaml:"default" json:"default"` // on, off, unknown
	When    string   `yaml:"when,omitempty" json:"when,omitempty"`
	Off     []Switch `yaml:"off,omitempty" json:"off,omitempty"` // any one of them turns it off
	On      []Switch `yaml:"on,omitempty" json:"on,omitempty"`   // what turns it on, where it is off
}

// A Switch is one way to turn a behaviour on or off. Exactly one of Env,
// Config and Arg is set.
type Switch struct {
	Env    string `yaml:"env,omitempty" json:"env,omitempty"`       // an environment variable
	Config string `yaml:"config,omitempty" json:"config,omitempty"` // a key of the tool's configuration file
	Arg    string `yaml:"arg,omitempty" json:"arg,omitempty"`       // an argument of the command or the call
	Value  string `yaml:"value,omitempty" json:"value,omitempty"`   // the value that does it; "*" for any that is not empty
}

// Behaviours is the closed list of what packages do by themselves.
var Behaviours = map[string]string{
	"telemetry":         "it reports its use, or errors, to its makers",
	"update-check":      "it asks whether there is a newer version",
	"default-download":  "it fetches models, data or programs that nobody named",
	"mandated-service":  "it needs a service of its makers to do its work",
	"licence-check":     "it asks somebody whether its licence lets it run",
	"remote-switch":     "it asks somebody which of its functions are on",
	"tunnel":            "it makes what runs on the machine reachable through somebody else's host",
	"asset":             "pages that it serves load scripts, fonts or pictures from somebody else",
	"external-ip-check": "it asks a host of somebody else under which address it is seen",
}

// String words the switch as people write it.
func (s Switch) String() string {
	name, sign := s.Env+s.Config+s.Arg, "="
	switch s.Value {
	case "":
		return name
	case "*":
		return name + " (any value)"
	}
	if s.Config != "" {
		sign = ": "
	}
	return name + sign + s.Value
}

// Destinations are all hosts that the behaviour goes to.
func (b *Behaviour) Destinations() []string {
	hosts := slices.Clone(b.Hosts)
	for _, l := range b.Labels {
		hosts = append(hosts, strings.Join(l, "."))
	}
	return hosts
}

// key is what tells one package from another.
func (p *Package) key() string { return string(p.Ecosystem) + ":" + p.Ecosystem.Fold(p.Name) }

func (p *Package) facts(f func(fact *Fact, nested bool)) {
	f(&p.Fact, false)
	for i := range p.Does {
		f(&p.Does[i].Fact, true)
	}
	for i := range p.Variables {
		f(&p.Variables[i].Fact, true)
	}
	for i := range p.Calls {
		f(&p.Calls[i].Fact, true)
	}
	if p.Maker != nil {
		f(&p.Maker.Fact, true)
	}
}

// packages is the register, sorted by key, and its keys.
type packages struct {
	all  []Package
	keys []string
}

func (k *KB) getPackages() *packages {
	return k.packages.get(func() *packages {
		doc := decode[packagesDoc](k, "packages.json")
		p := &packages{all: doc.Packages}
		for i := range doc.Packages {
			doc.Packages[i].full()
			cite(doc.Sources, doc.Packages[i].facts)
			p.keys = append(p.keys, doc.Packages[i].key())
		}
		return p
	})
}

// Packages returns all packages, sorted by ecosystem and name.
func (k *KB) Packages() []Package { return k.getPackages().all }

// Variables returns the variables of the environment from which some package
// takes the address of a service, sorted by name, without what is cited for them.
func (k *KB) Variables() []Variable { return k.index.Variables }

// Variable returns the variable of that name.
func (k *KB) Variable(env string) (Variable, bool) {
	i, ok := slices.BinarySearchFunc(k.index.Variables, env, func(v Variable, env string) int { return strings.Compare(v.Env, env) })
	if !ok {
		return Variable{}, false
	}
	return k.index.Variables[i], true
}

// variables is what the index says of the variables of packages: a check asks for
// each of them, and for nothing else of the packages.
func variables(ps []Package) []Variable {
	var out []Variable
	for i := range ps {
		for _, v := range ps[i].Variables {
			out = append(out, Variable{Env: v.Env, Purpose: v.Purpose, As: v.As})
		}
	}
	slices.SortStableFunc(out, func(a, b Variable) int { return strings.Compare(a.Env, b.Env) })
	return slices.CompactFunc(out, func(a, b Variable) bool { return a.Env == b.Env })
}

// Package returns what is known of a package; every spelling of its name that
// its ecosystem accepts finds it.
func (k *KB) Package(e ecosystem.Ecosystem, name string) (Package, bool) {
	p := k.getPackages()
	i, ok := slices.BinarySearch(p.keys, string(e)+":"+e.Fold(name))
	if !ok {
		return Package{}, false
	}
	return p.all[i], true
}

// Made returns the record that says who makes a package: its own, else that of the
// longest beginning of its name, as organisations have them: "@azure/*".
func (k *KB) Made(e ecosystem.Ecosystem, name string) (Package, bool) {
	own, ok := k.Package(e, name)
	if ok && own.Maker != nil {
		return own, true
	}
	of, found := k.beginning(e, name)
	if !found {
		return own, ok
	}
	if ok && own.Capability != "" {
		of.Capability = own.Capability
	}
	return of, true
}

// Known returns what a package, or those whose names begin alike, is known to do.
func (k *KB) Known(e ecosystem.Ecosystem, name string) (Package, bool) {
	if p, ok := k.Package(e, name); ok {
		return p, true
	}
	p, ok := k.beginning(e, name)
	if ok {
		p.Name = name
	}
	return p, ok
}

// separators end the beginnings of names that an organisation has.
const separators = "/:-."

// beginning is the record of the longest beginning of a name, up to a separator.
func (k *KB) beginning(e ecosystem.Ecosystem, name string) (Package, bool) {
	p, folded := k.getPackages(), e.Fold(name)
	for i := len(folded) - 1; i > 0; i-- {
		if !strings.ContainsRune(separators, rune(folded[i-1])) {
			continue
		}
		if at, found := slices.BinarySearch(p.keys, string(e)+":"+folded[:i]+"*"); found {
			return p.all[at], true
		}
	}
	return Package{}, false
}

// FindPackages returns the packages of one name in all ecosystems that have
// it, in the order of [ecosystem.All].
func (k *KB) FindPackages(name string) []Package {
	var out []Package
	for _, e := range ecosystem.All() {
		if p, ok := k.Package(e, name); ok {
			out = append(out, p)
		}
	}
	return out
}
