package all_test

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
)

// TestDetect holds that each kind is known by its first bytes, and that
// evidence of one kind does not pass for another.
func TestDetect(t *testing.T) {
	amd, intel, nvidia := mint.NewAMD("Milan"), mint.NewIntel(), mint.NewNVIDIA()
	for _, e := range []attest.Evidence{
		amd.Report(mint.SNP{}), amd.Report(mint.SNP{Version: 5}), {Kind: attest.SNP, Report: mint.Table(amd.Report(mint.SNP{Version: 3}))},
		intel.Quote(mint.Quote{Version: 3}), intel.Quote(mint.Quote{Version: 4}), intel.Quote(mint.Quote{Version: 5}),
		intel.Quote(mint.Quote{Version: 4, TDX: true}), intel.Quote(mint.Quote{Version: 5, TDX: true}), intel.Quote(mint.Quote{Version: 5, TDX: true, Extended: true}),
		nvidia.GPU().Report(mint.Measured{Driver: "1"}),
	} {
		if kind, err := all.Detect(e.Report); err != nil || kind != e.Kind {
			t.Errorf("%s is taken for %q, %v", e.Kind, kind, err)
		}
		for _, other := range attest.Kinds() {
			v, err := all.Verify(attest.Evidence{Kind: other, Report: e.Report, Certificates: e.Certificates}, attest.Options{Now: mint.Now})
			if other != e.Kind && err == nil {
				t.Errorf("%s is read as %s: %s", e.Kind, other, v.Verdict)
			}
			if other == e.Kind && err != nil {
				t.Errorf("%s: %v", e.Kind, err)
			}
		}
		if needs, err := all.Needs(attest.Evidence{Report: e.Report, Certificates: e.Certificates}, nil); err != nil || len(needs) < 2 {
			t.Errorf("%s needs %v, %v", e.Kind, needs, err)
		}
	}
	for _, b := range [][]byte{nil, []byte("hello, I am genuine"), make([]byte, attest.MaxReport+1)} {
		if v, err := all.Verify(attest.Evidence{Report: b}, attest.Options{}); err == nil {
			t.Errorf("%d bytes of nothing: %+v", len(b), v)
		}
	}
	if _, err := all.Verify(attest.Evidence{Kind: "sample"}, attest.Options{}); err == nil {
		t.Error("a kind that nobody knows is verified")
	}
}

func FuzzVerify(f *testing.F) {
	amd, intel, nvidia := mint.NewAMD("Milan"), mint.NewIntel(), mint.NewNVIDIA()
	for _, e := range []attest.Evidence{amd.Report(mint.SNP{}), intel.Quote(mint.Quote{Version: 3}), intel.Quote(mint.Quote{Version: 5, TDX: true}), nvidia.GPU().Report(mint.Measured{})} {
		f.Add(e.Report)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := all.Verify(attest.Evidence{Report: b}, attest.Options{Roots: attest.Pinned(), Now: mint.Now})
		if err == nil && (len(v.Checks) == 0 || v.Verdict == "pass") {
			t.Errorf("%+v", v)
		}
		_, _ = all.Needs(attest.Evidence{Report: b}, nil)
	})
}
