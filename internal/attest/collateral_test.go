package attest_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/tdx"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// TestItemOf holds that files of vendors are known by their content, and that
// a bundle gives back what was packed.
func TestItemOf(t *testing.T) {
	nvidia, intel := mint.NewNVIDIA(), mint.NewIntel()
	all := slices.Concat(intel.Items(mint.Statements{}), []attest.Item{nvidia.Manifest("1", map[int][48]byte{1: {}})},
		[]attest.Item{nvidia.Answer(nvidia.GPU().Certificate(), 0, mint.Now, mint.Itself)})
	seen := map[attest.ItemKind]bool{}
	for _, i := range all {
		got, err := attest.ItemOf("file", i.Data)
		if err != nil || got.Kind != i.Kind {
			t.Errorf("%s is taken for %s: %v", i.Kind, got.Kind, err)
		}
		seen[i.Kind] = true
	}
	if len(seen) != len(attest.ItemKinds()) {
		t.Errorf("only %v were looked at", seen)
	}
	if _, err := attest.ItemOf("poem.txt", []byte("roses are red")); err == nil || !strings.Contains(err.Error(), "poem.txt") {
		t.Errorf("a poem: %v", err)
	}
	packed, err := attest.Pack(mint.Now, all...)
	if err != nil {
		t.Fatal(err)
	}
	c, err := attest.OpenCollateral(packed)
	if err != nil || !c.Made.Equal(mint.Now) || len(c.Documents(attest.ItemTCBInfo)) != 2 || len(c.Digest) != len("sha256:")+64 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestCollateralRefuses(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"", "attest collateral"},
		{`{"schema":"x"}`, "schema"},
		{`{"schema":"bailiwick/collateral/v1","itmes":[]}`, "itmes"},
		{`{"schema":"bailiwick/collateral/v1"} {}`, "behind"},
		{`{"schema":"bailiwick/collateral/v1","items":[{"kind":"crls","data":""}]}`, `"crl"`},
		{`{"schema":"bailiwick/collateral/v1","items":[{"kind":"crl","source":"x.crl","data":"AAAA"}]}`, "x.crl"},
		{`{"schema":"bailiwick/collateral/v1","items":[{"kind":"certificates","data":""}]}`, "item 1"},
		{`{"schema":"bailiwick/collateral/v1","items":[` + strings.Repeat(`{},`, 20000) + `{}]}`, "at most"},
	} {
		if _, err := attest.OpenCollateral([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.80q: the error is %v, without %q", c.text, err, c.says)
		}
	}
}

func FuzzOpenCollateral(f *testing.F) {
	intel := mint.NewIntel()
	packed, err := attest.Pack(mint.Now, intel.Items(mint.Statements{})...)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Add([]byte(`{"schema":"bailiwick/collateral/v1","items":[{"kind":"ocsp","data":"MAA="}]}`))
	quote := intel.Quote(mint.Quote{Version: 4, TDX: true})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := attest.OpenCollateral(b)
		if err != nil {
			return
		}
		v, err := tdx.Verify(quote, attest.Options{Roots: attest.Roots{intel.Root()}, Now: mint.Now, Collateral: c})
		if err != nil || v.Verdict == finding.VerdictPass {
			t.Errorf("%v, %v", v, err)
		}
	})
}

// TestNeedItems holds how answers of vendors' services become items.
func TestNeedItems(t *testing.T) {
	nvidia, intel := mint.NewNVIDIA(), mint.NewIntel()
	manifest := nvidia.Manifest("1", map[int][48]byte{1: {}})
	wrapped, err := json.Marshal(map[string]any{"id": "x", "rim": manifest.Data})
	if err != nil {
		t.Fatal(err)
	}
	items, err := attest.Need{Kind: attest.ItemManifest, URL: "u"}.Items(wrapped, nil)
	if err != nil || len(items) != 1 || !bytes.Equal(items[0].Data, manifest.Data) {
		t.Errorf("%v, %v", items, err)
	}
	statement, chain := intel.Statements(mint.Statements{})[0], intel.Certificates()
	need := attest.Need{Kind: attest.ItemTCBInfo, URL: "u", Header: "TCB-Info-Issuer-Chain"}
	escaped := strings.NewReplacer("\n", "%0A", " ", "%20", "+", "%2B", "=", "%3D").Replace(string(chain.Data))
	items, err = need.Items(statement.Data, func(string) string { return escaped })
	if err != nil || len(items) != 2 || !bytes.Equal(items[1].Data, chain.Data) {
		t.Errorf("%v, %v", items, err)
	}
	for name, err := range map[string]error{
		"no header":   fails(need.Items(statement.Data, func(string) string { return "" })),
		"no manifest": fails(attest.Need{Kind: attest.ItemManifest}.Items([]byte("{}"), nil)),
		"no list":     fails(attest.Need{Kind: attest.ItemCRL}.Items([]byte("<html>"), nil)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func fails(_ []attest.Item, err error) error { return err }

// TestConcurrent verifies by one bundle from many sides at once.
func TestConcurrent(t *testing.T) {
	intel := mint.NewIntel()
	quote := intel.Quote(mint.Quote{Version: 4, TDX: true})
	o := attest.Options{Roots: attest.Roots{intel.Root()}, Now: mint.Now, Collateral: mint.Collateral(intel.Items(mint.Statements{})...),
		Policy: attest.Policy{Accept: []attest.Exception{attest.AcceptReplay, attest.AcceptSoftware}}}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if v, err := tdx.Verify(quote, o); err != nil || v.Verdict != finding.VerdictPass {
				t.Errorf("%v, %v", v, err)
			}
		})
	}
	all.Wait()
}
