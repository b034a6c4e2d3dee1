package resolve_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Circles end, and what stands in one is unknown.
func TestCircles(t *testing.T) {
	assets := resolved(t, plain, `
resource "nord_disk" "a" { machine = nord_disk.b.id }
resource "nord_disk" "b" { machine = nord_disk.c.id }
resource "nord_disk" "c" { machine = nord_disk.a.id }
resource "nord_agent" "x" {
  region  = "berlin-1"
  profile = nord_agent.y.id
}
resource "nord_agent" "y" {
  region  = "berlin-1"
  profile = nord_agent.x.id
}
resource "nord_bucket" "p" {
  name   = "p"
  region = "berlin-1"
}
resource "nord_bucket" "q" {
  name   = "q"
  region = "paris-1"
}
resource "nord_bucket_copy" "pq" {
  bucket      = nord_bucket.p.id
  destination = nord_bucket.q.id
}
resource "nord_bucket_copy" "qp" {
  bucket      = nord_bucket.q.id
  destination = nord_bucket.p.id
}
resource "nord_key_alias" "one" { key = nord_key_alias.two.id }
resource "nord_key_alias" "two" { key = nord_key_alias.one.id }
`)
	for _, n := range []graph.Address{"nord_disk.a", "nord_disk.b", "nord_disk.c"} {
		a := get(t, assets, n)
		if len(a.Places) == 0 {
			t.Errorf("%s has no place at all", n)
		}
		for _, p := range a.Places {
			if !strings.Contains(p.Unknown, "in a circle") {
				t.Errorf("%s: unknown because %q, want a circle", n, p.Unknown)
			}
		}
	}
	// Two buckets that copy to each other are no circle: each is in its region.
	for n, want := range map[graph.Address]graph.Country{"nord_bucket.p": "FR", "nord_bucket.q": "DE"} {
		ok := false
		for _, p := range get(t, assets, n).Places {
			ok = ok || p.Purpose == "replica" && slices.Equal(p.Countries, []graph.Country{want})
		}
		if !ok {
			t.Errorf("%s has no replica in %s", n, want)
		}
	}
	for _, a := range assets {
		for _, f := range sound(a) {
			t.Error(f)
		}
	}
}

// What an agent computes through a profile is where the profile does, however
// many lie between.
func TestInferenceByReference(t *testing.T) {
	assets := resolved(t, plain, `
provider "nord" { region = "berlin-1" }
resource "nord_profile" "world" { geography = "world.giga" }
resource "nord_agent" "first" { profile = nord_profile.world.id }
resource "nord_agent" "own" {}
resource "nord_agent" "regional" { profile = nord_profile.here.id }
resource "nord_profile" "here" { region = "paris-1" }
`)
	for n, want := range map[graph.Address][]graph.Country{"nord_agent.first": {"*"}, "nord_agent.own": {"DE"}, "nord_agent.regional": {"FR"}} {
		var got []graph.Country
		for _, p := range get(t, assets, n).Places {
			if p.Purpose == "inference" {
				got = append(got, p.Countries...)
				if p.Role != graph.Processing {
					t.Errorf("%s: inference has the role %s", n, p.Role)
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s computes in %v, want %v", n, got, want)
		}
	}
}

// The same address in two roots is two assets; a reference stays in its root.
func TestRootsAreApart(t *testing.T) {
	list := newResolver(t, plain).Resolve(read(t, `-- one/main.tf --
resource "nord_machine" "m" { zone = "berlin-1" }
resource "nord_disk" "d" { machine = nord_machine.m.id }
-- two/main.tf --
resource "nord_machine" "m" { zone = "reno-1" }
resource "nord_disk" "d" { machine = nord_machine.m.id }
`))
	got := map[string]graph.Country{}
	for i := range list {
		if list[i].Address == "nord_disk.d" {
			got[list[i].Root[strings.LastIndexByte(list[i].Root, '/')+1:]] = list[i].Places[0].Countries[0]
		}
	}
	if want := map[string]graph.Country{"one": "DE", "two": "US"}; cmp.Diff(want, got) != "" {
		t.Errorf("disks are in %v, want %v", got, want)
	}
}

// Of two assets with one address both are resolved; nobody is lost.
func TestDuplicateAddress(t *testing.T) {
	fact := func(region string, line int) graph.Asset {
		return graph.Asset{Address: "nord_log.a", Language: "terraform", Type: "nord_log", Root: "r",
			Attrs: one{"region", region, line}, Origin: graph.Origin{File: "main.tf", Line: line}}
	}
	list := newResolver(t, plain).Resolve(&graph.Facts{Assets: []graph.Asset{fact("berlin-1", 1), fact("reno-1", 9)}})
	var got []string
	for i := range list {
		got = append(got, fmt.Sprint(list[i].Places[0].Countries, list[i].Origin.Line))
	}
	if want := []string{"[DE] 1", "[US] 9"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// one is a reader of one attribute.
type one struct {
	name  string
	value string
	line  int
}

func (o one) Read(path string) []graph.Reading {
	if path != o.name {
		return nil
	}
	return []graph.Reading{{Value: o.value, Origin: graph.Origin{File: "main.tf", Line: o.line}}}
}

// Values that could be secrets do not reach messages, reasons or names.
func TestSecretsStayOut(t *testing.T) {
	const secret = "hunter2-s3cr3t"
	for name, tf := range map[string]string{
		"url with a password":  `resource "nord_sink" "a" { url = "https://user:` + secret + `@logs.big.example/x" }`,
		"url with a query":     `resource "nord_sink" "a" { url = "https://logs.nobody.example/x?token=` + secret + `" }`,
		"host with a password": `resource "nord_sink" "a" { issuer = "user:` + secret + `@login.nobody.example:443" }`,
		"connection string":    `resource "nord_sink" "a" { issuer = "host=login.nobody.example password=` + secret + `" }`,
		"reference":            `resource "nord_disk" "a" { machine = "Endpoint=sb://x/;Key=` + secret + `" }`,
		"target":               `resource "nord_sink" "a" { bucket = "Endpoint=sb://x/;Key=` + secret + `" }`,
		"key material":         `resource "nord_bucket" "a" { key = "base64+` + secret + `==" }`,
		"scope":                `resource "nord_database" "a" { backup = "Key=` + secret + `" }`,
		"mapped":               `resource "nord_key" "a" { protection = "Key=` + secret + `" }`,
		"setting":              `resource "nord_bucket" "a" { website = "Key=` + secret + `" }`,
		"region":               `resource "nord_log" "a" { region = "Key=` + secret + `" }`,
		"model":                `resource "nord_agent" "a" { model = "https://x?Key=` + secret + `" }`,
		"external key manager": "resource \"nord_key\" \"a\" {\n protection = \"OUTSIDE\"\n manager = \"host=x;token=" + secret + "\"\n}",
		"country":              `resource "nord_country" "a" { country = "Key=` + secret + `" }`,
	} {
		t.Run(name, func(t *testing.T) {
			assets := resolved(t, plain, "provider \"nord\" { region = \"berlin-1\" }\n"+tf)
			if len(assets) == 0 {
				t.Fatal("nothing was resolved")
			}
			for _, a := range assets {
				if text := said(t, a.Places, a.Operator, a.Custody, a.Maker, a.Support, a.Targets, a.Settings); strings.Contains(text, secret) {
					i := strings.Index(text, secret)
					t.Errorf("%s says the secret: …%s", a.Address, text[max(0, i-80):i+len(secret)])
				}
			}
		})
	}
}

// said is everything that the parts would say, reasons included.
func said(t *testing.T, parts ...any) string {
	t.Helper()
	var b strings.Builder
	for _, p := range parts {
		j, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(j)
		fmt.Fprintf(&b, "%+v", p)
	}
	for _, p := range parts {
		switch p := p.(type) {
		case *graph.Operator:
			if p != nil {
				fmt.Fprint(&b, p.Because)
			}
		case *graph.Custody:
			if p != nil {
				fmt.Fprint(&b, p.Because, p.Unknown)
			}
		}
	}
	return b.String()
}

// Classes come from bindings and tags, systems too; what nothing binds has
// all classes.
func TestBinding(t *testing.T) {
	const p = `apiVersion: bailiwick/v1
kind: Perimeter
spec:
  jurisdictions: {allow: [EU]}
  data: {care: {}, prompts: {}, site: {confidentiality: public}}
  systems: {triage: {}, other: {}}
  bindings:
    - {match: "nord_bucket.docs*", data: [care], system: triage}
    - {match: "*.docs*", data: [prompts]}
`
	assets := resolved(t, p, `
provider "nord" { region = "berlin-1" }
resource "nord_bucket" "docs" {
  count = 2
  name  = "d${count.index}"
}
resource "nord_log" "docs" {}
resource "nord_log" "tagged" { tags = { Data_Class = "site, care" } }
resource "nord_log" "labelled" { labels = { "ai-system" = "other", data-class = "prompts" } }
resource "nord_log" "listed" { tags = ["data_class=site"] }
resource "nord_log" "strange" { tags = { data_class = "nonsense" } }
resource "nord_log" "free" {}
`)
	for n, want := range map[graph.Address]struct {
		classes []graph.ClassID
		bound   bool
		system  string
	}{
		"nord_bucket.docs[1]": {[]graph.ClassID{"care", "prompts"}, true, "triage"},
		"nord_log.docs":       {[]graph.ClassID{"prompts"}, true, ""},
		"nord_log.tagged":     {[]graph.ClassID{"care", "site"}, true, ""},
		"nord_log.labelled":   {[]graph.ClassID{"prompts"}, true, "other"},
		"nord_log.listed":     {[]graph.ClassID{"site"}, true, ""},
		"nord_log.strange":    {[]graph.ClassID{"care", "prompts", "site"}, false, ""},
		"nord_log.free":       {[]graph.ClassID{"care", "prompts", "site"}, false, ""},
	} {
		a := get(t, assets, n)
		if !slices.Equal(a.Classes, want.classes) || a.Bound != want.bound || a.System != want.system {
			t.Errorf("%s: classes %v, bound %v, system %q; want %+v", n, a.Classes, a.Bound, a.System, want)
		}
	}
}

// Tags of the provider configuration count for every asset, after its own.
func TestProviderTags(t *testing.T) {
	assets := resolved(t, classes, `
provider "nord" {
  region = "berlin-1"
  default_tags { tags = { data_class = "care", owner = "x" } }
}
resource "nord_log" "plain" {}
resource "nord_log" "own" { tags = { DATA_CLASS = "site" } }
`)
	for n, want := range map[graph.Address]graph.ClassID{"nord_log.plain": "care", "nord_log.own": "site"} {
		if a := get(t, assets, n); !a.Bound || !slices.Equal(a.Classes, []graph.ClassID{want}) || a.Tags["owner"] != "x" {
			t.Errorf("%s has the classes %v (bound %v) and the tags %v", n, a.Classes, a.Bound, a.Tags)
		}
	}
}

// A class tag whose value is not known may name any class, however lenient
// the class of unbound assets is.
func TestUnknownTag(t *testing.T) {
	assets := resolved(t, classes+"  unbound: site\n  bindings: [{match: nord_log.bound, data: [care]}]\n", `
variable "c" {}
provider "nord" { region = "berlin-1" }
resource "nord_log" "value" { tags = { data_class = var.c } }
resource "nord_log" "map" { tags = var.c }
resource "nord_log" "other" { tags = { owner = var.c } }
resource "nord_log" "bound" { tags = { data_class = var.c } }
resource "nord_log" "none" {}
`)
	both, site, care := []graph.ClassID{"care", "site"}, []graph.ClassID{"site"}, []graph.ClassID{"care"}
	for n, want := range map[graph.Address][]graph.ClassID{"nord_log.value": both, "nord_log.map": both, "nord_log.other": site, "nord_log.bound": care, "nord_log.none": site} {
		if a := get(t, assets, n); !slices.Equal(a.Classes, want) || a.Bound != (n == "nord_log.bound") {
			t.Errorf("%s has the classes %v (bound %v), want %v", n, a.Classes, a.Bound, want)
		}
	}
}

// What is attached to an attachment counts for what that is attached to,
// whichever stands first.
func TestAttachedToAttached(t *testing.T) {
	key := `resource "nord_key" "k" {
  region     = "berlin-1"
  protection = "HSM"
}
`
	one := "resource \"nord_key_alias\" \"a\" { key = nord_key.k.id }\n"
	two := "resource \"nord_key_alias\" \"b\" { key = nord_key_alias.a.id }\n"
	use := "resource \"nord_bucket\" \"x\" {\n  region = \"berlin-1\"\n  key = nord_key_alias.b.id\n}\n"
	for name, text := range map[string]string{"forwards": key + one + two + use, "backwards": two + one + key + use} {
		c := get(t, resolved(t, plain, text), "nord_bucket.x").Custody
		if c.Protection != "hsm" || c.Key != "nord_key.k" {
			t.Errorf("%s: an alias of an alias of an HSM key is %q of %q (%s)", name, c.Protection, c.Key, c.Unknown)
		}
	}
}

// Support comes from a document of the perimeter while it is valid, else from
// the operator's record, else it is unknown.
func TestSupport(t *testing.T) {
	const head = "apiVersion: bailiwick/v1\nkind: Perimeter\nspec:\n  jurisdictions: {allow: [EU]}\n"
	doc := func(about, expires string) string {
		return head + "  evidence:\n    - {about: " + about + ", fact: support, value: [FR], document: \"sha256:" + strings.Repeat("0", 64) + "\", approved_by: x@y.example, expires: " + expires + "}\n"
	}
	const tf = "provider \"nord\" { region = \"berlin-1\" }\nresource \"nord_log\" \"a\" {}\nresource \"nord_market\" \"m\" {}\n"
	for _, c := range []struct {
		name, perimeter string
		subject         graph.Address
		want            []graph.Country
		confidence      graph.Confidence
	}{
		{"record", head, "nord_log.a", []graph.Country{"DE", "SE"}, graph.Documented},
		{"no record", head, "nord_market.m", nil, graph.NotKnown},
		{"document", doc("sud", "2027-01-01"), "nord_market.m", []graph.Country{"FR", "GP"}, graph.Documented},
		{"document on its last day", doc("sud", "2026-11-25"), "nord_market.m", []graph.Country{"FR", "GP"}, graph.Documented},
		{"expired document", doc("sud", "2026-11-24"), "nord_market.m", nil, graph.NotKnown},
		{"document about an asset", doc("nord_log.a", "2027-01-01"), "nord_log.a", []graph.Country{"FR", "GP"}, graph.Documented},
	} {
		s := get(t, resolved(t, c.perimeter, tf), c.subject).Support
		if !slices.Equal(s.Countries, c.want) || s.Confidence != c.confidence {
			t.Errorf("%s: support %v (%s), want %v (%s)", c.name, s.Countries, s.Confidence, c.want, c.confidence)
		}
	}
}
