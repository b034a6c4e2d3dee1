package kb

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The traps of reference lists: language data with the United Kingdom in the
// EU, Switzerland in the EEA, territories that are or are not part of it.
func TestBlocs(t *testing.T) {
	k, at := open(t), day(t, "2026-11-25")
	counts := map[string]int{"EU": 27, "EEA": 30, "EFTA": 4}
	for _, b := range k.Blocs() {
		if want, ok := counts[b.ID]; ok && len(b.Members) != want {
			t.Errorf("%s has %d members, want %d", b.ID, len(b.Members), want)
		}
		delete(counts, b.ID)
	}
	if len(counts) > 0 {
		t.Errorf("missing blocs: %v", counts)
	}
	for _, c := range []struct {
		bloc    string
		in, out []graph.Country
	}{
		{"EU", []graph.Country{"DE", "FR", "HR", "CY", "GP", "MQ", "GF", "RE", "YT", "MF", "AX"},
			[]graph.Country{"GB", "CH", "NO", "IS", "LI", "RS", "TR", "PF", "NC", "GL", "FO", "AW", "CW", "BL", "PM", "WF", "IM", "JE", "GG", "MC", "SM", "VA"}},
		{"EEA", []graph.Country{"NO", "IS", "LI", "DE", "RE"}, []graph.Country{"GB", "CH", "SJ", "GL"}},
		{"EU_ADEQUATE", []graph.Country{"GB", "CH", "NZ", "UY", "AR", "AD", "FO", "GG", "JE", "IM"},
			[]graph.Country{"US", "CA", "JP", "KR", "IL", "BR", "DE", "NO", "IN", "SG"}},
		{"FR", []graph.Country{"FR", "GP", "RE"}, []graph.Country{"PF", "MC"}},
		{"DE", []graph.Country{"DE"}, []graph.Country{"AT"}},
	} {
		got, err := k.Expand(c.bloc, at)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSorted(got) {
			t.Errorf("%s is not sorted: %v", c.bloc, got)
		}
		for _, in := range c.in {
			if !slices.Contains(got, in) {
				t.Errorf("%s is not in %s", in, c.bloc)
			}
		}
		for _, out := range c.out {
			if slices.Contains(got, out) {
				t.Errorf("%s is in %s", out, c.bloc)
			}
		}
	}
	if got, _ := k.Expand("EU", at); len(got) != 27+7 {
		t.Errorf("EU with its territories is %d codes, want 34: %v", len(got), got)
	}
}

func TestCountries(t *testing.T) {
	k := open(t)
	n := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if c, ok := k.Country(graph.Country(string(a) + string(b))); ok {
				n++
				if c.Name == "" || c.Cited == nil {
					t.Errorf("%s: name %q, cited %v", c.Code, c.Name, c.Cited)
				}
			}
		}
	}
	if n != 249 {
		t.Errorf("%d countries, ISO 3166-1 has 249", n)
	}
	for _, not := range []graph.Country{"UK", "EL", "EU", "XK", "de", ""} {
		if _, ok := k.Country(not); ok {
			t.Errorf("%q is a country", not)
		}
	}
}

func TestExpandUnknown(t *testing.T) {
	k := open(t)
	for name, want := range map[string]string{"EUU": "did you mean EU?", "EU_ADEQAUTE": "did you mean EU_ADEQUATE?", "": "neither a country", "Germany": "neither a country"} {
		if _, err := k.Expand(name, day(t, "2026-11-25")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Expand(%q): %v, want %q", name, err, want)
		}
	}
}

// Adequacy holds between its dates and says when it is partial.
func TestAdequacy(t *testing.T) {
	k := open(t)
	for _, c := range []struct {
		country       graph.Country
		at            string
		want, partial bool
	}{
		{"GB", "2021-06-27", false, false}, {"GB", "2021-06-28", true, false}, {"GB", "2031-12-27", true, false}, {"GB", "2031-12-28", false, false},
		{"US", "2023-07-09", false, false}, {"US", "2026-11-25", true, true}, {"BR", "2026-01-25", false, false}, {"BR", "2026-01-26", true, true},
		{"CH", "2026-11-25", true, false}, {"JP", "2026-11-25", true, true}, {"KR", "2026-11-25", true, true}, {"IL", "2026-11-25", true, true},
		{"CA", "2026-11-25", true, true}, {"IN", "2026-11-25", false, false}, {"DE", "2026-11-25", false, false}, {"", "2026-11-25", false, false},
	} {
		a, ok := k.Adequate(c.country, day(t, c.at))
		if ok != c.want || a.Partial != c.partial {
			t.Errorf("%s at %s: %v, partial %v", c.country, c.at, ok, a.Partial)
		}
	}
	before, _ := k.Expand("EU_ADEQUATE", day(t, "2020-01-01"))
	if slices.Contains(before, "GB") {
		t.Error("GB was adequate before its decision")
	}
	if n := len(k.getWorld().doc.Adequacy); n != 17 {
		t.Errorf("%d decisions, want 17", n)
	}
}

func TestLawsOf(t *testing.T) {
	k := loadSmall(t)
	for at, want := range map[string][]graph.LawID{"2000-01-01": nil, "2010-01-01": {"US_OLD"}, "2016-01-01": nil, "2020-01-01": {"US_ACT"}} {
		var got []graph.LawID
		for _, l := range k.LawsOf([]graph.Country{"DE", "US"}, day(t, at)) {
			got = append(got, l.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("at %s: %v, want %v", at, got, want)
		}
	}
	all, at := open(t), day(t, "2026-11-25")
	for country, want := range map[graph.Country][]graph.LawID{
		"US": {"US_CLOUD_ACT", "US_EO_12333", "US_FISA_702"}, "CN": {"CN_CSL", "CN_DSL", "CN_NIL_7", "CN_RMSV"}, "GB": {"UK_IPA"}, "DE": {"DE_BNDG_25", "DE_G10_2", "DE_TKG_170"}, "BR": nil,
	} {
		var got []graph.LawID
		for _, l := range all.LawsOf([]graph.Country{country}, at) {
			got = append(got, l.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", country, got, want)
		}
	}
}
