package kb

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb/internal/addresses"
)

// What is embedded answers as the providers publish it.
func TestPublishedAddresses(t *testing.T) {
	k := open(t)
	for addr, want := range map[string]string{ // provider region, "anycast" or ""
		"3.120.0.1":            "aws eu-central-1",
		"::ffff:3.120.0.1":     "aws eu-central-1",
		"52.94.76.1":           "aws us-west-2",
		"83.119.128.1":         "aws eu-central-1-ist-1", // its border group, not its region
		"2a05:d06a:b000::1":    "aws eu-central-1-ist-1",
		"15.220.64.1":          "aws eu-central-1-waw-1",
		"51.0.64.1":            "aws ", // its border group was not read
		"34.141.0.1":           "google europe-west3",
		"40.66.32.54":          "azurerm francecentral", // centralfrance of the service tags
		"104.16.0.1":           "anycast",
		"1.1.1.1":              "anycast",
		"2606:4700:4700::1111": "anycast",
		"151.101.1.1":          "anycast",
		"10.0.0.1":             "none",
		"192.0.2.1":            "none",
		"203.0.113.9":          "none",
	} {
		got := k.Address(netip.MustParseAddr(addr))
		text := "none"
		if len(got) == 1 {
			text = string(got[0].Provider) + " " + got[0].Region
			if got[0].Anycast {
				text = "anycast"
			}
		}
		if text != want || len(got) > 1 {
			t.Errorf("%s: %s (%d answers), want %s", addr, text, len(got), want)
		}
	}
}

// The table names its sources, is small, and speaks of providers that are known.
func TestPublishedLists(t *testing.T) {
	k := open(t)
	raw := k.files[publishedFile]
	if len(raw) == 0 || len(raw) > 400<<10 {
		t.Errorf("the table has %d bytes", len(raw))
	}
	lists := k.PublishedLists()
	if len(lists) < 6 {
		t.Errorf("only %d lists", len(lists))
	}
	for _, l := range lists {
		if l.Ranges == 0 || l.Cited == nil || l.Cited.Address == "" || !licenceOK(l.Cited.Licence) || !isDate(l.Cited.Retrieved) || !isDate(l.AsOf) || !isDate(l.ReviewBy) {
			t.Errorf("%s: %d ranges, %+v", l.Name, l.Ranges, l.Fact)
		}
	}
	known, all := 0, 0
	for _, g := range k.getRanges().table.Targets {
		if _, ok := k.Provider(graph.ProviderID(g.Provider)); !ok {
			t.Errorf("a target of the table is of %q, which has no folder", g.Provider)
		}
		if g.Feed {
			if _, ok := k.Country(graph.Country(g.Written[:2])); !ok {
				t.Errorf("the geofeed's %s begins with no country", g.Written)
			}
		}
		if g.Region != "" {
			all++
			if _, ok := k.Region(graph.ProviderID(g.Provider), g.Region); ok {
				known++
			}
		}
	}
	if all < 150 || known*10 < all*8 {
		t.Errorf("of %d regions in the table the knowledge base knows %d", all, known)
	}
}

// Every range of a zone abroad is found as that zone, whatever the table says.
func TestZonesAbroadWin(t *testing.T) {
	k := open(t)
	zones := 0
	for _, r := range k.Ranges() {
		if r.Provider != "aws" || r.Region == "" {
			continue
		}
		zones++
		p, ok := r.Prefix()
		if !ok {
			t.Fatalf("%s is no range", r.CIDR)
		}
		k.Network(p, func(a netip.Addr, known []Range) bool {
			if len(known) != 1 || known[0].Region != r.Region {
				t.Errorf("%s of %s is %+v", a, r.CIDR, known)
			}
			return true
		})
	}
	if zones < 30 {
		t.Errorf("only %d ranges of zones abroad", zones)
	}
}

// tabled is the small tree with a table and records of ranges.
func tabled(t *testing.T) fstest.MapFS {
	t.Helper()
	tab := &addresses.Table{Sources: []addresses.Source{{Name: "list", Address: "x@1 y", Licence: "MIT", AsOf: "2026-01-02", Retrieved: "2026-01-02", ReviewBy: "2027-01-02"}},
		Targets: []addresses.Target{{Provider: "acme", Region: "north-1", Written: "north-1"}, {Provider: "acme", Region: "west-1", Written: "west-1"}, {Provider: "acme", Anycast: true, Written: "GLOBAL"}}}
	for _, e := range []struct {
		p string
		g int
	}{{"198.51.100.0/24", 0}, {"198.51.100.64/26", 1}, {"203.0.113.0/24", 0}, {"203.0.113.0/24", 1}, {"192.0.2.0/24", 2}} {
		tab.Entries = append(tab.Entries, addresses.Entry{Prefix: netip.MustParsePrefix(e.p), Target: e.g})
	}
	tab.Sort()
	b, err := tab.Encode()
	if err != nil {
		t.Fatal(err)
	}
	fsys := files(small)
	fsys[publishedFile] = &fstest.MapFile{Data: b}
	fsys["ranges/x.yaml"] = &fstest.MapFile{Data: []byte("fact: {confidence: claimed}\nranges:\n  - {cidr: 198.51.100.0/25, provider: acme, region: west-1}\n  - {cidr: 198.51.100.0/28, provider: acme, region: north-1}\n")}
	return fsys
}

// The longest prefix answers, a record before a list, a user's own before
// both; lists that contradict each other both come back.
func TestAddressOrder(t *testing.T) {
	base, err := Load(tabled(t))
	if err != nil {
		t.Fatal(err)
	}
	own := "fact: {confidence: claimed}\nranges:\n  - {cidr: 198.51.100.0/24, provider: acme, countries: [US, DE]}\n"
	over, loose, err := base.Overlay(overlay("ranges/ours.yaml", own), "ours")
	if err != nil || len(loose) > 0 {
		t.Fatalf("more countries are free: %v %v", loose, err)
	}
	regions := func(k *KB, a string) string {
		var out []string
		for _, r := range k.Address(netip.MustParseAddr(a)) {
			out = append(out, r.Region)
		}
		slices.Sort(out)
		return strings.Join(out, "+")
	}
	for a, want := range map[string]string{"198.51.100.1": "north-1", "198.51.100.20": "west-1", "198.51.100.70": "west-1", "198.51.100.200": "north-1", "203.0.113.1": "north-1+west-1", "8.8.8.8": ""} {
		if got := regions(base, a); got != want {
			t.Errorf("%s is in %q, want %q", a, got, want)
		}
	}
	for _, a := range []string{"198.51.100.1", "198.51.100.70", "198.51.100.200"} {
		if got := over.Address(netip.MustParseAddr(a)); len(got) != 1 || !got[0].Own || len(got[0].Countries) != 2 {
			t.Errorf("%s of the overlay: %+v", a, got)
		}
	}
	if got := over.Address(netip.MustParseAddr("203.0.113.1")); len(got) != 2 {
		t.Errorf("the overlay lost the table: %+v", got)
	}
	if over.Digest() == base.Digest() {
		t.Error("the digest does not tell the overlay")
	}
}

// An overlay may place what nobody placed; what is known it may only widen.
func TestOverlayRanges(t *testing.T) {
	base, err := Load(tabled(t))
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range map[string]string{
		"{cidr: 233.252.0.0/24, provider: acme, region: north-1}":                    "",
		"{cidr: 198.51.100.0/24, provider: acme, countries: [US, DE, FR]}":           "",
		"{cidr: 198.51.100.0/24, provider: acme, anycast: true}":                     "",
		"{cidr: 198.51.100.64/26, provider: acme, countries: [DE]}":                  "instead of [US]",
		"{cidr: 198.51.0.0/16, provider: acme, countries: [DE]}":                     "instead of [US]", // not at its first address
		"{cidr: 192.0.2.7, provider: acme, region: north-1}":                         "answered in many",
		"{cidr: 198.51.100.200, operator: acme-us, countries: [DE]}":                 "provider",
		"{cidr: 198.51.100.200, provider: acme, operator: acme-us, countries: [DE]}": "operator",
	} {
		_, _, err := base.Overlay(overlay("ranges/ours.yaml", "fact: {confidence: claimed}\nranges:\n  - "+row+"\n"), "ours")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "loosens")) {
			t.Errorf("%s: %v, want %q", row, err, want)
		}
		_, loose, err := base.Overlay(overlay("ranges/ours.yaml", "fact: {confidence: claimed}\nranges:\n  - "+strings.Replace(row, "{", "{loosens: we asked, ", 1)+"\n"), "ours")
		if err != nil || len(loose) == 0 != (want == "") {
			t.Errorf("%s with a reason: %v %v", row, loose, err)
		}
	}
}

// A range that says nothing, or too much, is an error with its line.
func TestRangesAreChecked(t *testing.T) {
	for row, want := range map[string]string{
		"{cidr: 300.0.0.0/8, provider: acme, region: north-1}":                  "neither an address nor a range",
		"{cidr: 10.0.0.1/8, provider: acme, region: north-1}":                   "write 10.0.0.0/8",
		"{cidr: 0.0.0.0/0, provider: acme, region: north-1}":                    "every address",
		"{cidr: 192.0.2.0/24, provider: acme, region: nroth-1}":                 "did you mean north-1",
		"{cidr: 192.0.2.0/24, provider: acmee, region: north-1}":                "did you mean acme",
		"{cidr: 192.0.2.0/24, region: north-1}":                                 "without provider",
		"{cidr: 192.0.2.0/24, provider: acme}":                                  "say in note",
		"{cidr: 192.0.2.0/24, provider: acme, anycast: true, countries: [DE]}":  "exclude each other",
		"{cidr: 192.0.2.0/24, provider: acme, region: north-1, partition: gov}": "the region tells it",
		"{cidr: 192.0.2.0/24, provider: acme, partition: gvo, note: not said}":  "did you mean gov",
		"{cidr: 192.0.2.0/24, operator: nobody, countries: [DE]}":               "no record under operators",
		"{cidr: 192.0.2.0/24, provider: acme, countries: [UK]}":                 "did you mean GB",
	} {
		fsys := files(small)
		fsys["ranges/x.yaml"] = &fstest.MapFile{Data: []byte("fact: {confidence: claimed}\nranges:\n  - " + row + "\n")}
		if _, err := Load(fsys); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "ranges/x.yaml:3") {
			t.Errorf("%s: %v, want %q", row, err, want)
		}
	}
	fsys := files(small)
	fsys[publishedFile] = &fstest.MapFile{Data: []byte("BWRANGE1 and no more")}
	if _, err := Load(fsys); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged table: %v", err)
	}
}

func BenchmarkAddress(b *testing.B) {
	k, a := open(b), netip.MustParseAddr("3.120.0.1")
	k.Address(a)
	for b.Loop() {
		k.Address(a)
	}
}

func BenchmarkFirstAddress(b *testing.B) {
	for b.Loop() {
		k := open(b)
		k.Address(netip.MustParseAddr("3.120.0.1"))
	}
}
