package addresses

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

func prefixes(texts ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range texts {
		out = append(out, netip.MustParsePrefix(s))
	}
	slices.SortFunc(out, Less)
	return out
}

// naive is the definition: the longest prefix that holds the address.
func naive(ps []netip.Prefix, a netip.Addr) int {
	best, bits := -1, -1
	for i, p := range ps {
		if p.Contains(a) && p.Bits() > bits {
			best, bits = i, p.Bits()
		}
	}
	return best
}

// The index answers as the definition does, also at the ends of ranges, for
// nested ones, for those that begin together, and at the ends of all numbers.
func TestIndexAgreesWithDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		var ps []netip.Prefix
		for range 1 + rng.IntN(40) {
			if rng.IntN(3) > 0 {
				ps = append(ps, netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(rng.IntN(4)) * 85, byte(rng.IntN(3)) * 127, byte(rng.IntN(2)) * 255, byte(rng.IntN(256))}), rng.IntN(33)).Masked())
			} else {
				var b [16]byte
				b[0], b[1], b[7], b[8], b[15] = 0x20+byte(rng.IntN(2))*0xdf, byte(rng.IntN(2))*0xff, byte(rng.IntN(3)), byte(rng.IntN(2))*0xff, byte(rng.IntN(256))
				ps = append(ps, netip.PrefixFrom(netip.AddrFrom16(b), rng.IntN(129)).Masked())
			}
		}
		slices.SortFunc(ps, Less)
		ps = slices.Compact(ps)
		x := NewIndex(ps)
		// ::/0 and the like also hold mapped IPv4 addresses; netip says they do not.
		wide := slices.ContainsFunc(ps, func(p netip.Prefix) bool { return p.Addr().Is6() && p.Contains(netip.MustParseAddr("::")) })
		for _, p := range ps {
			end, ok := after(p)
			probes := []netip.Addr{p.Addr(), p.Addr().Next(), p.Addr().Prev()}
			if ok {
				probes = append(probes, end.addr(), end.addr().Prev())
			}
			for _, a := range probes {
				if !a.IsValid() || a.Is4() && wide || a.Is4In6() {
					continue
				}
				if got, want := x.Lookup(a), naive(ps, a); got != want {
					t.Fatalf("round %d: %s is in %d, want %d of %v", round, a, got, want, ps)
				}
			}
		}
	}
}

func TestCuts(t *testing.T) {
	x := NewIndex(prefixes("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "2001:db8::/32"))
	for p, want := range map[string][]string{
		"10.1.2.128/25":  nil,
		"10.1.0.0/16":    {"10.1.2.0", "10.1.3.0"},
		"8.0.0.0/6":      {"10.0.0.0", "10.1.0.0", "10.1.2.0", "10.1.3.0", "10.2.0.0", "11.0.0.0"},
		"2001:db8::/31":  {"2001:db9::"},
		"203.0.113.0/24": nil,
	} {
		var got []string
		for _, a := range x.Cuts(netip.MustParsePrefix(p)) {
			got = append(got, a.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", p, got, want)
		}
	}
}

func sample() *Table {
	t := &Table{Sources: []Source{{Name: "list", Address: "a@1 b", Licence: "MIT", AsOf: "2026-01-01"}},
		Targets: []Target{{Provider: "nord", Region: "berlin-1", Written: "berlin-1"}, {Provider: "sud", Anycast: true, Written: "GLOBAL"}}}
	for _, s := range []string{"192.0.2.0/24", "0.0.0.0/32", "255.255.255.255/32", "198.51.100.128/25", "2001:db8::/32", "2001:db8::1/128", "ffff::/16", "192.0.2.0/25"} {
		t.Entries = append(t.Entries, Entry{netip.MustParsePrefix(s), len(t.Entries) % 2})
	}
	t.Sort()
	return t
}

func TestTableRoundTrip(t *testing.T) {
	want := sample()
	b, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Entries, want.Entries) || !slices.Equal(got.Targets, want.Targets) || !slices.Equal(got.Sources, want.Sources) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A range inside a wider one of the same target adds nothing; one that
// contradicts, or stands inside a contradiction, stays.
func TestSortDropsRepeats(t *testing.T) {
	tab := &Table{}
	for _, e := range []struct {
		p string
		g int
	}{{"10.0.0.0/8", 0}, {"10.0.0.0/16", 0}, {"10.1.0.0/16", 1}, {"10.1.1.0/24", 0}, {"10.1.1.0/25", 0}, {"10.2.0.0/16", 0}, {"10.2.0.0/16", 1}, {"10.2.1.0/24", 0}} {
		tab.Entries = append(tab.Entries, Entry{netip.MustParsePrefix(e.p), e.g})
	}
	tab.Sort()
	var got []string
	for _, e := range tab.Entries {
		got = append(got, e.Prefix.String())
	}
	if want := []string{"10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24", "10.2.0.0/16", "10.2.0.0/16", "10.2.1.0/24"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Damaged bytes are an error, never a panic, and never another table.
func FuzzDecode(f *testing.F) {
	b, err := sample().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(magic))
	f.Add(b[:len(b)-3])
	f.Fuzz(func(t *testing.T, data []byte) {
		tab, err := Decode(data)
		if err != nil {
			return
		}
		again, err := tab.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(again); err != nil {
			t.Fatalf("what was decoded does not decode again: %v", err)
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 4))
	var ps []netip.Prefix
	for range 40000 {
		ps = append(ps, netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(rng.IntN(224)), byte(rng.IntN(256)), byte(rng.IntN(256)), 0}), 16+rng.IntN(9)).Masked())
	}
	slices.SortFunc(ps, Less)
	x, a := NewIndex(slices.Compact(ps)), netip.MustParseAddr("51.15.0.1")
	for b.Loop() {
		x.Lookup(a)
	}
}
