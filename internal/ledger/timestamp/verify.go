package timestamp

import (
	"bytes"
	"crypto/subtle"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// Trust is whom a verifier believes the time. Nothing is fetched: whether a
// certificate was revoked is not known offline, keep to authorities that
// publish it and look there when a token matters.
type Trust struct {
	Roots    *x509.CertPool
	Policies []asn1.ObjectIdentifier // under which time is believed; none is all
	Nonce    *big.Int                // of the request; nil where the request is not known
	Now      time.Time               // a token of later is refused; zero does not ask
}

// clocks is how far those of an authority and of a verifier may differ.
const clocks = 5 * time.Minute

// Verify says whether the authority, which the roots vouched for at that
// time, signed that the message existed then.
func (t *Token) Verify(message []byte, trust Trust) error {
	if trust.Roots == nil {
		return fmt.Errorf("timestamp: no roots: name the certificates of those whom you believe the time")
	}
	for _, check := range []func() error{
		func() error { return t.imprints(message) },
		func() error { return t.answers(trust) },
		func() error { return t.signed(trust) },
	} {
		if err := check(); err != nil {
			return fmt.Errorf("timestamp: %w", err)
		}
	}
	return nil
}

// imprints says whether the token is about the message.
func (t *Token) imprints(message []byte) error {
	h, err := hashOf(t.info.MessageImprint.HashAlgorithm)
	if err != nil {
		return err
	}
	if !bytes.Equal(digest(h, message), t.info.MessageImprint.HashedMessage) {
		return fmt.Errorf("the token is about something else: its imprint is another")
	}
	return nil
}

// answers says whether the token is the one that was asked for.
func (t *Token) answers(trust Trust) error {
	if trust.Nonce != nil && (t.Nonce == nil || trust.Nonce.Cmp(t.Nonce) != 0) {
		return fmt.Errorf("the token answers another request: its nonce is another")
	}
	if len(trust.Policies) > 0 && !slices.ContainsFunc(trust.Policies, t.Policy.Equal) {
		return fmt.Errorf("the token was given under the policy %v, which is not allowed here", t.Policy)
	}
	if !trust.Now.IsZero() && t.Time.After(trust.Now.Add(clocks+t.Accuracy)) {
		return fmt.Errorf("the token says %s, which is yet to come", t.Time.Format(time.RFC3339))
	}
	return nil
}

// signed verifies the signature and whose it is.
func (t *Token) signed(trust Trust) error {
	cert, err := t.signer.by(t.certs)
	if err != nil {
		return err
	}
	attributes, err := t.signer.attributes()
	if err != nil {
		return err
	}
	var kind asn1.ObjectIdentifier
	if err := unmarshal(attributes[oidContentType.String()].FullBytes, &kind); err != nil || !kind.Equal(oidTSTInfo) {
		return fmt.Errorf("the signature is not over a timestamp")
	}
	h, err := hashOf(t.signer.DigestAlgorithm)
	if err != nil {
		return err
	}
	var sum []byte
	if err := unmarshal(attributes[oidMessageDigest.String()].FullBytes, &sum); err != nil || subtle.ConstantTimeCompare(sum, digest(h, t.content)) == 0 {
		return fmt.Errorf("the token was altered: what is signed is another time or imprint")
	}
	if err := names(attributes[oidSigningCertV2.String()].FullBytes, cert); err != nil {
		return err
	}
	scheme, err := t.signer.scheme(h)
	if err != nil {
		return err
	}
	if err := cert.CheckSignature(scheme, t.signer.signed(), t.signer.Signature); err != nil {
		return fmt.Errorf("the signature does not verify: %w", err)
	}
	return t.vouched(cert, trust)
}

// names says whether the signed attribute names the certificate (RFC 5816): a
// certificate of the same key for another purpose cannot be put in its place.
func names(der []byte, cert *x509.Certificate) error {
	if len(der) == 0 {
		return fmt.Errorf("the signature does not name its certificate by a SHA-2 hash (ESSCertIDv2, RFC 5816): ask an authority that does")
	}
	var s signingCertificateV2
	if err := unmarshal(der, &s); err != nil || len(s.Certs) == 0 {
		return fmt.Errorf("the attribute that names the certificate cannot be read: %v", err)
	}
	id := s.Certs[0]
	h, err := hashOf(sha256Default(id.HashAlgorithm))
	if err != nil {
		return err
	}
	if !bytes.Equal(digest(h, cert.Raw), id.CertHash) {
		return fmt.Errorf("the signature names another certificate than that of the signer")
	}
	if n := id.IssuerSerial.Serial; n != nil && n.Cmp(cert.SerialNumber) != 0 {
		return fmt.Errorf("the signature names a certificate of another number")
	}
	return nil
}

// vouched says whether the certificate is of a timestamping authority that the
// roots knew at the time of the token (RFC 3161, 2.3).
func (t *Token) vouched(cert *x509.Certificate, trust Trust) error {
	if len(cert.ExtKeyUsage) != 1 || cert.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(cert.UnknownExtKeyUsage) > 0 {
		return fmt.Errorf("the certificate of %s is not for timestamping alone", cert.Subject)
	}
	if !slices.ContainsFunc(cert.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(oidExtKeyUsage) && e.Critical }) {
		return fmt.Errorf("the certificate of %s does not say that its purpose, timestamping, is critical", cert.Subject)
	}
	if u := cert.KeyUsage; u != 0 && u&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return fmt.Errorf("the key of %s is not for signatures", cert.Subject)
	}
	pool := x509.NewCertPool()
	for _, c := range t.certs {
		pool.AddCert(c)
	}
	_, err := cert.Verify(x509.VerifyOptions{
		Roots: trust.Roots, Intermediates: pool, CurrentTime: t.Time,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping},
	})
	if err != nil {
		return fmt.Errorf("at %s nobody whom you trust vouched for %s: %w", t.Time.Format(time.RFC3339), cert.Subject, err)
	}
	return nil
}
