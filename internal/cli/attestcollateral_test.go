package cli

import (
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	attestall "github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
)

// TestMissing holds that what has expired, or will soon, is fetched anew, though
// the certificates that came in the same answer count for years.
func TestMissing(t *testing.T) {
	intel := mint.NewIntel()
	quote := intel.Quote(mint.Quote{Version: 4, TDX: true})
	needs, err := attestall.Needs(quote, nil)
	if err != nil || len(needs) != 4 {
		t.Fatalf("%d needs, %v", len(needs), err)
	}
	statements, lists := intel.Statements(mint.Statements{}), intel.Lists(mint.Now)
	var b attest.Bundle
	for n, i := range []attest.Item{statements[2], statements[3], lists[1], lists[0]} {
		i.Source = needs[n].Source()
		b.Items = append(b.Items, i)
		if needs[n].Header != "" {
			b.Items = append(b.Items, attest.Item{Kind: attest.ItemCertificates, Source: i.Source, Data: intel.Certificates().Data})
		}
	}
	for name, c := range map[string]struct {
		at   time.Time
		want int
	}{"today": {mint.Now, 0}, "half of its time is over": {mint.Now.AddDate(0, 0, 6), 4}, "expired": {mint.Now.AddDate(0, 2, 0), 4}} {
		f := &collateralFetch{env: &env{now: func() time.Time { return c.at }}}
		missing, err := f.missing([]attest.Evidence{quote}, b, nil)
		if err != nil || len(missing) != c.want {
			t.Errorf("%s: %d of %d are asked for, want %d: %v", name, len(missing), len(needs), c.want, err)
		}
	}
}
