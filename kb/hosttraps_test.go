package kb

import (
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Hosts whose names mislead, and what may be said of them. Operator "" with
// known false is a host that nobody may take for a known one.
func TestHostTraps(t *testing.T) {
	k, at := open(t), day(t, "2026-11-25")
	eu, err := k.Expand("EU", at)
	if err != nil {
		t.Fatal(err)
	}
	anywhere := []graph.Country{graph.Anywhere}
	for _, c := range []struct {
		host      string
		known     bool
		operator  graph.EntityID
		role      graph.Role
		countries []graph.Country // nil: the place is not asked, or must be unknown
		binding   graph.Binding
		firm      bool
	}{
		// A known name in front of somebody else's domain, and look-alikes.
		{host: "api.openai.com.evil.example"}, {host: "api-openai.com"}, {host: "notopenai.com"}, {host: "api.mistral.ai.evil.example"},
		{host: "acme.openai.azure.com.evil.example"}, {host: "evilhuggingface.co"}, {host: "eu.r2.cloudflarestorage.com.evil.example"}, {host: "myhuaweicloud.com.evil.example"},
		// The name of a European company is not a place in Europe.
		{host: "api.mistral.ai", known: true, operator: "mistral", role: graph.Processing, countries: anywhere, binding: graph.Unbound, firm: true},
		{host: "api.eu.mistral.ai", known: true, operator: "mistral", role: graph.Processing, countries: eu, binding: graph.Guaranteed, firm: true},
		{host: "api.deepl.com", known: true, operator: "deepl", role: graph.Processing, countries: anywhere, binding: graph.Unbound, firm: true},
		// Inference in a region does not move accounts and usage.
		{host: "api.eu.mistral.ai", known: true, operator: "mistral", role: graph.Metadata, binding: graph.Unbound},
		{host: "eu.api.openai.com", known: true, operator: "openai", role: graph.Metadata, countries: anywhere, binding: graph.Unbound, firm: true},
		{host: "eu.api.openai.com", known: true, operator: "openai", role: graph.Processing, countries: eu, binding: graph.Preferred, firm: true},
		{host: "api.openai.com", known: true, operator: "openai", role: graph.Processing, countries: anywhere, binding: graph.Unbound, firm: true},
		{host: "api.anthropic.com", known: true, operator: "anthropic", role: graph.Processing, countries: anywhere, binding: graph.Unbound, firm: true},
		// Global and jurisdictional hosts of one service.
		{host: "aiplatform.googleapis.com", known: true, role: graph.Processing, countries: anywhere, binding: graph.Unbound, firm: true},
		{host: "aiplatform.eu.rep.googleapis.com", known: true, role: graph.Processing, countries: eu, binding: graph.Guaranteed, firm: true},
		{host: "acct.r2.cloudflarestorage.com", known: true, operator: "cloudflare", role: graph.Storage, countries: anywhere, binding: graph.Unbound, firm: true},
		{host: "acct.eu.r2.cloudflarestorage.com", known: true, operator: "cloudflare", role: graph.Storage, countries: eu, binding: graph.Guaranteed, firm: true},
		{host: "eu.api.smith.langchain.com", known: true, operator: "langchain", role: graph.Storage, countries: []graph.Country{"NL"}, binding: graph.Guaranteed, firm: true},
		// Names that tell nothing of the place.
		{host: "acme.openai.azure.com", known: true, role: graph.Processing, binding: graph.Unbound},
	} {
		m, ok := k.Host(c.host)
		if ok != c.known {
			t.Errorf("%s: known %v, want %v (%s)", c.host, ok, c.known, m.Endpoint.key())
			continue
		}
		if !ok {
			continue
		}
		if m.Endpoint.Operator != c.operator {
			t.Errorf("%s: operator %q, want %q", c.host, m.Endpoint.Operator, c.operator)
		}
		i := slices.IndexFunc(m.Endpoint.Places, func(p EndpointPlace) bool { return p.Role == c.role })
		if i < 0 {
			t.Errorf("%s: nothing is said of its %s", c.host, c.role)
			continue
		}
		p := &m.Endpoint.Places[i]
		got := slices.Clone(p.Countries)
		for _, b := range p.Blocs {
			cs, err := k.Expand(b, at)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, cs...)
		}
		if !slices.Equal(got, c.countries) {
			t.Errorf("%s: %s in %v, want %v", c.host, c.role, got, c.countries)
		}
		if p.Binding != c.binding {
			t.Errorf("%s: %s is bound %q, want %q", c.host, c.role, p.Binding, c.binding)
		}
		if c.countries != nil && p.Standing(at).Firm() != c.firm {
			t.Errorf("%s: %s stands %s", c.host, c.role, p.Standing(at))
		}
	}
}
