package timestamp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"testing"
	"time"
)

// issued is when the authorities of the tests stamp.
var issued = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// A tsa is a timestamping authority with a root of its own, whose faults are
// fields.
type tsa struct {
	root, cert *x509.Certificate
	key        *ecdsa.PrivateKey

	at      time.Time
	policy  asn1.ObjectIdentifier
	names   *x509.Certificate // which certificate the signature names
	noNames bool
	stale   *big.Int // a nonce that was not asked for
	status  int
	twice   bool // signs an attribute twice

	signature []byte // instead of one by its key

	asked asn1.ObjectIdentifier // the policy that the last request named
}

var critical = pkix.Extension{Id: oidExtKeyUsage, Critical: true, Value: usages(8)}

// usages is the extension of key purposes: id-kp and the number.
func usages(purposes ...int) []byte {
	var ids []asn1.ObjectIdentifier
	for _, p := range purposes {
		ids = append(ids, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, p})
	}
	b, err := asn1.Marshal(ids)
	if err != nil {
		panic(err)
	}
	return b
}

// newTSA makes an authority with keys of its own.
func newTSA(t testing.TB, extensions ...pkix.Extension) *tsa {
	t.Helper()
	newKey := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	return tsaOf(t, newKey(), newKey(), extensions...)
}

// fixedKey is the same in every process, as the workers of a fuzz test need it.
func fixedKey(t testing.TB, n byte) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), append(make([]byte, 31), n))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// tsaOf makes an authority whose certificate has the extensions, and is good
// for two days around [issued].
func tsaOf(t testing.TB, rootKey, key *ecdsa.PrivateKey, extensions ...pkix.Extension) *tsa {
	t.Helper()
	make := func(template, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	a := &tsa{key: key, at: issued, policy: asn1.ObjectIdentifier{1, 2, 3, 4}}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, NotBefore: issued.AddDate(-1, 0, 0), NotAfter: issued.AddDate(9, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.root = make(template, template, rootKey, rootKey)
	a.cert = make(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "authority"}, NotBefore: issued.AddDate(0, 0, -1), NotAfter: issued.AddDate(0, 0, 1),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: extensions,
	}, a.root, a.key, rootKey)
	a.names = a.cert
	return a
}

func (a *tsa) trust() Trust {
	pool := x509.NewCertPool()
	pool.AddCert(a.root)
	return Trust{Roots: pool, Now: issued}
}

// ServeHTTP answers requests as an authority does.
func (a *tsa) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var req timeStampReq
	if err != nil || unmarshal(body, &req) != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
		http.Error(w, "no request", http.StatusBadRequest)
		return
	}
	var resp struct {
		Status struct {
			Status int
			Text   []string       `asn1:"optional"`
			Fail   asn1.BitString `asn1:"optional"`
		}
		Token asn1.RawValue `asn1:"optional"`
	}
	a.asked, resp.Status.Status = req.Policy, a.status
	if a.status == 0 {
		resp.Token.FullBytes = a.stamp(req.MessageImprint, req.Nonce)
	} else {
		resp.Status.Text = []string{"no"}
		resp.Status.Fail = asn1.BitString{Bytes: []byte{0, 2, 0}, BitLength: 24}
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	w.Write(der(resp))
}

func der(v any) []byte {
	b, err := asn1.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// stamp signs a token.
func (a *tsa) stamp(imprint messageImprint, nonce *big.Int) []byte {
	if a.stale != nil {
		nonce = a.stale
	}
	type info struct {
		Version  int
		Policy   asn1.ObjectIdentifier
		Imprint  messageImprint
		Serial   *big.Int
		Time     time.Time `asn1:"generalized"`
		Accuracy accuracy
		Nonce    *big.Int `asn1:"optional"`
	}
	content := der(info{1, a.policy, imprint, big.NewInt(7), a.at, accuracy{Seconds: 1}, nonce})
	value := func(id asn1.ObjectIdentifier, v any) attribute {
		return attribute{id, []asn1.RawValue{{FullBytes: der(v)}}}
	}
	attributes := []attribute{value(oidContentType, oidTSTInfo), value(oidMessageDigest, digest(crypto.SHA256, content))}
	if !a.noNames {
		type certID struct{ Hash []byte }
		attributes = append(attributes, value(oidSigningCertV2, struct{ Certs []certID }{[]certID{{digest(crypto.SHA256, a.names.Raw)}}}))
	}
	if a.twice {
		attributes = append(attributes, attributes[1])
	}
	set, err := asn1.MarshalWithParams(attributes, "set")
	if err != nil {
		panic(err)
	}
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest(crypto.SHA256, set))
	if err != nil {
		panic(err)
	}
	if a.signature != nil {
		signature = a.signature
	}
	implicit := append([]byte{0xa0}, set[1:]...)
	sha256 := pkix.AlgorithmIdentifier{Algorithm: oidSHA256}
	s := signedData{Version: 3, DigestAlgorithms: []pkix.AlgorithmIdentifier{sha256}, Signers: []signerInfo{{
		Version: 1, ID: asn1.RawValue{FullBytes: der(issuerAndSerial{asn1.RawValue{FullBytes: a.cert.RawIssuer}, a.cert.SerialNumber})},
		DigestAlgorithm: sha256, SignedAttributes: asn1.RawValue{FullBytes: implicit},
		SignatureAlgorithm: pkix.AlgorithmIdentifier{Algorithm: a.scheme()}, Signature: signature,
	}}}
	s.Encapsulated.Type, s.Encapsulated.Content = oidTSTInfo, content
	s.Certificates = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: a.cert.Raw}
	return der(contentInfo{oidSignedData, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: der(s)}})
}

// scheme is the signature algorithm for the kind of key of the certificate.
func (a *tsa) scheme() asn1.ObjectIdentifier {
	if a.cert.PublicKeyAlgorithm == x509.RSA {
		return oidRSA
	}
	return asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
}
