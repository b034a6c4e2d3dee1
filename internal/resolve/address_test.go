package resolve_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// An address is where its closest range is; what nobody can say is unknown.
func TestAddresses(t *testing.T) {
	r := newResolver(t, plain)
	for addr, want := range map[string]struct {
		countries string
		region    string
		operator  graph.EntityID
		unknown   string // part of why
	}{
		"198.51.100.1":         {"DE", "berlin-1", "nord", ""},
		"198.51.100.130":       {"FR", "paris-1", "nord", ""},
		"198.51.100.200":       {"", "", "nord", "anycast"},
		"198.51.100.7":         {"DE", "bonn-1", "nord-gov", ""},
		"::ffff:198.51.100.1":  {"DE", "berlin-1", "nord", ""},
		"[2001:db8:5::1]":      {"FR", "berlin-1", "sud", ""},
		"203.0.113.1":          {"US", "", "big", ""},
		"203.0.113.70":         {"", "", "sud", "the list names no place"},
		"203.0.113.130":        {"", "dark-1", "nord", "in which country"},
		"203.0.113.200":        {"DE", "", "big", ""},
		"10.0.0.1":             {"", "", "", "private"},
		"172.31.255.255":       {"", "", "", "private"},
		"172.32.0.1":           {"", "", "", "no published range"},
		"169.254.169.254":      {"", "", "", "link-local"},
		"127.0.0.1":            {"", "", "", "the host itself"},
		"fe80::1%eth0":         {"", "", "", "link-local"},
		"fd00::1":              {"", "", "", "private"},
		"64:ff9b::c633:6401":   {"", "", "", "translated"},
		"2002:c633:6401::1":    {"", "", "", "6to4"},
		"255.255.255.255":      {"", "", "", "reserved"},
		"224.0.0.251":          {"", "", "", "multicast"},
		"8.8.8.8":              {"", "", "", "no published range"},
		"2606:4700:4700::1111": {"", "", "", "no published range"},
	} {
		places, o := r.Host(addr)
		if len(places) != 1 || o == nil {
			t.Errorf("%s: %d places, operator %v", addr, len(places), o)
			continue
		}
		p := places[0]
		var cs []string
		for _, c := range p.Countries {
			cs = append(cs, string(c))
		}
		if strings.Join(cs, ",") != want.countries || p.Region != want.region || o.Entity != want.operator || !strings.Contains(p.Unknown, want.unknown) {
			t.Errorf("%s is in %v (%s) of %q, unknown %q; want %+v", addr, p.Countries, p.Region, o.Entity, p.Unknown, want)
		}
		if (p.Unknown != "") == (len(p.Countries) > 0) || p.Unknown != "" && p.Confidence != graph.NotKnown || p.Unknown == "" && len(p.Because) == 0 {
			t.Errorf("%s: %d countries, unknown %q, confidence %s, because %q", addr, len(p.Countries), p.Unknown, p.Confidence, p.Because)
		}
	}
}

// A range is told part by part.
func TestNetworks(t *testing.T) {
	r := newResolver(t, plain)
	for query, want := range map[string][]string{
		"198.51.100.0/25":   {"DE"}, // berlin-1, and bonn-1 of another partition
		"198.51.100.0/24":   {"DE", "FR"},
		"198.51.100.8/29":   {"DE"},
		"198.51.0.0/16":     {"DE", "FR"},
		"2001:db8:5::/64":   {"FR"},
		"192.168.0.0/16":    nil,
		"198.51.100.192/27": nil,
	} {
		as := r.Where(query)
		if len(as) != 1 || as[0].Kind != "network" {
			t.Errorf("%s: %+v", query, as)
			continue
		}
		var got []string
		open := false
		for _, p := range as[0].Places {
			open = open || p.Unknown != ""
			for _, c := range p.Countries {
				got = append(got, string(c))
			}
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%s is in %v, want %v", query, got, want)
		}
		if wide := query == "198.51.0.0/16" || query == "198.51.100.0/24" || want == nil; wide != open {
			t.Errorf("%s: part of it unknown: %v", query, open)
		}
	}
}

// atlas is a table of an operator's: it says DE of everything.
type atlas struct{ country graph.Country }

func (a atlas) Country(netip.Addr) (graph.Country, string, bool) {
	return a.country, "atlas.mmdb", true
}

// What an operator's table says is a claim: it is asked last, never of
// addresses that are nowhere, and nothing is inside by it.
func TestLocatorIsAClaim(t *testing.T) {
	r := newResolver(t, plain)
	r.Locate(atlas{"DE"})
	for addr, want := range map[string]graph.Confidence{"8.8.8.8": graph.Claimed, "198.51.100.130": graph.Documented, "10.0.0.1": graph.NotKnown, "198.51.100.200": graph.NotKnown} {
		places, _ := r.Host(addr)
		if places[0].Confidence != want {
			t.Errorf("%s is %s, want %s", addr, places[0].Confidence, want)
		}
		if want == graph.Claimed && !slices.Equal(places[0].Countries, []graph.Country{"DE"}) {
			t.Errorf("%s is in %v", addr, places[0].Countries)
		}
	}
	as := r.Where("8.8.8.8")
	r.Judge(as)
	if as[0].Inside != string(limits.Unsure) {
		t.Errorf("8.8.8.8 is %s of the EU by a claim: %s", as[0].Inside, as[0].Why)
	}
	r.Locate(atlas{"XX"})
	if places, _ := r.Host("8.8.8.8"); places[0].Unknown == "" {
		t.Errorf("a country that does not exist: %v", places[0].Countries)
	}
}

// Answers are held against the perimeter; what is not inside gets alternatives
// that are, and nothing else.
func TestJudge(t *testing.T) {
	p, err := perimeter.Parse("perimeter.yaml", []byte(plain+"  operators: {allow: [nord]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	k, at := testKB(t), day(t, "2026-11-25")
	book, err := limits.New(k, p, at)
	if err != nil {
		t.Fatal(err)
	}
	r := resolve.New(k, p, book, at)
	for query, want := range map[string]string{
		"paris-1": "inside", "dark-1": "unsure", "world": "outside", "198.51.100.1": "inside", "198.51.100.200": "unsure", "203.0.113.1": "outside",
		"10.0.0.1": "unsure", "logs.big.example": "outside", "nord": "inside", "big": "outside", "203.0.113.200": "outside",
	} {
		as := r.Where(query)
		r.Judge(as)
		if len(as) == 0 {
			t.Errorf("%s: no answer", query)
			continue
		}
		a := as[0]
		if a.Inside != want || a.Why == "" || a.Alternatives == nil {
			t.Errorf("%s is %s (%s), alternatives %v; want %s", query, a.Inside, a.Why, a.Alternatives, want)
		}
		if a.Inside == "inside" && len(a.Alternatives) > 0 {
			t.Errorf("%s is inside and has alternatives %v", query, a.Alternatives)
		}
		for _, alt := range a.Alternatives {
			again := r.Where(alt.Name)
			r.Judge(again)
			if !slices.ContainsFunc(again, func(x resolve.Answer) bool {
				return x.Inside == "inside" && (alt.Provider == "" || x.Provider == alt.Provider)
			}) {
				t.Errorf("%s proposes %s %s, which is not inside: %+v", query, alt.Kind, alt.Name, again)
			}
		}
		if query == "world" && len(a.Alternatives) == 0 {
			t.Error("world has no alternative, though nord has regions in the EU")
		}
	}
}

// A declared flow to an address is judged by where the address is.
func TestFlowToAddress(t *testing.T) {
	got := newResolver(t, plain+"  systems: {triage: {}}\n  flows:\n    - {from: triage, to: \"https://198.51.100.1:8443/x\"}\n    - {from: triage, to: 203.0.113.1}\n").Flows(&graph.Facts{}, nil)
	if len(got) != 2 || got[0].Provider != "nord" || !slices.Equal(got[0].Places[0].Countries, []graph.Country{"DE"}) ||
		got[1].Operator.Entity != "big" || !slices.Equal(got[1].Places[0].Countries, []graph.Country{"US"}) {
		t.Errorf("flows to addresses: %+v", got)
	}
}
