package nvidia_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/nvidia"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

var nonce = [32]byte{0x93, 0x1d}

func good() mint.Measured {
	return mint.Measured{Nonce: nonce, Driver: "550.90.07", VBIOS: [5]byte{0x96, 0, 0x9F, 0, 1}, Firmware: [48]byte{0xF1}, Mode: attest.ModeOn}
}

// golden are reference values of measurements, as they are minted.
func golden(indices ...int) map[int][48]byte {
	values := map[int][48]byte{}
	for _, i := range indices {
		values[i] = mint.Measurement(i)
	}
	return values
}

func manifests(n *mint.NVIDIA) []attest.Item {
	return []attest.Item{n.Manifest("550.90.07", golden(7, 9, 35)), n.Manifest("96.00.9F.00.01", golden(0, 1, 2))}
}

func TestVerify(t *testing.T) {
	vendor := mint.NewNVIDIA()
	gpu := vendor.GPU()
	report := func(change func(*mint.Measured)) attest.Evidence {
		m := good()
		change(&m)
		return gpu.Report(m)
	}
	plain := func(*mint.Measured) {}
	options := func(change func(*attest.Options), items ...attest.Item) attest.Options {
		if items == nil {
			items = slices.Concat(manifests(vendor), vendor.Lists(mint.Now))
		}
		o := attest.Options{Roots: vendor.Roots(), Now: mint.Now, ReportData: nonce[:], GuestVerified: true, Collateral: mint.Collateral(items...)}
		if change != nil {
			change(&o)
		}
		return o
	}
	base := options(nil)
	accept := func(o attest.Options, words ...attest.Exception) attest.Options {
		o.Policy.Accept = words
		return o
	}
	altered := gpu.Report(good())
	altered.Report[60] ^= 1
	other := [48]byte{0xF2}
	odd := func(i int) func(*mint.Measured) {
		return func(m *mint.Measured) { m.Other = map[int][48]byte{i: {1}} }
	}
	lists := vendor.Lists(mint.Now)

	mint.Run(t, nvidia.Verify, []mint.Case{
		mint.Pass("as the manifests say", report(plain), base),
		mint.Pass("a measurement that no manifest speaks of", report(odd(20)), base),
		mint.Open("manifests of another product", report(plain), options(nil, slices.Concat(vendor.Lists(mint.Now), []attest.Item{
			vendor.ManifestOf("GB100", "550.90.07", golden(7)), vendor.ManifestOf("LS10", "96.00.9F.00.01", golden(0)),
		})...), attest.CheckMeasurement, "no manifest of driver"),
		mint.Open("manifests without a measurement", report(plain), options(nil, slices.Concat(vendor.Lists(mint.Now), []attest.Item{
			vendor.Manifest("550.90.07", map[int][48]byte{}), vendor.Manifest("96.00.9F.00.01", map[int][48]byte{}),
		})...), attest.CheckMeasurement, "manifest"),
		mint.Open("a manifest of the driver that compares nothing", report(plain), options(nil, slices.Concat(vendor.Lists(mint.Now), []attest.Item{
			vendor.Idle("550.90.07", golden(7)), vendor.Manifest("96.00.9F.00.01", golden(0)),
		})...), attest.CheckMeasurement, "of driver 550.90.07 names no measurement"),
		mint.Pass("without a decoder", report(func(m *mint.Measured) { m.NoDecoder, m.Other = true, map[int][48]byte{35: {1}} }), base),
		mint.Refused("another driver's code", report(odd(7)), base, attest.CheckMeasurement, "[7]"),
		mint.Refused("another decoder's code", report(odd(35)), base, attest.CheckMeasurement, "[35]"),
		mint.Refused("too few measurements", report(func(m *mint.Measured) { m.Measurements = 30 }), base, attest.CheckMeasurement, "[35]"),
		mint.Refused("confidential mode off", report(func(m *mint.Measured) { m.Mode = attest.ModeOff }), base, attest.CheckMode, "off"),
		mint.Refused("developer tools on", report(func(m *mint.Measured) { m.Mode = attest.ModeDevTools }), base, attest.CheckMode, "devtools"),
		mint.Refused("developer tools on, whatever is accepted", report(func(m *mint.Measured) { m.Mode = attest.ModeDevTools }), accept(base, attest.Exceptions()...), attest.CheckMode, "devtools"),
		mint.Open("nobody says the mode", report(func(m *mint.Measured) { m.Mode = "" }), base, attest.CheckMode, "nobody said"),
		mint.Open("a guest who is not verified says the mode", report(plain), options(func(o *attest.Options) { o.GuestVerified = false }), attest.CheckMode, "not verified itself"),
		mint.Pass("the same, accepted", report(plain), accept(options(func(o *attest.Options) { o.GuestVerified = false }), attest.AcceptGuestMode)),
		mint.Refused("protected PCIe", report(func(m *mint.Measured) { m.PlainLinks = true }), base, attest.CheckMode, "NVLink"),
		mint.Pass("protected PCIe, accepted", report(func(m *mint.Measured) { m.PlainLinks = true }), accept(base, attest.AcceptPlainLinks)),
		mint.Pass("several GPUs", report(func(m *mint.Measured) { m.Feature = []byte{1, 0, 0, 0} }), base),
		mint.Open("a feature that is not known", report(func(m *mint.Measured) { m.Feature = []byte{3, 0, 0, 0} }), base, attest.CheckMode, "03000000"),
		mint.Open("a feature whose first byte is one that is known", report(func(m *mint.Measured) { m.Feature = []byte{0, 1, 0, 0} }), base, attest.CheckMode, "00010000"),
		mint.Pass("a feature that is not known, accepted", report(func(m *mint.Measured) { m.Feature = []byte{3, 0, 0, 0} }), accept(base, attest.AcceptUnknownMode)),
		mint.Refused("a switch", report(func(m *mint.Measured) { m.Name = "LS_10 A01 FSP" }), base, attest.CheckKind, "only Hopper"),
		mint.Refused("replayed", report(func(m *mint.Measured) { m.Nonce[0] = 0 }), base, attest.CheckNonce, ""),
		mint.Refused("altered", altered, base, attest.CheckSignature, "altered"),
		mint.Refused("a forged root", mint.NewNVIDIA().GPU().Report(good()), base, attest.CheckChain, "not pinned"),
		mint.Refused("a key of other firmware", report(func(m *mint.Measured) { m.Certified = &other }), base, attest.CheckSignature, "did not certify"),
		mint.Pass("a driver that is allowed", report(plain), options(func(o *attest.Options) { allow(o, "driver", "550.90.07") })),
		mint.Refused("a driver that is not", report(plain), options(func(o *attest.Options) { allow(o, "driver", "580.1") }), attest.CheckFacts, "driver"),
		mint.Refused("a VBIOS that is not", report(plain), options(func(o *attest.Options) { allow(o, "vbios", "96.00.9f.00.02") }), attest.CheckFacts, "vbios"),
		mint.Open("no manifests", report(plain), options(nil, lists...), attest.CheckMeasurement, "no manifest of driver"),
		mint.Pass("no manifests, accepted", report(plain), accept(options(nil, lists...), attest.AcceptNoManifest)),
		mint.Open("no manifest of the VBIOS", report(plain), options(nil, append([]attest.Item{vendor.Manifest("550.90.07", golden(7))}, lists...)...), attest.CheckMeasurement, "no manifest of vbios"),
		mint.Refused("manifests of a stranger", report(plain), options(nil, append(manifests(mint.NewNVIDIA()), lists...)...), attest.CheckCollateral, "not pinned"),
		mint.Pass("manifests of a stranger beside NVIDIA's", report(plain), options(nil, slices.Concat(manifests(mint.NewNVIDIA()), manifests(vendor), lists)...)),
		mint.Open("an altered manifest", report(plain), options(nil, append([]attest.Item{spoilt(vendor)}, lists...)...), attest.CheckMeasurement, "altered"),
		mint.Refused("manifests that overlap", report(plain), options(nil, append([]attest.Item{vendor.Manifest("550.90.07", golden(7)), vendor.Manifest("96.00.9F.00.01", golden(7))}, lists...)...), attest.CheckMeasurement, "both"),
		mint.Refused("a revoked GPU", report(plain), options(nil, append(manifests(vendor), vendor.Lists(mint.Now, gpu.Certificate())...)...), attest.CheckRevocation, "revoked"),
		mint.Open("no revocation lists", report(plain), options(nil, manifests(vendor)...), attest.CheckRevocation, "not checked"),
		mint.Refused("stale revocation lists", report(plain), options(nil, append(manifests(vendor), vendor.Lists(mint.Now.AddDate(0, -3, 0))...)...), attest.CheckRevocation, "expired"),
	})
}

func allow(o *attest.Options, name, value string) {
	o.Policy.Facts = map[attest.Kind]map[string][]string{attest.NVIDIA: {name: {value}}}
}

func spoilt(n *mint.NVIDIA) attest.Item {
	i := n.Manifest("550.90.07", golden(7))
	i.Data = bytes.Replace(i.Data, []byte(`index="7"`), []byte(`index="8"`), 1)
	return i
}

// TestIdentity holds the name of a GPU through changes of its firmware.
func TestIdentity(t *testing.T) {
	vendor := mint.NewNVIDIA()
	gpu := vendor.GPU()
	o := attest.Options{Roots: vendor.Roots(), Now: mint.Now}
	m := good()
	name := func(g *mint.GPU) string {
		m.Firmware[0]++
		v, err := nvidia.Verify(g.Report(m), o)
		if err != nil {
			t.Fatal(err)
		}
		return v.Claims.Chip.ID
	}
	if a, b := name(gpu), name(gpu); a != b || len(a) != 64 {
		t.Errorf("one GPU has the names %q and %q", a, b)
	}
	if name(gpu) == name(vendor.GPU()) {
		t.Error("two GPUs have one name")
	}
}

// TestManifestHostile holds what a manifest may not be.
func TestManifestHostile(t *testing.T) {
	fine := mint.NewNVIDIA().Manifest("550.90.07", golden(7)).Data
	if _, err := nvidia.ParseManifest(fine); err != nil {
		t.Fatal(err)
	}
	change := func(old, new string) []byte { return bytes.Replace(fine, []byte(old), []byte(new), 1) }
	for name, b := range map[string][]byte{
		"empty":                 nil,
		"a comment":             change("<ns0:Payload>", "<ns0:Payload><!-- x -->"),
		"a document type":       append([]byte("<!DOCTYPE x>"), fine...),
		"an entity":             change(`name="GH100"`, `name="&x;"`),
		"two roots":             append(slices.Clone(fine), fine...),
		"two signatures":        change("<ns0:Payload>", `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"></ds:Signature><ns0:Payload>`),
		"a wrapped document":    slices.Concat([]byte("<x>"), fine, []byte("</x>")),
		"a weak digest":         change("xmldsig-more#sha384", "xmldsig-more#sha224"),
		"a reference to a part": change(`URI=""`, `URI="#part"`),
		"a line break within":   change(`index="7"`, "index=\"7\n\""),
		"an attribute twice":    change(`index="7"`, `index="7" index="7"`),
		"cut off":               fine[:len(fine)-20],
		"many namespaces":       change("<ns0:Payload>", "<ns0:Payload"+several(` xmlns:x%d="u"`, 100)+">"),
		"many attributes":       change("<ns0:Payload>", "<ns0:Payload"+several(` x%d="u"`, 1000)+">"),
		"too deep":              append(bytes.Repeat([]byte("<a>"), 40), bytes.Repeat([]byte("</a>"), 40)...),
	} {
		if _, err := nvidia.ParseManifest(b); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// several is a text n times, numbered.
func several(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// TestManifestCost holds that a document that is made to be slow is refused in
// little time.
func TestManifestCost(t *testing.T) {
	fine := mint.NewNVIDIA().Manifest("550.90.07", golden(7)).Data
	for name, more := range map[string]string{
		"namespaces and elements": "<ns0:Payload" + several(` xmlns:x%d="u"`, 20000) + ">" + strings.Repeat("<x1:a></x1:a>", 40000),
		"elements":                "<ns0:Payload>" + strings.Repeat("<a></a>", 140000),
	} {
		start := time.Now()
		if _, err := nvidia.ParseManifest(bytes.Replace(fine, []byte("<ns0:Payload>"), []byte(more), 1)); err == nil {
			t.Errorf("%s: it is taken", name)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: it took %v", name, d)
		}
	}
}

func FuzzReport(f *testing.F) {
	vendor := mint.NewNVIDIA()
	e := vendor.GPU().Report(good())
	f.Add(e.Report)
	f.Add(e.Report[:200])
	o := attest.Options{Roots: vendor.Roots(), Now: mint.Now, ReportData: nonce[:]}
	f.Fuzz(func(t *testing.T, b []byte) {
		e.Report = b
		v, err := nvidia.Verify(e, o)
		if err == nil && v.Verdict == finding.VerdictPass {
			t.Error("a report passes without manifests")
		}
	})
}

func FuzzManifest(f *testing.F) {
	vendor := mint.NewNVIDIA()
	fine := vendor.Manifest("550.90.07", golden(7)).Data
	f.Add(fine)
	f.Add(bytes.ReplaceAll(fine, []byte("ds:"), []byte("x:")))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := nvidia.ParseManifest(b)
		if err == nil && (m.Signer == nil || m.Version == "" || len(m.Values) == 0 && bytes.Contains(b, []byte(`active="True"`))) {
			t.Errorf("%+v", m)
		}
	})
}
