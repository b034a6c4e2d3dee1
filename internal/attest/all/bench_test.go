package all_test

import (
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// BenchmarkVerify measures one verification with everything in its bundle. A
// command reads the bundle for it and verifies what it needs of that (alone). A
// server reads and prepares it once (read), and then verifies what it never saw
// (first), another chip after it, and the same again.
func BenchmarkVerify(b *testing.B) {
	amd, intel, nvidia := mint.NewAMD("Milan"), mint.NewIntel(), mint.NewNVIDIA()
	values := map[int][48]byte{}
	for i := range 33 {
		values[i] = mint.Measurement(i)
	}
	driver, vbios := nvidia.Manifest("550.90.07", values), nvidia.Manifest("96.00.9F.00.01", map[int][48]byte{40: mint.Measurement(40)})
	statements := intel.Items(mint.Statements{})
	accept := []attest.Exception{attest.AcceptReplay, attest.AcceptSoftware, attest.AcceptLevel, attest.AcceptGuestMode}
	roots := append(nvidia.Roots(), amd.Root(), intel.Root())
	for _, c := range []struct {
		name  string
		chip  func() attest.Evidence
		items []attest.Item
	}{
		{"SNP", func() attest.Evidence { return amd.Report(mint.SNP{Version: 3, Family: 0x19}) }, amd.Items()},
		{"TDX4", func() attest.Evidence { return intel.Quote(mint.Quote{Version: 4, TDX: true}) }, statements},
		{"TDX5", func() attest.Evidence { return intel.Quote(mint.Quote{Version: 5, TDX: true, Extended: true}) }, statements},
		{"SGX", func() attest.Evidence { return intel.Quote(mint.Quote{Version: 3}) }, statements},
		{"GPU", func() attest.Evidence {
			return nvidia.GPU().Report(mint.Measured{Driver: "550.90.07", VBIOS: [5]byte{0x96, 0, 0x9F, 0, 1}, Mode: attest.ModeOn})
		}, slices.Concat([]attest.Item{driver, vbios, *all.Brought(nvidia.GPU().Report(mint.Measured{}), roots, mint.Now)}, nvidia.Lists(mint.Now))},
	} {
		evidence := c.chip()
		bundle, err := attest.Pack(mint.Now, c.items...)
		if err != nil {
			b.Fatal(err)
		}
		open := func() attest.Options {
			opened, err := attest.OpenCollateral(bundle)
			if err != nil {
				b.Fatal(err)
			}
			return attest.Options{Roots: roots, Now: mint.Now, Collateral: opened, Policy: attest.Policy{Accept: accept}}
		}
		verify := func(evidence attest.Evidence, o attest.Options) {
			if v, err := all.Verify(evidence, o); err != nil || v.Verdict != finding.VerdictPass {
				b.Fatal(err, v.Why())
			}
		}
		prepared := func() attest.Options {
			o := open()
			all.Prepare(o.Collateral)
			return o
		}
		b.Run(c.name+"/alone", func(b *testing.B) {
			for b.Loop() {
				verify(evidence, open())
			}
		})
		b.Run(c.name+"/read", func(b *testing.B) {
			for b.Loop() {
				prepared()
			}
		})
		b.Run(c.name+"/first", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				o := prepared()
				b.StartTimer()
				verify(evidence, o)
			}
		})
		b.Run(c.name+"/another", func(b *testing.B) {
			o := prepared()
			verify(evidence, o)
			for b.Loop() {
				b.StopTimer()
				other := c.chip()
				b.StartTimer()
				verify(other, o)
			}
		})
		b.Run(c.name+"/again", func(b *testing.B) {
			o := open()
			for b.Loop() {
				verify(evidence, o)
			}
		})
	}
}
