package all

import (
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/code"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// Known are the options that the knowledge base gives: what every command reads with.
func Known(k *kb.KB) Options {
	o := Options{Terraform: terraform.Options{Data: k.DataAttributes("terraform")}, Boot: k.Boot, Hosts: k.Defaults(), Code: Code(k)}
	o.Image.Known = func(host string) bool {
		_, ok := k.Host(host)
		return ok
	}
	return o
}

// Code says to the source of programs what the knowledge base knows of
// libraries. It is read when there is a program.
func Code(k *kb.KB) code.Options {
	return code.Options{
		Clients:    func() []code.Client { return clients(k) },
		Variables:  func() []code.Variable { return variables(k) },
		Host:       func(host string) (graph.Kind, bool) { at, ok := k.Host(host); return at.Endpoint.Kind, ok },
		Developer:  func(model string) string { m, _ := k.Model(model); return string(m.Developer) },
		Registries: func(ecosystem string) string { return k.Defaults()[defaults[ecosystem]] },
		Address:    kb.ClientWords.Address, Region: kb.ClientWords.Region, Named: kb.ClientWords.Named,
	}
}

func clients(k *kb.KB) []code.Client {
	var out []code.Client
	for _, p := range k.Packages() {
		for _, c := range p.Calls {
			out = append(out, code.Client{Package: p.Name, Ecosystem: string(p.Ecosystem), Imports: c.Imports, Makes: c.Makes, Host: c.Host, Purpose: c.Purpose,
				Address: c.Address, Region: c.Region, Named: c.Named, Service: c.Service, Env: c.Env, Services: c.Services, Prefixes: c.Prefixes, Routed: c.Routed, Seals: seals(&c)})
		}
	}
	return out
}

// seals is who has the key by which a library encrypts. That only the customer has
// it, nothing may pass by as long as it is only claimed.
func seals(c *kb.Client) string {
	if c.Seals == "customer" && !c.Standing(time.Time{}).Firm() {
		return "named"
	}
	return c.Seals
}

func variables(k *kb.KB) []code.Variable {
	var out []code.Variable
	for _, v := range k.Variables() {
		out = append(out, code.Variable{Name: v.Env, Purpose: v.Purpose, Host: v.As == "host"})
	}
	return out
}

// defaults are the words of kb.Defaults for where a launcher takes a tool from.
var defaults = map[string]string{"npm": "npm", "pypi": "pypi", "oci": "image"}

// modules are those of the libraries of Python whose calls the source code
// reads; nil when nobody asks for flows.
func (o *Options) modules() func() []string {
	if o.Code.Clients == nil {
		return nil
	}
	return func() []string {
		var out []string
		for _, c := range o.Code.Clients() {
			if c.Ecosystem != "pypi" {
				continue
			}
			if len(c.Imports) == 0 {
				out = append(out, strings.ReplaceAll(c.Package, "-", "_"))
			}
			out = append(out, c.Imports...)
		}
		return out
	}
}
