package kb

import (
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// Nothing in the main set is above claimed that is not cited, and no country is
// after one source. What fails here is said by bailiwick kb verify kb.
func TestMainSet(t *testing.T) {
	v, err := Verify(os.DirFS("."), day(t, "2026-11-25"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range v.Faults {
		t.Error(f)
	}
	if len(v.Regions) < 720 {
		t.Errorf("%d regions", len(v.Regions))
	}
	counts := map[Basis]int{}
	for _, r := range v.Regions {
		counts[r.Basis]++
		if r.Basis == TwoSources && (r.Source == "" || r.Second == "" || r.Source == r.Second) {
			t.Errorf("%s/%s: %s and %s", r.Provider, r.Code, r.Source, r.Second)
		}
	}
	t.Logf("%v", counts)
}

// The compiled knowledge tells the same as its YAML, only without lines.
func TestVerifyCompiled(t *testing.T) {
	at := day(t, "2026-11-25")
	want, err := Verify(os.DirFS("."), at)
	if err != nil {
		t.Fatal(err)
	}
	got := open(t).Verify(at)
	for _, f := range got.Faults {
		t.Error(f)
	}
	if len(got.Regions) != len(want.Regions) {
		t.Errorf("%d regions compiled, %d in the YAML", len(got.Regions), len(want.Regions))
	}
}

// Each case breaks a sound tree in one place.
func TestVerifyFinds(t *testing.T) {
	const regions = "providers/acme/regions.yaml"
	for _, c := range []struct{ name, file, old, new, at, want string }{
		{"one source", regions, `second: {source: table, quote: "west-1,US"}, `, "", "", "regions.yaml:8: region west-1 is in US after one source only"},
		{"a text as second", regions, `second: {source: table, quote: "west-1,US"}`, "second: somebody", "", "second: is a text that nobody can look up"},
		{"another country in the second", regions, `quote: "west-1,US"`, `quote: "country_id: FR"`, "", "the quote of second names FR"},
		{"another country in the first", regions, `quote: "west-1 Ohio"`, `quote: "west-1 France"`, "", "regions.yaml:8: region west-1: countries says US, but the quote of source names FR"},
		{"overdue", regions, "x", "x", "2027-01-03", "regions.yaml:7: its review was due by 2027-01-02"},
		{"uncited", regions, `quote: "west-1 Ohio"`, "confidence: documented", "", "regions.yaml:8: confidence documented without a source"},
		{"dead pair", regions, "pair: west-1", "pair: west-9", "", `regions.yaml:7: pair: acme has no region "west-9"`},
		{"dead parent", regions, "code: west-1,", "code: west-1, parent: west,", "", `parent: acme has no region "west"; did you mean`},
		{"dead zone", regions, "zone: europe", "zone: asia", "", `zone "asia" is not a geography`},
		{"dead operator", "providers/acme/provider.yaml", "gov: {operator: acme-us}", "gov: {operator: nobody}", "", `operator "nobody" has no record`},
		{"dead base", "models/x.yaml", "id: tuned,", "id: tuned, base: [{family: bass}],", "", `models/x.yaml:3: base: there is no model family "bass"; did you mean base?`},
		{"base of itself", "models/x.yaml", "id: tuned,", "id: tuned, base: [{family: tuned}],", "", "base: tuned derives from tuned itself"},
		{"inferred from a claim", regions, "  - {code: dark-1,", "  - {code: claim-1, kind: region, countries: [DE], confidence: claimed}\n  - {code: claim-1x, kind: zone, parent: claim-1, countries: [DE], confidence: inferred, quote: x}\n  - {code: dark-1,", "", "regions.yaml:11: region claim-1x is inferred from claim-1, which is only claimed"},
		{"no country", regions, ", note: nobody says where it is", "", "", "region dark-1 has no country"},
		{"duplicate", "laws/us.yaml", "id: US_OLD", "id: US_ACT", "", "law US_ACT is already at laws/us.yaml:3; keep one"},
		{"licence", regions, "example.net/table.csv, licence: MIT", "example.net/table.csv, licence: GPL-3.0", "", "knowledge under GPL-3.0 may not be taken over"},
		{"misspelt", regions, "kind: region", "knid: region", "", `unknown key "knid"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := sound()
			if c.old != c.new {
				if !strings.Contains(m[c.file], c.old) {
					t.Fatalf("the tree has no %q", c.old)
				}
				m[c.file] = strings.Replace(m[c.file], c.old, c.new, 1)
			}
			at := day(t, "2026-06-01")
			if c.at != "" {
				at = day(t, c.at)
			}
			v, err := Verify(files(m), at)
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, f := range v.Faults {
				all = append(all, f.Error())
				if f.Line == 0 {
					t.Errorf("no line: %s", f)
				}
			}
			if !strings.Contains(strings.Join(all, "\n"), c.want) {
				t.Errorf("got  %q\nwant %s", all, c.want)
			}
		})
	}
}

func TestVerifySound(t *testing.T) {
	v, err := Verify(files(sound()), day(t, "2027-01-02"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range v.Faults {
		t.Error(f)
	}
	var got []string
	for _, r := range v.Regions {
		got = append(got, r.Partition+"/"+r.Code+" "+string(r.Basis))
	}
	want := "acme/north-1 two-sources, acme/west-1 two-sources, gov/north-1 two-sources, acme/dark-1 unknown"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
	if _, err := Verify(fstest.MapFS{"README.md": {}}, day(t, "2026-06-01")); err == nil {
		t.Error("nothing was read, and nothing was said")
	}
}

// Of an overlay, only what it says itself is reported.
func TestVerifyOverlay(t *testing.T) {
	k, err := Load(files(sound()))
	if err != nil {
		t.Fatal(err)
	}
	over := fstest.MapFS{"providers/acme/regions.yaml": {Data: []byte(`sources: {deed: {address: "deed, p. 1", licence: quotation, retrieved: 2026-01-02}}
regions:
  - {code: own-1, partition: acme, kind: region, countries: [DE], source: deed, quote: Munich, confidence: documented}
`)}}
	v, err := k.VerifyOverlay(over, "own", day(t, "2028-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Faults) != 1 || !strings.HasPrefix(v.Faults[0].Error(), "providers/acme/regions.yaml:3: region own-1 is in DE after one source only") || len(v.Regions) != 1 {
		t.Errorf("faults %v, regions %v", v.Faults, v.Regions)
	}
	over["operators/x.yaml"] = &fstest.MapFile{Data: []byte("operators:\n  - {id: acme, name: Acme, seat: CH, confidence: claimed}\n")}
	v, err = k.VerifyOverlay(over, "own", day(t, "2026-06-01"))
	if err != nil || len(v.Faults) != 1 || !strings.Contains(v.Faults[0].Message, "loosens") {
		t.Errorf("loosening without a reason: %v, %v", v, err)
	}
}

// sound returns the small tree with two sources for each country.
func sound() map[string]string {
	m := maps.Clone(small)
	const file = "providers/acme/regions.yaml"
	s := strings.Replace(m[file], "sources:\n", "sources:\n  table: {address: example.net/table.csv, licence: MIT, retrieved: 2026-01-02}\n", 1)
	s = strings.Replace(s, "pair: west-1,", `pair: west-1, second: {source: table, quote: "north-1,DE"},`, 1)
	s = strings.Replace(s, `countries: [US], quote: "west-1 Ohio"`, `countries: [US], second: {source: table, quote: "west-1,US"}, quote: "west-1 Ohio"`, 1)
	m[file] = strings.Replace(s, `countries: [US], quote: "north-1 gov"`, `countries: [US], second: {source: table, quote: "north-1 gov,US"}, quote: "north-1 gov"`, 1)
	return m
}
