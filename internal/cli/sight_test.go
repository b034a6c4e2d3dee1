package cli

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// More than half of the assets decide, where there is a preset for a country
// outside the EU; everything else begins with eu.
func TestProposal(t *testing.T) {
	row := func(assets int, cs ...graph.Country) sightRow { return sightRow{countries: cs, assets: assets} }
	for _, c := range []struct {
		rows []sightRow
		want string
	}{
		{nil, "eu"},
		{[]sightRow{row(3, "CH")}, "ch"},
		{[]sightRow{row(2, "GB"), row(1, "DE")}, "uk"},
		{[]sightRow{row(2, "IN"), row(2, "IE")}, "eu"},
		{[]sightRow{row(1, "IN"), row(1, "IN"), row(1, "US")}, "in"},
		{[]sightRow{row(9, "DE")}, "eu"},
		{[]sightRow{row(9, "FR")}, "eu"},
		{[]sightRow{row(9, "US")}, "eu"},
		{[]sightRow{row(9, "CH", "GB")}, "eu"},
	} {
		s := sight{rows: c.rows}
		for _, r := range c.rows {
			s.assets += r.assets
		}
		if got := s.proposal(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.rows, got, c.want)
		}
	}
}
