package kb

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// tenants is the sound tree and a service that runs in its cloud.
func tenants() map[string]string {
	m := sound()
	m["providers/shop/provider.yaml"] = "id: shop\nname: Shop\noperator: acme-us\ncodes: {fold: upper}\nconfidence: claimed\n"
	m["providers/shop/regions.yaml"] = `sources:
  docs: {address: shop.example/docs, licence: quotation, retrieved: 2026-01-02}
fact: {source: docs, confidence: documented, as_of: 2026-01-02, review_by: 2027-06-02}
regions:
  - {code: NORTH_1, kind: region, in: [acme/north-1], quote: "NORTH_1 is north-1"}
  - {code: EITHER, kind: region, in: [acme/west-1, acme/north-1], quote: "EITHER is north-1 or west-1"}
  - {code: DARK, kind: region, in: [acme/dark-1], quote: "DARK is dark-1"}
  - {code: WORD, kind: region, in: [acme/north-1], confidence: claimed}
`
	return m
}

// A tenant is where the cloud is that it runs in, and known no better.
func TestTenant(t *testing.T) {
	k, err := Load(files(tenants()))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code       string
		countries  string
		confidence graph.Confidence
		review     string
	}{
		{"north_1", "DE", graph.Documented, "2027-01-02"}, // the default partition of acme, reviewed when the first of both is due
		{"EITHER", "DE US", graph.Documented, "2027-01-02"},
		{"DARK", "", graph.Documented, "2027-06-02"},
		{"WORD", "DE", graph.Claimed, "2027-01-02"},
	} {
		r, ok := k.Region("shop", c.code)
		var got []string
		for _, x := range r.Countries {
			got = append(got, string(x))
		}
		if !ok || strings.Join(got, " ") != c.countries || r.Confidence != c.confidence || r.ReviewBy != c.review {
			t.Errorf("%s: %v %s %s, want %s %s %s", c.code, got, r.Confidence, r.ReviewBy, c.countries, c.confidence, c.review)
		}
	}
	v, err := Verify(files(tenants()), day(t, "2026-06-01"))
	if err != nil || len(v.Faults) > 0 {
		t.Fatal(err, v.Faults)
	}
	var bases []string
	for _, r := range v.Regions {
		if r.Provider == "shop" {
			bases = append(bases, r.Code+" "+string(r.Basis))
		}
	}
	if got := strings.Join(bases, ", "); got != "NORTH_1 from-cloud, EITHER from-cloud, DARK unknown, WORD claimed" {
		t.Error(got)
	}
}

func TestTenantRefuses(t *testing.T) {
	const file = "providers/shop/regions.yaml"
	for _, c := range []struct{ name, old, new, want string }{
		{"a country of its own", "in: [acme/north-1], quote", "in: [acme/north-1], countries: [FR], quote", "regions.yaml:5: region NORTH_1 is in acme/north-1, whose record says where that is"},
		{"no code", "in: [acme/north-1], quote", "in: [acme], quote", `in: "acme" is not PROVIDER/CODE`},
		{"no provider", "in: [acme/north-1], quote", "in: [acne/north-1], quote", `in: provider "acne" has no folder under providers/; did you mean acme?`},
		{"no region", "in: [acme/north-1], quote", "in: [acme/north-2], quote", `in: acme has no region "north-2"; did you mean north-1?`},
		{"itself", "in: [acme/north-1], quote", "in: [shop/DARK], quote", "in: shop/DARK is a region of the same provider; write parent: DARK"},
		{"one source in the cloud", "", "", "region NORTH_1 is in DE after one source only"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := tenants()
			if c.old == "" {
				m = maps.Clone(m)
				const acme = "providers/acme/regions.yaml"
				m[acme] = strings.Replace(m[acme], `second: {source: table, quote: "north-1,DE"}, `, "", 1)
			} else {
				m[file] = strings.Replace(m[file], c.old, c.new, 1)
			}
			v, err := Verify(files(m), day(t, "2026-06-01"))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(v.Faults, func(e *Error) bool { return strings.Contains(e.Error(), c.want) }) {
				t.Errorf("got  %v\nwant %s", v.Faults, c.want)
			}
		})
	}
}

// Who moves the region of the cloud moves what runs in it.
func TestTenantFollowsOverlay(t *testing.T) {
	k, err := Load(files(tenants()))
	if err != nil {
		t.Fatal(err)
	}
	over := files(map[string]string{"providers/acme/regions.yaml": "fact: {confidence: claimed}\npartition: acme\nregions:\n  - {code: north-1, kind: region, countries: [DE, FR], zone: europe, pair: west-1}\n"})
	moved, _, err := k.Overlay(over, "ours")
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := moved.Region("shop", "NORTH_1"); !slices.Equal(r.Countries, []graph.Country{"DE", "FR"}) || r.Confidence != graph.Claimed {
		t.Errorf("%v %s", r.Countries, r.Confidence)
	}
	// A tenant that an overlay adds is free; one that shadows a known code is not.
	over = files(map[string]string{"providers/shop/regions.yaml": "fact: {confidence: claimed}\nregions:\n  - {code: WEST, kind: region, in: [acme/west-1]}\n"})
	if _, loose, err := k.Overlay(over, "ours"); err != nil || len(loose) > 0 {
		t.Error(err, loose)
	}
	over = files(map[string]string{"providers/shop/regions.yaml": "fact: {confidence: claimed}\nregions:\n  - {code: NORTH_1, kind: region, in: [acme/west-1]}\n"})
	if _, _, err := k.Overlay(over, "ours"); err == nil || !strings.Contains(err.Error(), "countries [US] instead of [DE]") {
		t.Errorf("a tenant that moves to another region: %v", err)
	}
}
