package resolve_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// sound reports what breaks the promise of the package: every place is known
// with reasons and countries, or unknown with one; everything has an origin.
func sound(a *resolve.Asset) (faults []string) {
	bad := func(what string, p graph.Place) {
		faults = append(faults, string(a.Address)+": "+what+": "+string(p.Role)+" "+p.Purpose)
	}
	check := func(where string, ps []graph.Place) {
		for _, p := range ps {
			switch {
			case p.Origin.IsZero():
				bad(where+" has no origin", p)
			case p.Role == "":
				bad(where+" has no role", p)
			case p.Unknown == "" && len(p.Countries) == 0:
				bad(where+" has neither countries nor a reason why not", p)
			case p.Unknown == "" && len(p.Because) == 0:
				bad(where+" is known without a because", p)
			case p.Unknown != "" && len(p.Countries) > 0:
				bad(where+" is unknown and has countries", p)
			case p.Unknown != "" && p.Confidence != graph.NotKnown:
				bad(where+" is unknown with confidence "+string(p.Confidence), p)
			case !slices.IsSorted(p.Countries):
				bad(where+" has countries out of order", p)
			}
		}
	}
	check("a place", a.Places)
	for _, t := range a.Targets {
		if t.Origin.IsZero() {
			faults = append(faults, string(a.Address)+": a target has no origin")
		}
		if t.Unknown == "" && len(t.Places) == 0 && t.Asset == "" {
			faults = append(faults, string(a.Address)+": a target is known and leads nowhere")
		}
	}
	if o := a.Operator; a.Kind != graph.Inert {
		switch {
		case o == nil:
			faults = append(faults, string(a.Address)+": no operator, not even an unknown one")
		case o.Entity == "" && o.Unknown == "", o.Entity != "" && len(o.Because) == 0 && o.Unknown == "":
			faults = append(faults, string(a.Address)+": an operator without reasons")
		}
	}
	if c := a.Custody; c != nil && (len(c.Because) == 0 && c.Unknown == "" || c.Unknown != "" && c.Confidence.Firm() || c.Origin.IsZero()) {
		faults = append(faults, string(a.Address)+": custody without reason or origin")
	}
	if m := a.Maker; m != nil && len(m.Because) == 0 && m.Unknown == "" {
		faults = append(faults, string(a.Address)+": a maker without reasons")
	}
	if s := a.Support; a.Kind != graph.Inert && (s == nil || len(s.Because) == 0 && s.Unknown == "") {
		faults = append(faults, string(a.Address)+": support without reasons")
	}
	for name, s := range a.Settings {
		if s.Origin.IsZero() || s.Value == nil && s.Unknown == "" {
			faults = append(faults, string(a.Address)+": the setting "+name+" has no origin or no value")
		}
	}
	return faults
}

func TestUnknownSaysWhy(t *testing.T) {
	const provider = "provider \"nord\" { region = \"berlin-1\" }\n"
	for _, c := range []struct{ name, tf, subject, purpose, want string }{
		{"nothing written", `resource "nord_bucket" "a" { name = "a" }`, "nord_bucket.a", "", "nothing says where it is: endpoint and region and provider nord region not written here"},
		{"variable", "variable \"r\" {}\n" + `resource "nord_log" "a" { region = var.r }`, "nord_log.a", "", `variable "r" has no value`},
		{"unheard code", `resource "nord_log" "a" { region = "atlantis-1" }`, "nord_log.a", "", `no place "atlantis-1" of nord`},
		{"dark region", `resource "nord_log" "a" { region = "dark-1" }`, "nord_log.a", "", "in which country nord dark-1 lies is not known"},
		{"unheard type", `resource "nord_never" "a" {}`, "nord_never.a", "", "no dialect knows the type nord_never"},
		{"free type", `resource "nord_free" "a" {}`, "nord_free.a", "", "it runs what its caller sends"},
		{"missing module", "module \"m\" {\n  source = \"acme/m/nord\"\n  version = \"1.0.0\"\n}", "module.m", "", "the module could not be read"},
		{"absent reference", `resource "nord_disk" "a" { machine = "m-17" }`, "nord_disk.a", "", `machine names "m-17", which is not in this tree`},
		{"reference without a place", provider + `resource "nord_vault" "v" {}` + "\n" + `resource "nord_disk" "a" { machine = nord_vault.v.id }`, "nord_disk.a", "", "machine names nord_vault.v, which has no place of its own"},
		{"then unwritten", provider + `resource "nord_database" "d" {}` + "\n" + `resource "nord_copy" "a" { source = nord_database.d.id }`, "nord_copy.a", "", "nord_database.d does not write region"},
		{"no pair", `resource "nord_database" "a" { region = "zurich-1" }`, "nord_database.a", "backup", "which region zurich-1 is paired with is not known"},
		{"no zone", "resource \"nord_database\" \"a\" {\n  region = \"oslo-1\"\n  backup = \"zone\"\n}", "nord_database.a", "backup", "to which data zone oslo-1 belongs is not known"},
		{"unheard word", provider + `resource "nord_database" "a" { backup = "moon" }`, "nord_database.a", "backup", `backup is "moon", which the dialect does not know`},
		{"unknown condition", provider + "variable \"k\" {}\n" + `resource "nord_database" "a" { kept = var.k }`, "nord_database.a", "backup", `variable "k" has no value`},
		{"unheard host", `resource "nord_bucket" "a" { endpoint = "https://store.nobody.example" }`, "nord_bucket.a", "", "does not know the host store.nobody.example"},
		{"host without region", `resource "nord_bucket" "a" { endpoint = "https://api.nord.example" }`, "nord_bucket.a", "", "the host api.nord.example does not tell where it is"},
		{"arn without region", provider + `resource "nord_database" "a" { key = "arn:x:y::z:key" }`, "nord_database.a", "key", "carries no region"},
		{"not a country", `resource "nord_country" "a" { country = "Atlantis" }`, "nord_country.a", "", "neither a country"},
	} {
		t.Run(c.name, func(t *testing.T) {
			assets := resolved(t, plain, c.tf)
			a := get(t, assets, graph.Address(c.subject))
			found := false
			for _, p := range a.Places {
				if p.Purpose != c.purpose {
					continue
				}
				found = true
				if !strings.Contains(p.Unknown, c.want) {
					t.Errorf("%s place of %s: unknown because %q, want %q", c.purpose, c.subject, p.Unknown, c.want)
				}
			}
			if !found {
				t.Errorf("%s has no place with the purpose %q", c.subject, c.purpose)
			}
			for _, x := range assets {
				for _, f := range sound(x) {
					t.Error(f)
				}
			}
		})
	}
}

func TestBecauseChain(t *testing.T) {
	a := get(t, resolved(t, plain, `
provider "nord" { region = "berlin-1" }
resource "nord_database" "d" { backup = "geo" }
`), "nord_database.d")
	for _, c := range []struct {
		purpose string
		want    []string
	}{
		{"", []string{`provider nord region is "berlin-1"`, "nord berlin-1 is Berlin, in DE (example.org/sdk@v1)"}},
		{"backup", []string{`backup is "geo"`, `provider nord region is "berlin-1"`, "nord berlin-1 is Berlin", "berlin-1 is paired with paris-1", "nord paris-1 is Paris, in FR", "the provider keeps backups unless kept is false"}},
	} {
		for _, p := range a.Places {
			if p.Purpose != c.purpose {
				continue
			}
			at := 0
			for _, b := range p.Because {
				if at < len(c.want) && strings.Contains(b, c.want[at]) {
					at++
				}
			}
			if at < len(c.want) {
				t.Errorf("purpose %q: the chain %q does not say %q in this order", c.purpose, p.Because, c.want[at])
			}
		}
	}
	if want := "Nord GmbH is seated in DE (example.org/register)"; !slices.Contains(a.Operator.Because, want) {
		t.Errorf("operator because %q, want %q", a.Operator.Because, want)
	}
}

func TestConfidence(t *testing.T) {
	assets := resolved(t, plain, `
resource "nord_log" "sure" { region = "berlin-1" }
resource "nord_log" "said" { region = "said-1" }
resource "nord_log" "dark" { region = "dark-1" }
resource "nord_database" "d" {
  region = "berlin-1"
  backup = "said"
}
resource "nord_agent" "r" {
  region = "berlin-1"
  model  = "rumour-1"
}
`)
	for a, want := range map[graph.Address]graph.Confidence{"nord_log.sure": graph.Authoritative, "nord_log.said": graph.Claimed, "nord_log.dark": graph.NotKnown} {
		if got := get(t, assets, a).Places[0].Confidence; got != want {
			t.Errorf("%s: confidence %s, want %s", a, got, want)
		}
	}
	for _, p := range get(t, assets, "nord_database.d").Places {
		if p.Purpose == "backup" && p.Confidence != graph.Claimed {
			t.Errorf("a geography that is only claimed gives a backup place with confidence %s", p.Confidence)
		}
	}
	if m := get(t, assets, "nord_agent.r").Maker; m.Confidence != graph.Claimed || m.Country != "DE" {
		t.Errorf("a maker that is only claimed came out as %+v", m)
	}
}

func TestOperators(t *testing.T) {
	r := newResolver(t, plain)
	for _, c := range []struct {
		id      graph.EntityID
		seat    graph.Country
		laws    []graph.LawID
		unknown string
	}{
		{"nord", "DE", nil, ""},
		{"sud", "FR", []graph.LawID{"US_REACH"}, ""},
		{"big", "US", []graph.LawID{"US_REACH"}, ""},
		{"murky", "DE", nil, "who controls Murky is not known"},
		{"nobody", "", nil, `no record of the operator "nobody"`},
		{"", "", nil, "names no operator"},
	} {
		o := r.Operator(c.id)
		if o.Seat != c.seat || !slices.Equal(o.Laws, c.laws) || !strings.Contains(o.Unknown, c.unknown) || (o.Unknown == "") != (c.unknown == "") {
			t.Errorf("%q: seat %s, laws %v, unknown %q", c.id, o.Seat, o.Laws, o.Unknown)
		}
	}
	if o := r.Operator("sud"); len(o.Control) != 1 || o.Control[0].Country != "US" || o.Control[0].Share != 60 {
		t.Errorf("sud is controlled by %+v", o.Control)
	}
}
