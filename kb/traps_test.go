package kb

import (
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Places whose names mislead. Each row was wrong in some tool or list.
func TestRegionTraps(t *testing.T) {
	k := open(t)
	for _, c := range []struct {
		provider  graph.ProviderID
		text      string
		countries []graph.Country
	}{
		// An eu or europe prefix is not the EU.
		{"aws", "eu-west-2", []graph.Country{"GB"}}, {"aws", "eu-central-2", []graph.Country{"CH"}}, {"aws", "eu-isoe-west-1", []graph.Country{"GB"}},
		{"google", "europe-west2", []graph.Country{"GB"}}, {"google", "europe-west6", []graph.Country{"CH"}},
		{"oci", "eu-zurich-1", []graph.Country{"CH"}}, {"oci", "eu-dcc-zurich-1", []graph.Country{"CH"}}, {"oci", "eu-crissier-1", []graph.Country{"CH"}},
		{"oci", "eu-jovanovac-1", []graph.Country{"RS"}},
		// The same code means another place elsewhere.
		{"aws", "eu-west-1", []graph.Country{"IE"}}, {"aws", "eu-west-3", []graph.Country{"FR"}}, {"aws", "ap-southeast-1", []graph.Country{"SG"}},
		{"aws", "eusc-de-east-1", []graph.Country{"DE"}}, {"aws", "cn-north-1", []graph.Country{"CN"}},
		// Zones follow their region, local zones may leave its country.
		{"aws", "eu-central-1a", []graph.Country{"DE"}}, {"aws", "eu-central-1-ist-1a", []graph.Country{"TR"}}, {"aws", "eu-central-1-waw-1a", []graph.Country{"PL"}},
		{"aws", "eu-north-1-hel-1a", []graph.Country{"FI"}}, {"aws", "eu-north-1-cph-1a", []graph.Country{"DK"}},
		{"google", "europe-west3-a", []graph.Country{"DE"}}, {"scaleway", "fr-par-2", []graph.Country{"FR"}}, {"scaleway", "pl-waw", []graph.Country{"PL"}},
		// Spellings.
		{"azurerm", "West Europe", []graph.Country{"NL"}}, {"azurerm", "westeurope", []graph.Country{"NL"}}, {"azurerm", "North Europe", []graph.Country{"IE"}},
		{"azurerm", "UK South", []graph.Country{"GB"}}, {"azurerm", "switzerlandnorth", []graph.Country{"CH"}}, {"azurerm", "norwayeast", []graph.Country{"NO"}},
		// A third-party table has these in South Africa and in the United States.
		{"azurerm", "mexicocentral", []graph.Country{"MX"}}, {"azurerm", "brazilsoutheast", []graph.Country{"BR"}},
		{"ovh", "GRA", []graph.Country{"FR"}}, {"ovh", "UK1", []graph.Country{"GB"}}, {"ovh", "BHS5", []graph.Country{"CA"}}, {"ovh", "DE1", []graph.Country{"DE"}},
		{"ovh", "WAW1", []graph.Country{"PL"}}, {"ovh", "EU-WEST-PAR", []graph.Country{"FR"}}, {"ovh", "EU-WEST-LZ-ZRH", []graph.Country{"CH"}}, {"ovh", "eu-west-lz-lux-a", []graph.Country{"LU"}},
	} {
		r, ok := k.Region(c.provider, c.text)
		if !ok {
			t.Errorf("%s %s is not known", c.provider, c.text)
		} else if !slices.Equal(r.Countries, c.countries) {
			t.Errorf("%s %s is in %v, want %v", c.provider, c.text, r.Countries, c.countries)
		}
	}
}

// Copies go to the pair, and the pair may lie elsewhere.
func TestPairTraps(t *testing.T) {
	k := open(t)
	for region, pair := range map[string]graph.Country{"brazilsouth": "US", "eastasia": "SG", "southeastasia": "HK", "northeurope": "NL", "westeurope": "IE"} {
		r, ok := k.Region("azurerm", region)
		if !ok || r.Pair == "" {
			t.Errorf("%s has no pair: %+v", region, r)
			continue
		}
		if p, ok := k.Region("azurerm", r.Pair); !ok || !slices.Equal(p.Countries, []graph.Country{pair}) {
			t.Errorf("%s is paired with %s in %v, want %s", region, r.Pair, p.Countries, pair)
		}
	}
}

// The multi-region EU of Google is the EU; some of its dual regions leave it.
func TestGoogleMultiRegions(t *testing.T) {
	k := open(t)
	eu, err := k.Expand("EU", day(t, "2026-11-25"))
	if err != nil {
		t.Fatal(err)
	}
	inside := func(cs []graph.Country) bool {
		return len(cs) > 0 && !slices.ContainsFunc(cs, func(c graph.Country) bool { return !slices.Contains(eu, c) })
	}
	if r, ok := k.Region("google", "EU"); !ok || !inside(r.Countries) {
		t.Errorf("EU: %+v", r)
	}
	for _, code := range []string{"EUR5", "EUR7", "EUR8"} {
		if r, ok := k.Region("google", code); ok && !r.Global && inside(r.Countries) {
			t.Errorf("%s leaves the EU, but is recorded in %v", code, r.Countries)
		} else if !ok {
			t.Errorf("%s is not known", code)
		}
	}
}

// A sovereign partition has an operator of its own, and its group's law with it.
func TestPartitions(t *testing.T) {
	k := open(t)
	r, ok := k.Region("aws", "eusc-de-east-1")
	if !ok || r.Partition != "aws-eusc" {
		t.Fatalf("eusc-de-east-1: %+v", r)
	}
	p, _ := k.Provider("aws")
	o, ok := k.Operator(p.Partitions[r.Partition].Operator)
	if !ok || o.Seat != "DE" || !slices.ContainsFunc(o.Control, func(c Control) bool { return c.Country == "US" }) {
		t.Errorf("operator of the partition: %+v", o)
	}
	if r, _ := k.Region("oci", "eu-frankfurt-1"); r.Partition != "oc1" {
		t.Errorf("eu-frankfurt-1 is in %q", r.Partition)
	}
}
