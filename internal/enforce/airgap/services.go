package airgap

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A service is one mirror that runs. The word UPSTREAM in its environment or
// configuration stands for where it fetches from, which whoever runs it says.
type service struct {
	Name     string // as the perimeter calls the ecosystem
	At       string // the address that the perimeter gives it
	Image    string // below the own registry
	Port     int
	Data     string // the folder of its volume
	Args     []string
	Env      []variable
	Config   string
	ConfigAt string
}

// Services are the mirrors to run, of those that the perimeter names.
func (s *site) Services() []service {
	m := &s.Mirrors
	all := []service{
		{Name: "pypi", At: m.PyPI, Image: "epicwink/proxpi", Port: 5000, Data: "/cache", Env: []variable{{"PROXPI_INDEX_URL", "UPSTREAM"}, {"PROXPI_CACHE_DIR", "/cache"}}},
		{Name: "npm", At: m.NPM, Image: "verdaccio/verdaccio", Port: 4873, Data: "/verdaccio/storage", ConfigAt: "/verdaccio/conf/config.yaml", Config: `storage: /verdaccio/storage
uplinks:
  upstream: {url: "UPSTREAM"}
packages:
  "@*/*": {access: $all, proxy: upstream}
  "**": {access: $all, proxy: upstream}
`},
		// It asks a proxy as well, and never where a module is kept.
		{Name: "go", At: m.Go, Image: "gomods/athens", Port: 3000, Data: "/var/lib/athens", Env: []variable{{"ATHENS_STORAGE_TYPE", "disk"}, {"ATHENS_DISK_STORAGE_ROOT", "/var/lib/athens"},
			{"ATHENS_GO_BINARY_ENV_VARS", "GOPROXY=UPSTREAM;GOSUMDB=off;GOVCS=*:off"}, {"ATHENS_SUM_DBS", ""}}},
		// It serves what was published into its volume, and fetches nothing.
		{Name: "deb", At: strings.Join(m.Deb, "; "), Image: "aptly/aptly", Port: 8080, Data: "/var/lib/aptly", Args: []string{"aptly", "serve", "-listen=:8080"}, Env: []variable{{"HOME", "/var/lib/aptly"}}},
		{Name: "images", At: m.Images, Image: "project-zot/zot", Port: 5000, Data: "/var/lib/zot", ConfigAt: "/etc/zot/config.json", Config: `{
  "storage": {"rootDirectory": "/var/lib/zot"},
  "http": {"address": "0.0.0.0", "port": "5000"},
  "extensions": {"sync": {"enable": true, "registries": [{"urls": ["UPSTREAM"], "onDemand": true, "tlsVerify": true}]}}
}
`},
	}
	out := all[:0]
	for _, x := range all {
		if x.At != "" {
			out = append(out, x)
		}
	}
	return out
}

// Door reports whether the service fetches from elsewhere.
func (x *service) Door() bool {
	all := x.Config
	for _, v := range x.Env {
		all += v.Value
	}
	return strings.Contains(all, "UPSTREAM")
}

// Compose writes a text as Compose takes it: a dollar is doubled, and where it
// fetches from is a variable without a default.
func (x *service) Compose(text string) string {
	door := fmt.Sprintf("${UPSTREAM_%s:?from where the mirror of %s fetches}", strings.ToUpper(x.Name), x.Name)
	return strings.ReplaceAll(strings.ReplaceAll(text, "$", "$$"), "UPSTREAM", door)
}

// Digest is the variable of Compose that has the digest of the image.
func (x *service) Digest() string {
	return fmt.Sprintf("${%s_SHA256:?the digest of the image %s, 64 digits}", strings.ToUpper(x.Name), x.Image)
}

// Store is the registry that images of the mirrors are copied into.
func (s *site) Store() string {
	if m := s.Mirrors.Images; m != "" {
		return m
	}
	return s.Approved[0] // a mirror is on an approved host, so there is one
}

// Held are the classes of data of the place that the mirrors are in, as a label has
// them.
func (s *site) Held() string { return strings.ReplaceAll(graph.Listed(s.Classes), ", ", ".") }

// Configured reports whether a service has a file of its own.
func (s *site) Configured() bool {
	return slices.ContainsFunc(s.Services(), func(x service) bool { return x.Config != "" })
}

// Regions are the codes of all regions inside.
func (s *site) Regions() []string {
	out := []string{}
	for i := range s.Clouds {
		out = append(out, s.Clouds[i].Codes()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Names are the services, and Doors those that fetch from elsewhere.
func (s *site) Names() []string { return named(s.Services(), func(*service) bool { return true }) }
func (s *site) Doors() []string { return named(s.Services(), (*service).Door) }

func named(all []service, which func(*service) bool) []string {
	out := []string{}
	for i := range all {
		if which(&all[i]) {
			out = append(out, all[i].Name)
		}
	}
	return out
}
