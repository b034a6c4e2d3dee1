package nvidia_test

import (
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/nvidia"
)

// TestStatus holds what OCSP answers in a bundle are worth.
func TestStatus(t *testing.T) {
	vendor := mint.NewNVIDIA()
	gpu := vendor.GPU()
	// answers are one for each certificate: good and of today, but for the GPU's.
	answers := func(status int, at time.Time, by mint.Responder) attest.Options {
		items := manifests(vendor)
		for _, c := range vendor.Revocable(gpu) {
			if c == gpu.Certificate() {
				items = append(items, vendor.Answer(c, status, at, by))
			} else {
				items = append(items, vendor.Answer(c, ocsp.Good, mint.Now, mint.Appointed))
			}
		}
		return attest.Options{Roots: vendor.Roots(), Now: mint.Now, Collateral: mint.Collateral(items...), GuestVerified: true, ReportData: nonce[:]}
	}
	// beside is an answer about the GPU beside lists of which none has it.
	beside := func(status int, at time.Time) attest.Options {
		items := slices.Concat(manifests(vendor), vendor.Lists(mint.Now), []attest.Item{vendor.Answer(gpu.Certificate(), status, at, mint.Appointed)})
		return attest.Options{Roots: vendor.Roots(), Now: mint.Now, Collateral: mint.Collateral(items...), GuestVerified: true, ReportData: nonce[:]}
	}
	e := gpu.Report(good())
	mint.Run(t, nvidia.Verify, []mint.Case{
		mint.Pass("good, says the issuer", e, answers(ocsp.Good, mint.Now, mint.Itself)),
		mint.Pass("good, says one whom the issuer appointed", e, answers(ocsp.Good, mint.Now, mint.Appointed)),
		mint.Open("good, says one whom the issuer certified for something else", e, answers(ocsp.Good, mint.Now, mint.Usurper), attest.CheckRevocation, "not checked"),
		mint.Open("unknown", e, answers(ocsp.Unknown, mint.Now, mint.Appointed), attest.CheckRevocation, "not checked"),
		mint.Refused("revoked", e, answers(ocsp.Revoked, mint.Now, mint.Appointed), attest.CheckRevocation, "revoked the certificate"),
		mint.Refused("a stale answer", e, answers(ocsp.Good, mint.Now.AddDate(0, -3, 0), mint.Appointed), attest.CheckRevocation, "expired"),
		mint.Refused("revoked, beside a list that does not have it", e, beside(ocsp.Revoked, mint.Now), attest.CheckRevocation, "revoked the certificate"),
		mint.Refused("revoked long ago, beside a list that does not have it", e, beside(ocsp.Revoked, mint.Now.AddDate(0, -3, 0)), attest.CheckRevocation, "revoked the certificate"),
		mint.Pass("a stale answer beside a list of today", e, beside(ocsp.Good, mint.Now.AddDate(0, -3, 0))),
	})
}

// TestNeeds holds what a bundle for a GPU is made of.
func TestNeeds(t *testing.T) {
	vendor := mint.NewNVIDIA()
	gpu := vendor.GPU()
	e := gpu.Report(good())
	before, err := nvidia.Needs(e, nil)
	if err != nil {
		t.Fatal(err)
	}
	after, err := nvidia.Needs(e, mint.Collateral(manifests(vendor)...))
	if err != nil {
		t.Fatal(err)
	}
	count := func(needs []attest.Need, kind attest.ItemKind) (n int) {
		for _, need := range needs {
			if need.Kind == kind {
				n++
			}
		}
		return n
	}
	if before[0].URL != "https://rim.attestation.nvidia.com/v1/rim/NV_GPU_DRIVER_GH100_550.90.07" || !strings.HasSuffix(before[1].URL, "NV_GPU_VBIOS_1010_0200_882_96009F0001") {
		t.Errorf("%+v", before[:2])
	}
	if count(before, attest.ItemOCSP) != 3 || count(after, attest.ItemOCSP) != 5 {
		t.Errorf("%d questions of status, and %d with manifests; want 3 and 5", count(before, attest.ItemOCSP), count(after, attest.ItemOCSP))
	}
	// Each question is answered about the certificate that it asks for.
	revocable := vendor.Revocable(gpu)
	for _, n := range after {
		if n.Kind != attest.ItemOCSP {
			continue
		}
		r, err := ocsp.ParseRequest(n.Post)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(revocable, func(c *x509.Certificate) bool { return c.SerialNumber.Cmp(r.SerialNumber) == 0 })
		if i < 0 {
			t.Errorf("a question about the certificate %x", r.SerialNumber)
			continue
		}
		if _, err := n.Items(vendor.Answer(revocable[i], ocsp.Good, mint.Now, mint.Appointed).Data, nil); err != nil {
			t.Error(err)
		}
	}
}
