package timestamp

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// A Token is what an authority signed (RFC 3161, 2.4.2), parsed; nothing is
// verified before [Token.Verify].
type Token struct {
	Time     time.Time
	Accuracy time.Duration // zero where the authority does not say
	Policy   asn1.ObjectIdentifier
	Serial   *big.Int
	Nonce    *big.Int // nil where there is none

	info    tstInfo
	content []byte // the DER of info, which is signed
	signer  signerInfo
	certs   []*x509.Certificate
}

// maxToken bounds a token with its certificates, maxCerts their number, maxRSA
// the bits of their keys: by one that fills a token a single signature takes
// minutes, and it is looked at before anybody vouched for it.
const (
	maxToken = 256 << 10
	maxCerts = 32
	maxRSA   = 8192
)

// Parse reads a token.
func Parse(der []byte) (*Token, error) {
	if len(der) > maxToken {
		return nil, fmt.Errorf("timestamp: %d bytes are no token: at most %d are read", len(der), maxToken)
	}
	t, err := parse(der)
	if err != nil {
		return nil, fmt.Errorf("timestamp: this is no token of RFC 3161 in DER: %w", err)
	}
	return t, nil
}

func parse(der []byte) (*Token, error) {
	var outer contentInfo
	if err := unmarshal(der, &outer); err != nil {
		return nil, err
	}
	if !outer.Type.Equal(oidSignedData) {
		return nil, fmt.Errorf("it holds content of type %v, not signed data", outer.Type)
	}
	var signed signedData
	if err := unmarshal(outer.Content.Bytes, &signed); err != nil {
		return nil, err
	}
	if !signed.Encapsulated.Type.Equal(oidTSTInfo) {
		return nil, fmt.Errorf("what is signed is of type %v, not a timestamp", signed.Encapsulated.Type)
	}
	if len(signed.Signers) != 1 {
		return nil, fmt.Errorf("%d signers; a timestamp has one", len(signed.Signers))
	}
	t := &Token{content: signed.Encapsulated.Content, signer: signed.Signers[0]}
	if err := unmarshal(t.content, &t.info); err != nil {
		return nil, err
	}
	if err := t.readInfo(); err != nil {
		return nil, err
	}
	return t, t.readCertificates(signed.Certificates.Bytes)
}

func (t *Token) readInfo() error {
	i := &t.info
	if i.Version != 1 {
		return fmt.Errorf("version %d is not known", i.Version)
	}
	for _, e := range i.Extensions {
		if e.Critical {
			return fmt.Errorf("it has the critical extension %v, which is not known here", e.Id)
		}
	}
	a := i.Accuracy
	if a.Seconds < 0 || a.Seconds > 1<<30 || a.Millis < 0 || a.Millis > 999 || a.Micros < 0 || a.Micros > 999 {
		return fmt.Errorf("its accuracy is none")
	}
	t.Time, t.Policy, t.Serial, t.Nonce = i.Time.UTC(), i.Policy, i.Serial, i.Nonce
	t.Accuracy = time.Duration(a.Seconds)*time.Second + time.Duration(a.Millis)*time.Millisecond + time.Duration(a.Micros)*time.Microsecond
	return nil
}

// readCertificates reads the certificates that the authority sent along.
// Others than those of X.509 (version 1 attributes and the like) are passed over.
func (t *Token) readCertificates(set []byte) error {
	for len(set) > 0 {
		var one asn1.RawValue
		rest, err := asn1.Unmarshal(set, &one)
		if err != nil {
			return err
		}
		set = rest
		if one.Class != asn1.ClassUniversal {
			continue
		}
		if len(t.certs) == maxCerts {
			return fmt.Errorf("more than %d certificates", maxCerts)
		}
		cert, err := x509.ParseCertificate(one.FullBytes)
		if err != nil {
			return err
		}
		if key, ok := cert.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > maxRSA {
			return fmt.Errorf("the RSA key of a certificate has %d bits; at most %d are taken", key.N.BitLen(), maxRSA)
		}
		t.certs = append(t.certs, cert)
	}
	return nil
}

// by finds the certificate that the signature names.
func (s *signerInfo) by(certs []*x509.Certificate) (*x509.Certificate, error) {
	var id issuerAndSerial
	keyID := s.ID.Class == asn1.ClassContextSpecific && s.ID.Tag == 0
	if !keyID {
		if err := unmarshal(s.ID.FullBytes, &id); err != nil {
			return nil, err
		}
	}
	for _, c := range certs {
		if keyID && len(c.SubjectKeyId) > 0 && bytes.Equal(c.SubjectKeyId, s.ID.Bytes) ||
			!keyID && bytes.Equal(c.RawIssuer, id.Issuer.FullBytes) && c.SerialNumber.Cmp(id.Serial) == 0 {
			return c, nil
		}
	}
	return nil, fmt.Errorf("the certificate of the signer is not in the token: ask for one with certificates (certReq)")
}

// attributes are the signed ones. Each type stands once and has one value: two
// would let a verifier look at one and a forger at the other.
func (s *signerInfo) attributes() (map[string]asn1.RawValue, error) {
	out := map[string]asn1.RawValue{}
	for rest := s.SignedAttributes.Bytes; len(rest) > 0; {
		var a attribute
		var err error
		if rest, err = asn1.Unmarshal(rest, &a); err != nil {
			return nil, fmt.Errorf("signed attributes: %w", err)
		}
		if _, twice := out[a.Type.String()]; twice || len(a.Values) != 1 {
			return nil, fmt.Errorf("signed attributes: %v has not one value", a.Type)
		}
		out[a.Type.String()] = a.Values[0]
	}
	return out, nil
}

// signed is what the signature is over: the attributes, tagged as the set that
// they are (RFC 5652, 5.4).
func (s *signerInfo) signed() []byte {
	b := bytes.Clone(s.SignedAttributes.FullBytes)
	if len(b) > 0 {
		b[0] = asn1.TagSet | 0x20
	}
	return b
}

var (
	oidRSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidPSS     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidECKey   = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidEd25519 = asn1.ObjectIdentifier{1, 3, 101, 112}
)

// schemes are the signatures that are taken, by the hash of the attributes.
var schemes = []struct {
	id   asn1.ObjectIdentifier
	hash crypto.Hash
	as   x509.SignatureAlgorithm
}{
	{oidRSA, crypto.SHA256, x509.SHA256WithRSA}, {oidRSA, crypto.SHA384, x509.SHA384WithRSA}, {oidRSA, crypto.SHA512, x509.SHA512WithRSA},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, crypto.SHA256, x509.SHA256WithRSA},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, crypto.SHA384, x509.SHA384WithRSA},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, crypto.SHA512, x509.SHA512WithRSA},
	{oidPSS, crypto.SHA256, x509.SHA256WithRSAPSS}, {oidPSS, crypto.SHA384, x509.SHA384WithRSAPSS}, {oidPSS, crypto.SHA512, x509.SHA512WithRSAPSS},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, crypto.SHA256, x509.ECDSAWithSHA256},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, crypto.SHA384, x509.ECDSAWithSHA384},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, crypto.SHA512, x509.ECDSAWithSHA512},
	{oidECKey, crypto.SHA256, x509.ECDSAWithSHA256}, {oidECKey, crypto.SHA384, x509.ECDSAWithSHA384}, {oidECKey, crypto.SHA512, x509.ECDSAWithSHA512},
	{oidEd25519, crypto.SHA512, x509.PureEd25519},
}

// scheme is the signature algorithm. The parameters of PSS are not read: a
// signature under others than [x509] takes does not verify.
func (s *signerInfo) scheme(h crypto.Hash) (x509.SignatureAlgorithm, error) {
	for _, c := range schemes {
		if c.id.Equal(s.SignatureAlgorithm.Algorithm) && c.hash == h {
			return c.as, nil
		}
	}
	return 0, fmt.Errorf("the signature algorithm %v with %v is not taken; RSA, ECDSA and Ed25519 with SHA-2 are", s.SignatureAlgorithm.Algorithm, h)
}

// sha256Default is the algorithm of an [essCertIDv2] that names none.
func sha256Default(a pkix.AlgorithmIdentifier) pkix.AlgorithmIdentifier {
	if len(a.Algorithm) == 0 {
		a.Algorithm = oidSHA256
	}
	return a
}
