package all_test

import (
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// A sound is evidence of one kind with all that makes it pass.
type sound struct {
	evidence attest.Evidence
	roots    attest.Roots
	items    []attest.Item
	end      int // of what is signed; behind it stand certificates
}

var accepted = attest.Policy{Accept: []attest.Exception{attest.AcceptReplay, attest.AcceptSoftware, attest.AcceptGuestMode},
	TCB: attest.TCBPolicy{Minimum: map[attest.Kind]map[string]int{attest.SNP: {"snp": 0}}}}

func (s sound) options(items ...attest.Item) attest.Options {
	return attest.Options{Roots: s.roots, Now: mint.Now, Policy: accepted, Collateral: mint.Collateral(items...)}
}

// passes says whether the report passes instead of the evidence's own.
func (s sound) passes(report []byte, o attest.Options) bool {
	e := s.evidence
	e.Report = report
	v, err := all.Verify(e, o)
	return err == nil && v.Verdict == finding.VerdictPass
}

func sounds() map[string]sound {
	amd, intel, nvidia := mint.NewAMD("Milan"), mint.NewIntel(), mint.NewNVIDIA()
	quote := func(q mint.Quote, body int) sound {
		s := sound{evidence: intel.Quote(q), roots: attest.Roots{intel.Root()}, items: intel.Items(mint.Statements{})}
		// header, body, sizes, signature, key, report and signature of the quoting enclave, its data
		s.end = 48 + body + 4 + 64 + 64 + 384 + 64 + 2 + 32
		return s
	}
	report := amd.Report(mint.SNP{Version: 3, Family: 0x19})
	gpu := nvidia.GPU().Report(mint.Measured{Driver: "1", VBIOS: [5]byte{1}, Mode: attest.ModeOn})
	return map[string]sound{
		"SNP":   {report, attest.Roots{amd.Root()}, amd.Items(), len(report.Report)},
		"SGX 3": quote(mint.Quote{Version: 3}, 384),
		"TDX 4": quote(mint.Quote{Version: 4, TDX: true}, 584+6),
		"TDX 5": quote(mint.Quote{Version: 5, TDX: true, Extended: true}, 6+648+6),
		"GPU": {gpu, nvidia.Roots(), slices.Concat(nvidia.Lists(mint.Now), []attest.Item{
			nvidia.Manifest("1", map[int][48]byte{7: mint.Measurement(7)}), nvidia.Manifest("01.00.00.00.00", map[int][48]byte{8: mint.Measurement(8)}),
		}), len(gpu.Report)},
	}
}

// TestFlips holds that no evidence passes of which one bit was changed.
func TestFlips(t *testing.T) {
	for name, s := range sounds() {
		o := s.options(s.items...)
		if !s.passes(s.evidence.Report, o) {
			t.Fatalf("%s does not pass", name)
		}
		for at := 0; at < s.end; at += 3 { // meets every field but some of one and two bytes
			if s.passes(flipped(s.evidence.Report, at), o) {
				t.Errorf("%s passes with a bit flipped at %#x of %#x", name, at, s.end)
			}
		}
	}
}

// TestShort holds that no evidence passes that was cut off anywhere.
func TestShort(t *testing.T) {
	for name, s := range sounds() {
		o := s.options(s.items...)
		for n := 0; n < len(s.evidence.Report); n += 7 {
			if s.passes(s.evidence.Report[:n], o) {
				t.Errorf("%s passes with %d of %d bytes", name, n, len(s.evidence.Report))
			}
		}
	}
}

// TestLess holds that a bundle that lacks a kind of items never passes: what is
// missing is not overlooked.
func TestLess(t *testing.T) {
	for name, s := range sounds() {
		for _, kind := range attest.ItemKinds() {
			less := slices.DeleteFunc(slices.Clone(s.items), func(i attest.Item) bool { return i.Kind == kind })
			if len(less) < len(s.items) && s.passes(s.evidence.Report, s.options(less...)) {
				t.Errorf("%s passes without %s", name, kind)
			}
		}
	}
}

// TestStrict holds that the empty policy lets nothing pass.
func TestStrict(t *testing.T) {
	for name, s := range sounds() {
		v, err := all.Verify(s.evidence, attest.Options{Roots: s.roots, Now: mint.Now, Collateral: mint.Collateral(s.items...)})
		if err != nil || v.Verdict != finding.VerdictUndecided {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}
