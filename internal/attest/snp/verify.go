package snp

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha512"
	"crypto/x509"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Verify judges a report, with or without a table of certificates behind it.
// An error says that the evidence is no SNP report.
func Verify(e attest.Evidence, o attest.Options) (*attest.Verdict, error) {
	r, err := ParseReport(e.Report)
	if err != nil {
		return nil, err
	}
	brought, err := Table(e.Report[ReportLength:])
	if err != nil {
		return nil, err
	}
	x := attest.Examine(e, o)
	x.Bring(brought...)
	x.Claims = r.claims()
	if leaf := signer(x, r); leaf != nil {
		bind(x, r, leaf)
		x.Revocation(leaf, 1) // AMD lists the keys of product lines, not of chips
	}
	if r.VMPL > leastPrivileged {
		x.Refuse(attest.CheckFacts, "", "the host asked for the report (VMPL %#x), so it says nothing of who runs in the guest: let the guest ask", r.VMPL)
	}
	if r.Policy&policyMigrateMA != 0 {
		x.Movable("start it with a policy without MIGRATE_MA")
	}
	return x.Finish(), nil
}

// signer finds the certificate whose key signed the report, and its way to a
// root.
func signer(x *attest.Exam, r *Report) *attest.Leaf {
	name := map[int]string{signerVCEK: "SEV-VCEK", signerVLEK: "SEV-VLEK"}[r.signer()]
	if name == "" {
		x.Refuse(attest.CheckSignature, "", "the report is not signed by a VCEK or VLEK (key %d)", r.signer())
		return nil
	}
	brought := len(x.Brought())
	var candidates []*x509.Certificate
	for i, c := range x.Certificates() {
		// The bundle of a fleet has a certificate of each chip: to ask all of them
		// whether they signed takes seconds.
		if c.Subject.CommonName == name && (i < brought || r.signer() == signerVLEK || certifies(c, r)) {
			candidates = append(candidates, c)
		}
	}
	if len(candidates) == 0 {
		x.Unknown(attest.CheckSignature, "", "no certificate of this chip's %s was given: ask the host for the extended report, or make a bundle with `bailiwick attest collateral fetch`", name[4:])
		return nil
	}
	candidates = slices.DeleteFunc(candidates, func(c *x509.Certificate) bool { return !r.signedBy(c) })
	if len(candidates) == 0 {
		x.Refuse(attest.CheckSignature, "", "the %s did not sign the report: it was altered, or the certificate is of another chip or another level", name[4:])
		return nil
	}
	var leaf *attest.Leaf
	var err error
	for _, c := range candidates { // anybody may have put another around the key into the bundle
		if leaf, err = x.Chain(attest.AMDChips, c); err == nil {
			break
		}
	}
	if !x.Proved(leaf, err) {
		return nil
	}
	x.Pass(attest.CheckSignature, "the %s of %s signed the report", name[4:], leaf.Root.Name)
	return leaf
}

func (r *Report) signedBy(c *x509.Certificate) bool {
	key, ok := c.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P384() {
		return false
	}
	sum := sha512.Sum384(r.Signed)
	return ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(r.R[:]), new(big.Int).SetBytes(r.S[:]))
}

// bind asks that the certificate be of this chip, this product and this
// level: the same chip has another key at each level.
func bind(x *attest.Exam, r *Report, leaf *attest.Leaf) {
	e, err := ParseEndorsement(leaf.Certificate())
	if err != nil {
		x.Refuse(attest.CheckChain, "", "%v", err)
		return
	}
	product := leaf.Root.Name
	x.Claims.Product = e.Product
	x.Claims.TCB.Parts = parts(r.ReportedTCB, product)
	if e.Cloud != "" {
		x.Claims.Facts["cloud"] = e.Cloud
	}
	certified, _, _ := strings.Cut(e.Product, "-")
	switch said := r.product(); {
	case certified != product:
		x.Refuse(attest.CheckChain, "", "the certificate is of a %s, its issuer certifies chips of %s", e.Product, product)
	case said != "" && said != product:
		x.Refuse(attest.CheckChain, "", "the report is of a %s, the certificate of a %s", said, product)
	case !maps.Equal(x.Claims.TCB.Parts, subset(e.Levels, x.Claims.TCB.Parts)):
		x.Refuse(attest.CheckChain, "", "the certificate is of level %v, the report says %v: get the certificate of the reported level", e.Levels, x.Claims.TCB.Parts)
	case r.signer() == signerVCEK && !ofChip(e.ChipID, r):
		x.Refuse(attest.CheckChain, "", "the certificate is of chip %x, the report of %x", e.ChipID, r.ChipID)
	default:
		x.Pass(attest.CheckChain, "the certificate is of this chip and level, a %s", e.Product)
	}
	launch, minimum := parts(r.LaunchTCB, product), x.Policy.TCB.Minimum[attest.SNP]
	for _, part := range slices.Sorted(maps.Keys(launch)) {
		if launch[part] < minimum[part] {
			x.Refuse(attest.CheckTCB, "", "the guest started while %s was at %d, below the minimum of %d: start it anew", part, launch[part], minimum[part])
		}
	}
}

// certifies says whether a certificate names the chip that the report names.
func certifies(c *x509.Certificate, r *Report) bool {
	for _, e := range c.Extensions {
		if e.Id.Equal(chipExtension) {
			id, err := chip(e.Value)
			return err == nil && ofChip(id, r)
		}
	}
	return false
}

// ofChip compares the ids; a chip whose host masks it has none to compare.
func ofChip(id []byte, r *Report) bool {
	return r.Masked() || len(id) > 0 && bytes.Equal(id, r.ChipID[:len(id)]) && bytes.Count(r.ChipID[len(id):], []byte{0}) == len(r.ChipID)-len(id)
}

// subset is the numbers of all whose names the other has.
func subset(all, of map[string]int) map[string]int {
	some := map[string]int{}
	for name := range of {
		if n, ok := all[name]; ok {
			some[name] = n
		}
	}
	return some
}
