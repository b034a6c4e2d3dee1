package snp_test

import (
	"crypto/x509"
	"encoding/hex"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/snp"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

var (
	chip = [64]byte{1, 2, 3, 4, 5, 6, 7, 8}
	code = [48]byte{0xC0, 0xDE}
	now  = [64]byte{0x40, 0x41}
	// level is a TCB: bootloader, tee, …, snp, microcode.
	level = [8]byte{3, 0, 0, 0, 0, 0, 20, 200}
)

func policy() attest.Policy {
	return attest.Policy{
		Measurements: map[attest.Kind]map[string][]string{attest.SNP: {"measurement": {hex.EncodeToString(code[:])}}},
		TCB:          attest.TCBPolicy{Minimum: map[attest.Kind]map[string]int{attest.SNP: {"snp": 20, "microcode": 200}}},
	}
}

func good() mint.SNP {
	return mint.SNP{Version: 3, Family: 0x19, Model: 0x01, Measurement: code, ReportData: now, ChipID: chip, TCB: level}
}

func TestVerify(t *testing.T) {
	milan, genoa, turin := mint.NewAMD("Milan"), mint.NewAMD("Genoa"), mint.NewAMD("Turin")
	roots := attest.Roots{milan.Root(), genoa.Root(), turin.Root()}
	base := attest.Options{Roots: roots, Now: mint.Now, Policy: policy(), ReportData: now[:], Collateral: mint.Collateral(milan.Items()...)}
	report := func(a *mint.AMD, change func(*mint.SNP)) attest.Evidence {
		s := good()
		change(&s)
		return a.Report(s)
	}
	plain := func(*mint.SNP) {}
	options := func(change func(*attest.Options)) attest.Options {
		o := base
		o.Policy = policy()
		change(&o)
		return o
	}
	accept := func(words ...attest.Exception) attest.Options {
		return options(func(o *attest.Options) { o.Policy.Accept = words })
	}
	altered := milan.Report(good())
	altered.Report[0x90] ^= 1
	other := [8]byte{2, 0, 0, 0, 0, 0, 20, 200}
	stranger := [64]byte{9}

	mint.Run(t, snp.Verify, []mint.Case{
		mint.Pass("Milan, version 2", report(milan, func(s *mint.SNP) { s.Version = 2 }), base),
		mint.Pass("Milan, version 3", report(milan, plain), base),
		mint.Pass("Genoa, version 5", report(genoa, func(s *mint.SNP) { s.Version, s.Model = 5, 0x11 }), options(func(o *attest.Options) { o.Collateral = mint.Collateral(genoa.Items()...) })),
		mint.Pass("Turin, whose level is ordered anew", report(turin, func(s *mint.SNP) {
			s.Version, s.Family, s.Model, s.TCB = 5, 0x1a, 0x02, [8]byte{1, 3, 0, 20, 0, 0, 0, 200}
		}), options(func(o *attest.Options) { o.Collateral = mint.Collateral(turin.Items()...) })),
		mint.Pass("a cloud's key", report(milan, func(s *mint.SNP) { s.Cloud = "cloud.example" }), base),
		mint.Pass("certificates behind the report", attest.Evidence{Kind: attest.SNP, Report: mint.Table(milan.Report(good()))}, base),
		mint.Pass("a masked chip", report(milan, func(s *mint.SNP) { s.ChipID, s.CertifiedChip = [64]byte{}, &chip }), base),

		mint.Refused("altered", altered, base, attest.CheckSignature, "altered"),
		mint.Open("no certificate", attest.Evidence{Kind: attest.SNP, Report: milan.Report(good()).Report}, base, attest.CheckSignature, "no certificate of this chip's VCEK"),
		mint.Open("only a certificate of another chip, in the bundle", attest.Evidence{Kind: attest.SNP, Report: milan.Report(good()).Report}, options(func(o *attest.Options) {
			o.Collateral = mint.Collateral(append(milan.Items(), certificates(report(milan, func(s *mint.SNP) { s.ChipID = stranger }))...)...)
		}), attest.CheckSignature, "this chip's VCEK"),
		mint.Refused("only a certificate of another key of the chip, in the bundle", attest.Evidence{Kind: attest.SNP, Report: milan.Report(good()).Report}, options(func(o *attest.Options) {
			o.Collateral = mint.Collateral(append(milan.Items(), certificates(milan.Report(good()))...)...)
		}), attest.CheckSignature, "altered"),
		mint.Refused("a forged root of the same name", report(mint.NewAMD("Milan"), plain), base, attest.CheckChain, "did not sign"),
		mint.Refused("a forged root that is brought along", report(milan, plain), options(func(o *attest.Options) { o.Roots = attest.Pinned() }), attest.CheckChain, "not pinned"),
		mint.Refused("no way to a root", report(milan, plain), options(func(o *attest.Options) { o.Collateral = nil }), attest.CheckChain, "add it to the collateral bundle"),
		mint.Refused("Genoa's report, Milan's certificate", report(milan, func(s *mint.SNP) { s.Model = 0x11 }), base, attest.CheckChain, "the report is of a Genoa"),
		mint.Refused("a certificate of another level", report(milan, func(s *mint.SNP) { s.Certified = &other }), base, attest.CheckChain, "level"),
		mint.Refused("a certificate of another chip", report(milan, func(s *mint.SNP) { s.CertifiedChip = &stranger }), base, attest.CheckChain, "chip"),
		mint.Refused("certificates of the far future", report(milan, plain), options(func(o *attest.Options) { o.Now = mint.Now.AddDate(20, 0, 0) }), attest.CheckChain, "expired"),

		mint.Refused("revoked", report(milan, plain), options(func(o *attest.Options) {
			o.Collateral = mint.Collateral(milan.Certificates(), milan.List(mint.Now, milan.ASK()))
		}), attest.CheckRevocation, "revoked"),
		mint.Refused("stale revocation list", report(milan, plain), options(func(o *attest.Options) { o.Now = mint.Now.AddDate(0, 2, 0) }), attest.CheckRevocation, "expired"),
		mint.Pass("a newer list counts", report(milan, plain), options(func(o *attest.Options) {
			o.Collateral = mint.Collateral(milan.Certificates(), milan.List(mint.Now.AddDate(0, -2, 0)), milan.List(mint.Now))
		})),
		mint.Refused("revoked by one of two lists of one issuer", report(milan, plain), options(func(o *attest.Options) {
			o.Collateral = mint.Collateral(milan.Certificates(), milan.List(mint.Now.AddDate(0, 0, -1), milan.ASK()), milan.List(mint.Now))
		}), attest.CheckRevocation, "revoked"),
		mint.Refused("revoked by a list of some reasons only", report(milan, plain), options(func(o *attest.Options) {
			o.Collateral = mint.Collateral(milan.Certificates(), milan.Partial(mint.Now, milan.ASK()), milan.List(mint.Now))
		}), attest.CheckRevocation, "revoked"),
		mint.Open("a list of a stranger", report(milan, plain), options(func(o *attest.Options) {
			o.Collateral = mint.Collateral(milan.Certificates(), mint.NewAMD("Milan").List(mint.Now))
		}), attest.CheckRevocation, "not checked"),
		mint.Open("no revocation list", report(milan, plain), options(func(o *attest.Options) { o.Collateral = mint.Collateral(milan.Certificates()) }), attest.CheckRevocation, "not checked"),
		mint.Pass("no revocation list, accepted", report(milan, plain), options(func(o *attest.Options) {
			o.Collateral, o.Policy.Accept = mint.Collateral(milan.Certificates()), []attest.Exception{attest.AcceptUnrevoked}
		})),

		mint.Refused("debug", report(milan, func(s *mint.SNP) { s.Policy = mint.SNPDebug }), base, attest.CheckDebug, "read and change"),
		mint.Pass("debug, accepted", report(milan, func(s *mint.SNP) { s.Policy = mint.SNPDebug }), accept(attest.AcceptDebug)),
		mint.Refused("a guest that can be moved, and so be read", report(milan, func(s *mint.SNP) { s.Policy = mint.SNPMigrate }), base, attest.CheckPlace, "move the guest"),
		mint.Pass("a guest that can be moved, accepted", report(milan, func(s *mint.SNP) { s.Policy = mint.SNPMigrate }), accept(attest.AcceptMigration)),
		mint.Refused("other software", report(milan, func(s *mint.SNP) { s.Measurement[0] = 1 }), base, attest.CheckMeasurement, "none of the 1"),
		mint.Refused("a measurement that was not copied whole", report(milan, plain), options(func(o *attest.Options) {
			o.Policy.Measurements[attest.SNP]["measurement"] = []string{hex.EncodeToString(code[:47])}
		}), attest.CheckMeasurement, "none of them has 96 digits"),
		mint.Open("a policy without software", report(milan, plain), options(func(o *attest.Options) { o.Policy.Measurements = nil }), attest.CheckMeasurement, "which software"),
		mint.Refused("old firmware", report(milan, func(s *mint.SNP) { s.TCB[6] = 19 }), base, attest.CheckTCB, "snp is at 19"),
		mint.Refused("a guest that started on old firmware", report(milan, func(s *mint.SNP) { s.LaunchTCB = &[8]byte{3, 0, 0, 0, 0, 0, 19, 200} }), base, attest.CheckTCB, "start it anew"),
		mint.Open("a policy without a level", report(milan, plain), options(func(o *attest.Options) { o.Policy.TCB.Minimum = nil }), attest.CheckTCB, "no minimum"),
		mint.Open("a level of a part that there is not", report(milan, plain), options(func(o *attest.Options) {
			o.Policy.TCB.Minimum = map[attest.Kind]map[string]int{attest.SNP: {"fmc": 1}}
		}), attest.CheckTCB, "does not have"),
		mint.Refused("replayed", report(milan, func(s *mint.SNP) { s.ReportData[0] = 1 }), base, attest.CheckNonce, "old report"),
		mint.Refused("a nonce that is only the beginning", report(milan, plain), options(func(o *attest.Options) { o.ReportData = now[:1] }), attest.CheckNonce, "old report"),
		mint.Refused("a nonce of zeros", report(milan, func(s *mint.SNP) { s.ReportData = [64]byte{} }), options(func(o *attest.Options) { o.ReportData = make([]byte, 64) }), attest.CheckNonce, "zeros only"),
		mint.Refused("asked for by the host", report(milan, func(s *mint.SNP) { s.VMPL = 0xFFFFFFFF }), base, attest.CheckFacts, "the host asked"),
		mint.Refused("a certificate of another product", report(milan, func(s *mint.SNP) { s.Certifies = "Genoa-B1" }), base, attest.CheckChain, "its issuer certifies chips of Milan"),
		mint.Pass("a stranger's certificate around the chip's key", around(milan), base),
		mint.Refused("a root made around the pinned key, which may sign no lists", brought(milan, milan.Around()), options(func(o *attest.Options) {
			o.Collateral = mint.Collateral(milan.Certificates(), milan.List(mint.Now, milan.ASK()))
			o.Policy.Accept = []attest.Exception{attest.AcceptUnrevoked}
		}), attest.CheckRevocation, "revoked"),
		mint.Open("a list of some certificates only", report(milan, plain), options(func(o *attest.Options) {
			o.Collateral = mint.Collateral(milan.Certificates(), milan.Partial(mint.Now))
		}), attest.CheckRevocation, "not checked"),
		mint.Pass("a list that is yet to come, beside one of today", report(milan, plain), options(func(o *attest.Options) {
			o.Collateral = mint.Collateral(milan.Certificates(), milan.List(mint.Now.AddDate(0, 1, 0)), milan.List(mint.Now))
		})),
		mint.Refused("an empty nonce", report(milan, func(s *mint.SNP) { s.ReportData = [64]byte{} }), options(func(o *attest.Options) { o.ReportData = []byte{} }), attest.CheckNonce, ""),
		mint.Open("nobody asked", report(milan, plain), options(func(o *attest.Options) { o.ReportData = nil }), attest.CheckNonce, "old one"),
		mint.Refused("asked for by less privileged software", report(milan, func(s *mint.SNP) { s.VMPL = 2 }), options(func(o *attest.Options) {
			o.Policy.Facts = map[attest.Kind]map[string][]string{attest.SNP: {"vmpl": {"0"}}}
		}), attest.CheckFacts, "vmpl is \"2\""),
		mint.Refused("another kind is wanted", report(milan, plain), options(func(o *attest.Options) { o.Policy.Kinds = []attest.Kind{attest.TDX} }), attest.CheckKind, ""),
	})
}

// around is evidence that brings, before the chip's certificate, another around
// the same key, which nobody certified.
func around(a *mint.AMD) attest.Evidence {
	e := a.Report(good())
	e.Certificates = append([]*x509.Certificate{mint.Imitation(e.Certificates[0])}, e.Certificates...)
	return e
}

// certificates are those that came with evidence, as items of a bundle.
func certificates(e attest.Evidence) []attest.Item {
	var items []attest.Item
	for _, c := range e.Certificates {
		items = append(items, attest.Item{Kind: attest.ItemCertificates, Data: c.Raw})
	}
	return items
}

// brought is evidence that brings a root of its own.
func brought(a *mint.AMD, root *x509.Certificate) attest.Evidence {
	e := a.Report(good())
	e.Certificates = append(e.Certificates, root)
	return e
}

// TestPlace holds what the place of a chip comes to.
func TestPlace(t *testing.T) {
	milan := mint.NewAMD("Milan")
	at := func(p attest.Place, want attest.PlacePolicy) attest.Options {
		o := attest.Options{Roots: attest.Roots{milan.Root()}, Now: mint.Now, Policy: policy(), ReportData: now[:], Collateral: mint.Collateral(milan.Items()...), Places: fixed(p)}
		o.Policy.Place = &want
		return o
	}
	enrolled := attest.Place{Grade: attest.Enrolled, Site: "fra1", Country: "DE", Operator: "clinic.example"}
	declared := attest.Place{Grade: attest.Declared, Site: "fra1", Country: "DE", Operator: "clinic.example"}
	moving := good()
	moving.Policy = mint.SNPMigrate
	masked := good()
	masked.ChipID, masked.CertifiedChip = [64]byte{}, &chip
	mint.Run(t, snp.Verify, []mint.Case{
		mint.Pass("enrolled in Germany", milan.Report(good()), at(enrolled, attest.PlacePolicy{Grade: attest.Enrolled, Countries: []string{"DE", "FR"}})),
		mint.Pass("enrolled, declared is enough", milan.Report(good()), at(enrolled, attest.PlacePolicy{Grade: attest.Declared, Operators: []string{"clinic.example"}, Sites: []string{"fra1"}})),
		mint.Refused("only declared", milan.Report(good()), at(declared, attest.PlacePolicy{Grade: attest.Enrolled}), attest.CheckPlace, "only declared"),
		mint.Refused("another country", milan.Report(good()), at(enrolled, attest.PlacePolicy{Grade: attest.Enrolled, Countries: []string{"FR"}}), attest.CheckPlace, "country DE"),
		mint.Refused("another operator", milan.Report(good()), at(enrolled, attest.PlacePolicy{Grade: attest.Enrolled, Operators: []string{"other.example"}}), attest.CheckPlace, "operator"),
		mint.Open("nobody knows", milan.Report(good()), at(attest.Place{Grade: attest.Unknown, Because: "not on the list"}, attest.PlacePolicy{Grade: attest.Declared}), attest.CheckPlace, "not on the list"),
		mint.Open("a masked chip", milan.Report(masked), at(enrolled, attest.PlacePolicy{Grade: attest.Declared}), attest.CheckPlace, "masks"),
		mint.Refused("a guest that can be moved", milan.Report(moving), at(enrolled, attest.PlacePolicy{Grade: attest.Enrolled}), attest.CheckPlace, "move the guest"),
	})

	forged := milan.Report(good())
	forged.Report[0x91] ^= 1
	v, err := snp.Verify(forged, at(enrolled, attest.PlacePolicy{Grade: attest.Enrolled}))
	if err != nil || v.Place.Grade != attest.Unknown {
		t.Errorf("a report without a signature is placed at %+v, %v", v.Place, err)
	}
}

func fixed(p attest.Place) attest.Locator { return locator(p) }

type locator attest.Place

func (l locator) Locate(attest.Chip, time.Time) attest.Place { return attest.Place(l) }

func FuzzParse(f *testing.F) {
	milan := mint.NewAMD("Milan")
	e := milan.Report(good())
	f.Add(e.Report)
	f.Add(mint.Table(e))
	f.Add(e.Report[:100])
	o := attest.Options{Roots: attest.Roots{milan.Root()}, Now: mint.Now, ReportData: now[:], Collateral: mint.Collateral(milan.Items()...)}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := snp.Verify(attest.Evidence{Kind: attest.SNP, Report: b}, o)
		if err == nil && v.Verdict == finding.VerdictPass {
			t.Error("a report passes a policy that names no software")
		}
		if len(b) >= snp.ReportLength {
			_, _ = snp.Table(b[snp.ReportLength:])
		}
		if c, err := x509.ParseCertificate(b); err == nil {
			_, _ = snp.ParseEndorsement(c)
		}
	})
}
