package kb

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestBasis(t *testing.T) {
	cited := Fact{Source: "s", Quote: "q", Confidence: graph.Documented}
	inferred := Fact{Source: "s", Quote: "q", Confidence: graph.Inferred}
	de, second := []graph.Country{"DE"}, &Second{cited}
	two := &Region{Fact: cited, Countries: de, Second: second}
	for _, c := range []struct {
		name   string
		region Region
		parent *Region
		want   Basis
	}{
		{"two sources", *two, nil, TwoSources},
		{"one source", Region{Fact: cited, Countries: de}, nil, OneSource},
		{"a text beside it", Region{Fact: cited, Countries: de, Second: &Second{Fact{Note: "x", Confidence: graph.Claimed}}}, nil, OneSource},
		{"a claimed second", Region{Fact: cited, Countries: de, Second: &Second{Fact{Source: "s", Quote: "q", Confidence: graph.Claimed}}}, nil, OneSource},
		{"claimed", Region{Fact: Fact{Confidence: graph.Claimed}, Countries: de}, nil, ClaimedOnly},
		{"claimed with a quote", Region{Fact: Fact{Source: "s", Quote: "q", Confidence: graph.Claimed}, Countries: de, Second: second}, nil, ClaimedOnly},
		{"firm without quote", Region{Fact: Fact{Source: "s", Confidence: graph.Documented}, Countries: de}, nil, ClaimedOnly},
		{"nobody knows", Region{Fact: cited}, nil, NotKnown},
		{"anywhere", Region{Fact: cited, Global: true}, nil, Anywhere},
		{"zone of a region", Region{Fact: inferred, Countries: de, Kind: "zone", Parent: "p"}, two, FromParent},
		{"zone elsewhere", Region{Fact: inferred, Countries: []graph.Country{"TR"}, Kind: "zone", Parent: "p"}, two, OneSource},
		{"local zone", Region{Fact: inferred, Countries: de, Kind: "local-zone", Parent: "p"}, two, OneSource},
		{"zone of one source", Region{Fact: inferred, Countries: de, Kind: "zone", Parent: "p"}, &Region{Fact: cited, Countries: de}, OneSource},
		{"zone of a claim", Region{Fact: inferred, Countries: de, Kind: "zone", Parent: "p"}, &Region{Countries: de}, ClaimedOnly},
		{"zone of nothing", Region{Fact: inferred, Countries: de, Kind: "zone", Parent: "p"}, nil, OneSource},
		{"zone that is documented", Region{Fact: cited, Countries: de, Kind: "zone", Parent: "p"}, two, OneSource},
	} {
		if got := c.region.Basis(c.parent); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
