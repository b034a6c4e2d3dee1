package all_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
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

// TestRead holds the forms in which evidence lies in files.
func TestRead(t *testing.T) {
	report := mint.NewAMD("Milan").Report(mint.SNP{}).Report
	gpu := mint.NewNVIDIA().GPU().Report(mint.Measured{Driver: "1"})
	encoded := base64.StdEncoding.EncodeToString
	one := fmt.Sprintf(`{"arch":"HOPPER","evidence":%q,"certificate":%q}`, encoded(gpu.Report), encoded(pemOf(gpu.Certificates)))
	inHex := fmt.Sprintf(`{"arch":"HOPPER","evidence":"%x","certificate":%q}`, gpu.Report, encoded(pemOf(gpu.Certificates)))
	for _, c := range []struct {
		name, file string
		kind       attest.Kind
		count      int
	}{
		{"as it is", string(report), attest.SNP, 1},
		{"hex", fmt.Sprintf("%x\n", report), attest.SNP, 1},
		{"base64 over lines", encoded(report)[:64] + "\n" + encoded(report)[64:] + "\n", attest.SNP, 1},
		{"NVIDIA's list", "[" + one + "," + one + "]", attest.NVIDIA, 2},
		{"below a name", `{"device_evidence_list":[` + inHex + `]}`, attest.NVIDIA, 1},
	} {
		got, err := all.Read([]byte(c.file))
		if err != nil || len(got) != c.count || got[0].Kind != c.kind || c.kind == attest.NVIDIA && (len(got[0].Certificates) != 5 || !bytes.Equal(got[0].Report, gpu.Report)) {
			t.Errorf("%s: %d pieces, %v", c.name, len(got), err)
		}
	}
	for _, bad := range []string{"", "{}", "[]", "[1]", `[{"evidence":"!"}]`, `[{"evidence":"00"}]`, "poem", "00ff", strings.Repeat("0", 5<<20)} {
		if got, err := all.Read([]byte(bad)); err == nil {
			t.Errorf("%.20q is %+v", bad, got)
		}
	}
}

func pemOf(certs []*x509.Certificate) []byte {
	var b []byte
	for _, c := range certs {
		b = append(b, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return b
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("11e001ff"))
	f.Add([]byte(`[{"evidence":"00","certificate":"AA=="}]`))
	f.Add([]byte(`{"device_evidence_list":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := all.Read(b); err == nil && len(got) == 0 {
			t.Error("nothing is found, without an error")
		}
	})
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
