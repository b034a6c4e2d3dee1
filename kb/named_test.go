package kb

import (
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestNamed(t *testing.T) {
	n := newNamer(open(t).tree().countries)
	for text, want := range map[string][]graph.Country{
		"Asia Pacific (Hong Kong)":                     {"HK"},
		"Warsaw (WAW{{micro}}) – Poland":               {"PL"},
		"Europe (UK – Erith)":                          {"GB"},
		"Dallas, Texas (US)":                           {"US"},
		"Los Angeles, California, USA":                 {"US"},
		"London, United Kingdom":                       {"GB"},
		"Queretaro, New Mexico":                        {"US"},
		"US-EAST-02 | New Jersey, USA":                 {"US"},
		"Georgia, United States of America":            {"US"},
		"Georgia":                                      nil, // the state, or the country
		"Indiana, Omaha, Romania's neighbours":         {"RO"},
		"Irelands":                                     nil,
		"Northern Ireland":                             {"GB"},
		"Frankfurt":                                    nil,
		`"region_id": "x", … "country_id": "ZA"`:       {"ZA"},
		`name: 'par', countryCode: 'FR', city: 'x'`:    {"FR"},
		"country = de":                                 {"DE"},
		`"country": "ZZ"`:                              nil,
		"country: France and Germany":                  {"DE", "FR"},
		"Réunion, La Réunion":                          {"RE"},
		"":                                             nil,
		"eur3 | europe-west1 (Belgium), (Netherlands)": {"BE", "NL"},
	} {
		if got := n.named(text); !slices.Equal(got, want) {
			t.Errorf("%q names %v, want %v", text, got, want)
		}
	}
}
