package attest_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/tdx"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// TestVerdict holds the form of a verdict, which ledgers keep.
func TestVerdict(t *testing.T) {
	e := attest.Evidence{Kind: attest.TDX, Report: []byte("report")}
	judge := func(o attest.Options) *attest.Verdict {
		x := attest.Examine(e, o)
		x.Claims = attest.Claims{Version: 4, Measurements: map[string]string{"mrtd": "c0de"}, ReportData: "40000000", Chip: attest.Chip{Kind: attest.TDX, ID: "07"}}
		x.Pass(attest.CheckSignature, "signed")
		return x.Finish()
	}
	at := time.Date(2026, 11, 29, 12, 0, 0, 123, time.FixedZone("CET", 3600))
	v := judge(attest.Options{Now: at, ReportData: []byte{0x40}, Policy: attest.Policy{
		Measurements: map[attest.Kind]map[string][]string{attest.TDX: {"mrtd": {"C0DE"}}},
	}})
	var b bytes.Buffer
	if err := v.Encode(&b); err != nil {
		t.Fatal(err)
	}
	want := `{
  "schema": "bailiwick/attestation/v1",
  "kind": "tdx",
  "evidence": "sha256:845e91831319e89c4d656bdb80c278ac09a7230d61e5dfd2e1b1fbb436ac8917",
  "policy": "` + v.Policy + `",
  "at": "2026-11-29T11:00:00Z",
  "verdict": "pass",
`
	if !strings.HasPrefix(b.String(), want) {
		t.Errorf("%s", b.String())
	}
	var back attest.Verdict
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back.Verdict != finding.VerdictPass || len(back.Checks) != 5 || !strings.Contains(back.Checks[4].Message, "any kernel") || back.Place.Grade != attest.Unknown {
		t.Errorf("%+v, %v", back, err)
	}
	if open := judge(attest.Options{Now: at}); open.Verdict != finding.VerdictUndecided || len(open.Why()) != 2 {
		t.Errorf("without a policy: %s, %q", open.Verdict, open.Why())
	}
	if accepted := judge(attest.Options{Now: at, Policy: attest.Policy{Accept: []attest.Exception{attest.AcceptReplay, attest.AcceptSoftware}}}); accepted.Verdict != finding.VerdictPass || accepted.Checks[1].Accepted != attest.AcceptReplay {
		t.Errorf("accepted: %+v", accepted.Checks)
	}
}

// TestNothingAsked holds that nothing passes whose signature nobody verified.
func TestNothingAsked(t *testing.T) {
	v := attest.Examine(attest.Evidence{Kind: attest.SNP}, attest.Options{Policy: attest.Policy{Accept: attest.Exceptions()}}).Finish()
	if v.Verdict == finding.VerdictPass {
		t.Error("nobody looked, and it passes")
	}
}

func TestGrades(t *testing.T) {
	if !attest.Enrolled.AtLeast(attest.Declared) || attest.Declared.AtLeast(attest.Endorsed) || !attest.Unknown.AtLeast(attest.Unknown) || attest.Grade("").AtLeast(attest.Unknown) {
		t.Error("the order of grades is wrong")
	}
}

// TestManyIssuers sends certificates of one name that all signed each other:
// the search for a root ends.
func TestManyIssuers(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := func(i int) *x509.Certificate {
		return &x509.Certificate{SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: []string{"a", "b"}[i%2]}, NotBefore: mint.Now.AddDate(-1, 0, 0),
			NotAfter: mint.Now.AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	}
	e := attest.Evidence{Kind: attest.TDX}
	for i := range 60 {
		der, err := x509.CreateCertificate(rand.Reader, template(i), template(i+1), key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		e.Certificates = append(e.Certificates, c)
	}
	start := time.Now()
	_, err = attest.Examine(e, attest.Options{Now: mint.Now}).Chain(attest.IntelChips, e.Certificates[0])
	if err == nil || time.Since(start) > 2*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

// TestRenewed holds that a certificate that expired does not hide the one that
// took its place, wherever both stand.
func TestRenewed(t *testing.T) {
	issue := func(name string, from, until time.Time, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) *x509.Certificate {
		template := &x509.Certificate{SerialNumber: big.NewInt(from.Unix()), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until,
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
		if parent == nil {
			parent = template
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var keys [4]*ecdsa.PrivateKey
	for i := range keys {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		keys[i] = key
	}
	past, future := mint.Now.AddDate(-2, 0, 0), mint.Now.AddDate(1, 0, 0)
	root := issue("root", past, future, nil, keys[0], keys[0])
	model := issue("model", past, future, root, keys[1], keys[0])
	old := issue("authority", past, mint.Now.AddDate(0, -1, 0), model, keys[2], keys[1])
	renewed := issue("authority", mint.Now.AddDate(0, -2, 0), future, model, keys[2], keys[1])
	leaf := issue("leaf", past, future, renewed, keys[3], keys[2])
	o := attest.Options{Now: mint.Now, Roots: attest.Roots{attest.RootOf(attest.IntelChips, "root", root)}}
	e := attest.Evidence{Certificates: []*x509.Certificate{old, model, root, renewed}}
	l, err := attest.Examine(e, o).Chain(attest.IntelChips, leaf)
	if err != nil || len(l.Chain) != 4 || l.Chain[1] != renewed {
		t.Errorf("%v, %v", l, err)
	}
	e.Certificates = e.Certificates[:3]
	if _, err := attest.Examine(e, o).Chain(attest.IntelChips, leaf); err == nil || !strings.Contains(err.Error(), `"authority" expired`) {
		t.Errorf("without the new one: %v", err)
	}
}

// TestOldForm holds that a certificate of X.509 version 1, which cannot say that
// it may certify others, does not.
func TestOldForm(t *testing.T) {
	amd := mint.NewAMD("Milan")
	e := amd.Report(mint.SNP{})
	old := *amd.ASK()
	old.Version, old.BasicConstraintsValid, old.IsCA, old.KeyUsage = 1, false, false, 0
	e.Certificates = append(e.Certificates, &old)
	for _, i := range mint.Collateral(amd.Certificates()).Certificates() {
		if i.Subject.CommonName == "ARK-Milan" {
			e.Certificates = append(e.Certificates, i)
		}
	}
	o := attest.Options{Now: mint.Now, Roots: attest.Roots{amd.Root()}}
	if _, err := attest.Examine(e, o).Chain(attest.AMDChips, e.Certificates[0]); err == nil || !strings.Contains(err.Error(), "may not certify") {
		t.Errorf("%v", err)
	}
}

// TestNothingToRevoke holds that a chain in which nobody's revocation is asked is
// no chain of which nothing is revoked.
func TestNothingToRevoke(t *testing.T) {
	amd := mint.NewAMD("Milan")
	for _, chain := range [][]*x509.Certificate{{amd.ASK()}, {amd.ASK(), amd.ASK()}} {
		x := attest.Examine(attest.Evidence{Kind: attest.SNP}, attest.Options{Now: mint.Now})
		x.Pass(attest.CheckSignature, "signed")
		x.Revocation(&attest.Leaf{Chain: chain}, 1)
		if why := strings.Join(x.Finish().Why(), "\n"); !strings.Contains(why, "revocation: revocation not checked") {
			t.Errorf("%d certificates: %s", len(chain), why)
		}
	}
}

// TestRootsByUse holds that a root counts for its own vendor only.
func TestRootsByUse(t *testing.T) {
	intel := mint.NewIntel()
	root := intel.Root()
	root.Use = attest.AMDChips
	v, err := tdx.Verify(intel.Quote(mint.Quote{Version: 4, TDX: true}), attest.Options{Roots: attest.Roots{root}, Now: mint.Now})
	if err != nil || v.Verdict != finding.VerdictViolation {
		t.Errorf("%v, %v", v, err)
	}
}
