package attest_test

import (
	"slices"
	"testing"

	"golang.org/x/crypto/ocsp"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// TestPrepared holds that by a prepared bundle a report that was never seen costs
// the signatures that only it brings: those of the device and of its key. Each
// costs most of a millisecond.
func TestPrepared(t *testing.T) {
	vendor := mint.NewNVIDIA()
	gpu := vendor.GPU()
	report := func(g *mint.GPU) attest.Evidence {
		return g.Report(mint.Measured{Driver: "1", VBIOS: [5]byte{1}, Mode: attest.ModeOn})
	}
	items := []attest.Item{
		vendor.Manifest("1", map[int][48]byte{7: mint.Measurement(7)}), vendor.Manifest("01.00.00.00.00", map[int][48]byte{8: mint.Measurement(8)}),
		*all.Brought(report(gpu), vendor.Roots(), mint.Now),
	}
	var answers []attest.Item
	for n, c := range vendor.Revocable(gpu) {
		answers = append(answers, vendor.Answer(c, ocsp.Good, mint.Now, []mint.Responder{mint.Itself, mint.Appointed}[n%2]))
	}
	for name, status := range map[string][]attest.Item{"lists": vendor.Lists(mint.Now), "answers": answers} {
		o := attest.Options{Roots: vendor.Roots(), Now: mint.Now, Collateral: mint.Collateral(slices.Concat(items, status)...),
			Policy: attest.Policy{Accept: []attest.Exception{attest.AcceptReplay, attest.AcceptGuestMode}}}
		all.Prepare(o.Collateral)
		if v, err := all.Verify(report(gpu), o); err != nil || v.Verdict != finding.VerdictPass {
			t.Errorf("%s: %v, %v", name, v.Why(), err)
		}
		if n := o.Collateral.Remembered(); n != 2 { // the leaf's by the device, the device's by NVIDIA
			t.Errorf("%s: %d signatures were verified that could have been before", name, n)
		}
		forged := mint.NewNVIDIA().GPU()
		if v, err := all.Verify(report(forged), o); err != nil || v.Verdict != finding.VerdictViolation {
			t.Errorf("%s: a forged GPU is %s, %v", name, v.Verdict, err)
		}
	}
}

// TestPreparedForged holds that to prepare a bundle makes nothing true: certificates
// that somebody put into it, around a pinned key or below a root of his own, and
// an answer of one whom nobody appointed.
func TestPreparedForged(t *testing.T) {
	amd, other, vendor := mint.NewAMD("Milan"), mint.NewAMD("Milan"), mint.NewNVIDIA()
	chain := func(c ...attest.Item) *attest.Collateral {
		opened := mint.Collateral(c...)
		all.Prepare(opened)
		return opened
	}
	around := attest.Item{Kind: attest.ItemCertificates, Data: amd.Around().Raw}
	o := attest.Options{Roots: attest.Roots{amd.Root()}, Now: mint.Now, Policy: attest.Policy{Accept: attest.Exceptions()}}
	o.Collateral = chain(slices.Concat(other.Items(), []attest.Item{around})...)
	if v, err := all.Verify(other.Report(mint.SNP{}), o); err != nil || v.Verdict != finding.VerdictViolation {
		t.Errorf("below a root of his own: %+v, %v", v, err)
	}
	o.Collateral = chain(around, amd.Certificates(), amd.List(mint.Now, amd.ASK()))
	if v, err := all.Verify(amd.Report(mint.SNP{}), o); err != nil || v.Verdict != finding.VerdictViolation {
		t.Errorf("revoked, beside a root that may sign no lists: %+v, %v", v, err)
	}
	gpu := vendor.GPU()
	evidence := gpu.Report(mint.Measured{Driver: "1", Mode: attest.ModeOn})
	o.Roots, o.Policy.Accept = vendor.Roots(), []attest.Exception{attest.AcceptReplay, attest.AcceptGuestMode, attest.AcceptNoManifest}
	var items []attest.Item
	for _, c := range vendor.Revocable(gpu) {
		items = append(items, vendor.Answer(c, ocsp.Good, mint.Now, mint.Usurper))
	}
	o.Collateral = chain(append(items, *all.Brought(evidence, vendor.Roots(), mint.Now))...)
	if v, err := all.Verify(evidence, o); err != nil || v.Verdict != finding.VerdictUndecided {
		t.Errorf("good, says one whom nobody appointed: %+v, %v", v, err)
	}
}

// TestBrought holds that only the vendor's certificates get into a bundle from
// evidence: not the device's, and none that the sender made.
func TestBrought(t *testing.T) {
	vendor, stranger := mint.NewNVIDIA(), mint.NewNVIDIA()
	e := vendor.GPU().Report(mint.Measured{Driver: "1"})
	e.Certificates = append(e.Certificates, stranger.GPU().Report(mint.Measured{Driver: "1"}).Certificates...)
	e.Certificates = append(e.Certificates, mint.Imitation(e.Certificates[2]))
	item := all.Brought(e, vendor.Roots(), mint.Now)
	certs, err := attest.Certificates(item.Data)
	if err != nil || len(certs) != 3 {
		t.Fatalf("%d certificates, %v", len(certs), err)
	}
	for i, c := range certs {
		if !c.Equal(e.Certificates[i+2]) {
			t.Errorf("%s is not of those above the device", c.Subject.CommonName)
		}
	}
	if i := all.Brought(e, mint.NewNVIDIA().Roots(), mint.Now); i != nil {
		t.Errorf("below foreign roots: %+v", i)
	}
}
