// Package mint makes evidence as vendors' chips would sign it, below roots of
// its own: any measurement, any level, any fault, for tests of the verifiers
// and of whoever builds on them. Nothing here is trusted by [attest.Pinned].
package mint

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Now is when all that is minted is valid. Statements were issued ten days
// before, and hold for twenty more.
var Now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

const (
	ago = 10 * 24 * time.Hour
	yet = 20 * 24 * time.Hour
)

// must ends a test that cannot go on: what is minted does not depend on input.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// An authority is a certificate with its key.
type authority struct {
	*x509.Certificate
	key crypto.Signer
}

// certificate describes one to be issued.
type certificate struct {
	name       string
	algorithm  x509.SignatureAlgorithm
	ca         bool
	extensions []pkix.Extension
	usage      []x509.ExtKeyUsage
}

// issue makes a certificate for a key. Without an issuer it signs itself.
func issue(issuer *authority, key crypto.Signer, c certificate) authority {
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(random(12)), Subject: pkix.Name{CommonName: c.name, Organization: []string{"Bailiwick tests"}},
		NotBefore: Now.AddDate(-2, 0, 0), NotAfter: Now.AddDate(10, 0, 0), SignatureAlgorithm: c.algorithm,
		ExtraExtensions: c.extensions, ExtKeyUsage: c.usage, BasicConstraintsValid: c.ca, IsCA: c.ca, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if c.ca {
		template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.Certificate, issuer.key
	}
	der := must(x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer))
	return authority{must(x509.ParseCertificate(der)), key}
}

// Imitation is a certificate with the names and the key of another, signed by
// a key that nobody knows.
func Imitation(c *x509.Certificate) *x509.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), RawSubject: c.RawSubject, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		IsCA: c.IsCA, BasicConstraintsValid: c.IsCA, KeyUsage: x509.KeyUsageCertSign, ExtraExtensions: c.ExtraExtensions,
	}
	der := must(x509.CreateCertificate(rand.Reader, template, &x509.Certificate{RawSubject: c.RawIssuer}, c.PublicKey, newKey(elliptic.P384())))
	return must(x509.ParseCertificate(der))
}

// list makes the revocation list of an authority.
func (a authority) list(algorithm x509.SignatureAlgorithm, at time.Time, revoked ...*x509.Certificate) attest.Item {
	template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: at.Add(-ago), NextUpdate: at.Add(yet), SignatureAlgorithm: algorithm}
	template.RevokedCertificateEntries = entries(at, revoked)
	return attest.Item{Kind: attest.ItemCRL, Source: a.Subject.CommonName, Data: must(x509.CreateRevocationList(rand.Reader, template, a.Certificate, a.key))}
}

// entries are those of a revocation list.
func entries(at time.Time, revoked []*x509.Certificate) []x509.RevocationListEntry {
	var all []x509.RevocationListEntry
	for _, c := range revoked {
		all = append(all, x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: at.Add(-ago)})
	}
	return all
}

// bundle is certificates as one item.
func bundle(certs ...authority) attest.Item {
	return attest.Item{Kind: attest.ItemCertificates, Data: chainPEM(certs...)}
}

func chainPEM(certs ...authority) []byte {
	var b bytes.Buffer
	for _, c := range certs {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return b.Bytes()
}

func newKey(curve elliptic.Curve) *ecdsa.PrivateKey {
	return must(ecdsa.GenerateKey(curve, rand.Reader))
}

// sign256 and sign384 sign as two numbers of one length, big endian.
func sign256(key *ecdsa.PrivateKey, message []byte) []byte {
	sum := sha256.Sum256(message)
	return numbers(key, sum[:], 32)
}

func sign384(key *ecdsa.PrivateKey, message []byte) []byte {
	sum := sha512.Sum384(message)
	return numbers(key, sum[:], 48)
}

func numbers(key *ecdsa.PrivateKey, sum []byte, n int) []byte {
	r, s, err := ecdsa.Sign(rand.Reader, key, sum)
	if err != nil {
		panic(err)
	}
	return append(r.FillBytes(make([]byte, n)), s.FillBytes(make([]byte, n))...)
}

func random(n int) []byte {
	b := make([]byte, n)
	must(rand.Read(b))
	return b
}

// Collateral packs items to an opened bundle.
func Collateral(items ...attest.Item) *attest.Collateral {
	return must(attest.OpenCollateral(must(attest.Pack(Now, items...))))
}
