package kb

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestRegion(t *testing.T) {
	k := loadSmall(t)
	for text, want := range map[string]struct {
		country   graph.Country
		partition string
	}{
		"north-1": {"DE", "acme"}, "NORTH-1": {"DE", "acme"}, "north -1": {"DE", "acme"}, "north-1a": {"DE", "acme"}, "West-1c": {"US", "acme"},
	} {
		r, ok := k.Region("acme", text)
		if !ok || r.Countries[0] != want.country || r.Partition != want.partition || r.Provider != "acme" {
			t.Errorf("%q: %+v", text, r)
		}
	}
	for _, text := range []string{"", "north-2", "north-1d", "eu-north-1", "anorth-1"} {
		if r, ok := k.Region("acme", text); ok {
			t.Errorf("%q is taken for %s", text, r.Code)
		}
	}
	if _, ok := k.Region("nobody", "north-1"); ok {
		t.Error("an unknown provider has a region")
	}
	if r, ok := k.Region("acme", "dark-1"); !ok || len(r.Countries) != 0 {
		t.Errorf("dark-1 is known to be unknown: %+v", r)
	}
	if got := k.FindRegions("north-1"); len(got) != 2 || got[0].Partition != "acme" || got[1].Partition != "gov" {
		t.Errorf("north-1 is two places: %v", got)
	}
	if p, ok := k.Provider("acme"); !ok || p.Partitions["gov"].Operator != "acme-us" || len(k.Providers()) != 1 || len(k.Regions("acme")) != 4 {
		t.Errorf("provider: %+v", p)
	}
}

// Hosts match on label boundaries, and the longest fixed end wins.
func TestHost(t *testing.T) {
	k := loadSmall(t)
	for host, want := range map[string]string{
		"acme.example": "suffix acme.example", "www.acme.example": "suffix acme.example", "a.b.acme.example": "suffix acme.example",
		"WWW.Acme.Example.": "suffix acme.example", "https://user@www.acme.example:8443/path?q#f": "suffix acme.example", "www.acme.example:443": "suffix acme.example",
		"status.acme.example": "host status.acme.example", "registry.acme.example": "host registry.acme.example",
		"x.status.acme.example": "suffix acme.example", "db.north-1.acme.example": `pattern ^[a-z0-9.-]+\.(?P<region>[a-z]+-[0-9])\.acme\.example$`,
		"x.deep.north-1.acme.example": "suffix deep.north-1.acme.example",
		"evilacme.example":            "", "acme.example.evil.com": "", "acme.exampl": "", "example": "", "": "", ".": "", "acme": "", "[::1]:80": "", "10.0.0.1": "",
	} {
		m, ok := k.Host(host)
		got := ""
		if ok {
			got = m.Endpoint.key()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
		if ok && m.Provider != "acme" {
			t.Errorf("%q: provider %q", host, m.Provider)
		}
	}
	m, _ := k.Host("db.north-1.acme.example")
	if m.Region == nil || m.Region.Countries[0] != "DE" {
		t.Errorf("region %+v", m.Region)
	}
	if m, _ := k.Host("db.south-9.acme.example"); m.Region != nil {
		t.Errorf("a region that nobody knows was found: %+v", m.Region)
	}
}

// International names are matched in their ASCII form, so that a look-alike
// letter is another host.
func TestHostInternational(t *testing.T) {
	m := with(t, "providers/acme/endpoints.yaml", "status.acme.example", "xn--mnchen-3ya.acme.example")
	k, err := Load(m)
	if err != nil {
		t.Fatal(err)
	}
	if h, _ := k.Host("münchen.acme.example"); h.Endpoint.Host != "xn--mnchen-3ya.acme.example" {
		t.Errorf("got %q", h.Endpoint.key())
	}
	if h, ok := k.Host("аcme.example"); ok { // Cyrillic а
		t.Errorf("a look-alike matched %q", h.Endpoint.key())
	}
}

func TestFixedTail(t *testing.T) {
	for expr, want := range map[string]string{
		`^[a-z]+\.acme\.example$`: ".acme.example", `^a(?:b|c)\.x\.io$`: ".x.io", `^a$|b$`: "", `^x\.(com|net)$`: "", `^a\.io`: "",
		`^.*s?$`: "", `^\d$`: "", `^a\.b{2}$`: "", `^[a-z$]$`: "", `^x\.co\$`: "",
	} {
		if got := fixedTail(expr); got != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}

func TestType(t *testing.T) {
	k := loadSmall(t)
	for _, c := range []struct {
		language, source, typ string
		kind                  graph.Kind
		inert, ok             bool
	}{
		{"terraform", "acme/acme", "acme_bucket", graph.ObjectStore, false, true},
		{"terraform", "", "acme_bucket", graph.ObjectStore, false, true},
		{"terraform", "acme/acme", "acme_bucket_policy", graph.Inert, false, true},
		{"terraform", "acme/acme", "acme_iam_user", "", true, true},
		{"terraform", "acme/acme", "acme_iam_policy", "", true, true},
		{"terraform", "other/acme", "acme_bucket", "", false, false},
		{"terraform", "acme/acme", "acme_queue", "", false, false},
		{"terraform", "", "backend.acme", graph.State, false, true},
		{"terraform", "whatever", "backend.acme", graph.State, false, true},
		{"terraform", "", "backend.s3", "", false, false},
		{"kubernetes", "acme/acme", "acme_bucket", "", false, false},
		{"terraform", "acme/acme", "", "", false, false},
	} {
		m, ok := k.Type(c.language, c.source, c.typ)
		if ok != c.ok || m.Inert != c.inert || m.Type != nil && m.Type.Kind != c.kind || ok && !m.Inert && m.Type == nil {
			t.Errorf("%+v: %v %+v", c, ok, m)
		}
		if ok && (m.Provider != "acme" || m.Dialect == nil) {
			t.Errorf("%+v: provider %q", c, m.Provider)
		}
	}
}

// The calls that run once an asset or a flow do not allocate.
// A value decides what the type means; letter case does not matter in it.
func TestTypeBy(t *testing.T) {
	text := "types: {acme_any: {kind: unknown, by: type}, acme_any Store/Bucket@*: {kind: object-store}, acme_any Store/Bucket/copy@*: {kind: backup}}\n"
	k, _, err := loadSmall(t).Overlay(overlay("providers/acme/terraform.yaml", text), "ours")
	if err != nil {
		t.Fatal(err)
	}
	m, ok := k.Type("terraform", "acme/acme", "acme_any")
	if !ok || m.Type.By != "type" {
		t.Fatalf("acme_any: %+v", m)
	}
	for value, want := range map[string]string{"Store/Bucket@2026": "object-store", "store/bucket@2027": "object-store", "Store/Bucket/Copy@1": "backup", "Store/Queue@1": "", "": ""} {
		got, ok := k.TypeBy("terraform", m, "acme_any", value)
		if ok != (want != "") || ok && string(got.Type.Kind) != want {
			t.Errorf("%q: %+v %v, want %q", value, got.Type, ok, want)
		}
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	k := loadSmall(t)
	for name, f := range map[string]func(){
		"Region": func() { k.Region("acme", "north-1") },
		"Type":   func() { k.Type("terraform", "acme/acme", "acme_bucket") },
		"Prefix": func() { k.Type("terraform", "acme/acme", "acme_iam_user") },
		"Host":   func() { k.Host("status.acme.example") },
	} {
		f()
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
