package kb

import (
	"slices"
	"strings"
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
		{"ovh", "EU-WEST-LZ-LUX-A", []graph.Country{"LU"}}, {"ovh", "EU-WEST-LZ-LUX", []graph.Country{"LU"}},
		// Local zones of AWS that leave the country of their region, all of them.
		{"aws", "af-south-1-los-1", []graph.Country{"NG"}}, {"aws", "af-south-1", []graph.Country{"ZA"}},
		{"aws", "ap-northeast-1-tpe-1", []graph.Country{"TW"}}, {"aws", "ap-northeast-1", []graph.Country{"JP"}},
		{"aws", "ap-southeast-1-bkk-1", []graph.Country{"TH"}}, {"aws", "ap-southeast-1-han-1", []graph.Country{"VN"}}, {"aws", "ap-southeast-1-mnl-1", []graph.Country{"PH"}},
		{"aws", "ap-southeast-2-akl-1", []graph.Country{"NZ"}}, {"aws", "ap-southeast-2", []graph.Country{"AU"}},
		{"aws", "eu-central-1-ath-1", []graph.Country{"GR"}}, {"aws", "eu-central-1-ist-1", []graph.Country{"TR"}}, {"aws", "eu-central-1-waw-1", []graph.Country{"PL"}}, {"aws", "eu-central-1-ham-1", []graph.Country{"DE"}},
		{"aws", "eu-north-1-cph-1", []graph.Country{"DK"}}, {"aws", "eu-north-1-hel-1", []graph.Country{"FI"}}, {"aws", "eu-north-1", []graph.Country{"SE"}},
		{"aws", "me-south-1-mct-1", []graph.Country{"OM"}}, {"aws", "me-south-1", []graph.Country{"BH"}},
		{"aws", "us-east-1-bue-1", []graph.Country{"AR"}}, {"aws", "us-east-1-lim-1", []graph.Country{"PE"}}, {"aws", "us-east-1-qro-1", []graph.Country{"MX"}}, {"aws", "us-east-1-scl-1", []graph.Country{"CL"}}, {"aws", "us-east-1", []graph.Country{"US"}},
		// An eu prefix elsewhere.
		{"tencentcloud", "eu-moscow", []graph.Country{"RU"}}, {"ibm", "eu-gb", []graph.Country{"GB"}}, {"opentelekomcloud", "eu-ch2", []graph.Country{"CH"}}, {"nebius", "eu-north2", []graph.Country{"IS"}},
		// A prefix that looks like a country.
		{"exoscale", "ch-dk-2", []graph.Country{"CH"}}, {"upcloud", "uk-lon1", []graph.Country{"GB"}},
		// Codes of AWS that mean another place at others.
		{"outscale", "eu-west-2", []graph.Country{"FR"}}, {"outscale", "us-east-2", []graph.Country{"US"}}, {"outscale", "us-west-1", []graph.Country{"US"}},
		{"leaseweb", "eu-west-2", []graph.Country{"GB"}}, {"leaseweb", "eu-west-3", []graph.Country{"NL"}},
		{"alicloud", "eu-west-1", []graph.Country{"GB"}}, {"linode", "eu-west", []graph.Country{"GB"}},
		{"huaweicloud", "ap-southeast-1", []graph.Country{"HK"}}, {"huaweicloud", "ap-southeast-3", []graph.Country{"SG"}},
		{"ionoscloud", "eu-central-3", []graph.Country{"DE"}}, {"ionoscloud", "eu-central-4", []graph.Country{"DE"}}, {"ionoscloud", "us-central-1", []graph.Country{"US"}},
		{"fly", "fra", []graph.Country{"DE"}}, {"oci", "fra", []graph.Country{"DE"}}, {"oci", "lhr", []graph.Country{"GB"}}, {"oci", "eu-frankfurt-2", []graph.Country{"DE"}}, {"oci", "eu-madrid-2", []graph.Country{"ES"}},
		{"huaweicloud", "eu-west-101", []graph.Country{"IE"}}, {"clevercloud", "wsw", []graph.Country{"PL"}}, {"clevercloud", "ldn", []graph.Country{"GB"}},
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
	physical, alone := 0, 0
	for _, r := range k.Regions("azurerm") {
		if r.Kind == "region" && r.Partition == "" && r.Code != "swedensouth" {
			physical++
			if r.Pair == "" {
				alone++
			}
		}
	}
	if physical != 62 || alone != 13 {
		t.Errorf("%d of %d physical regions have no pair, want 13 of 62", alone, physical)
	}
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

// What no record names is not guessed from the region that the name begins
// with: this zone of a Paris region is in Casablanca, and these are not listed.
func TestUnlistedZones(t *testing.T) {
	k := open(t)
	for _, code := range []string{"eu-west-3-wl1-cmn-wlz-1", "eu-west-3-wl1-cmn-wlz-1a", "eu-central-1-xyz-1a", "us-east-1-wl1-zzz-wlz-1", "eu-west", "eu"} {
		if r, ok := k.Region("aws", code); ok {
			t.Errorf("%s is taken for %s in %v", code, r.Code, r.Countries)
		}
	}
}

// Where AWS has published addresses, but no place, nobody knows.
func TestUnannouncedRegions(t *testing.T) {
	k := open(t)
	for provider, codes := range map[graph.ProviderID][]string{"aws": {"me-west-1", "sa-west-1", "us-south-1"}, "google": {"europe-west15"}} {
		for _, code := range codes {
			if r, ok := k.Region(provider, code); !ok || len(r.Countries) > 0 || r.Global || r.Confidence.Firm() {
				t.Errorf("%s %s: %v, %s", provider, code, r.Countries, r.Confidence)
			}
		}
	}
}

// A network zone of Hetzner spans Germany and Finland: it is not in one of them.
func TestNetworkZone(t *testing.T) {
	r, ok := open(t).Region("hcloud", "eu-central")
	if !ok || len(r.Countries) == 1 {
		t.Errorf("eu-central of Hetzner is in %v", r.Countries)
	}
}

// A key is (provider, partition, code): one code at many providers is many
// places, and a look-up without the provider returns all of them.
func TestSameCode(t *testing.T) {
	k := open(t)
	for code, want := range map[string]map[graph.ProviderID]graph.Country{
		"eu-west-2":      {"aws": "GB", "outscale": "FR", "leaseweb": "GB"},
		"eu-west-1":      {"aws": "IE", "alicloud": "GB"},
		"eu-west-3":      {"aws": "FR", "leaseweb": "NL"},
		"ap-southeast-1": {"aws": "SG", "huaweicloud": "HK", "alicloud": "SG", "leaseweb": "SG"},
		"eu-central-1":   {"aws": "DE", "alicloud": "DE", "leaseweb": "DE"},
	} {
		found := map[graph.ProviderID][]graph.Country{}
		for _, r := range k.FindRegions(code) {
			found[r.Provider] = r.Countries
		}
		for id, country := range want {
			if !slices.Equal(found[id], []graph.Country{country}) {
				t.Errorf("%s at %s is %v, want %s", code, id, found[id], country)
			}
		}
	}
}

// Two tables of third parties disagreed with Azure's own about two rows. The
// rows say so, and rest on two sources that agree.
func TestSettledConflicts(t *testing.T) {
	k := open(t)
	for _, code := range []string{"mexicocentral", "brazilsoutheast"} {
		r, ok := k.Region("azurerm", code)
		if !ok || r.Basis(nil) != TwoSources || !strings.Contains(r.Note, "sc-crawler") || strings.Contains(r.Second.Cited.Address, "sc-crawler") {
			t.Errorf("%s: %s, note %q", code, r.Basis(nil), r.Note)
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
