package intel

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Verify asks whether the quote is signed by an attestation key that a
// quoting enclave of a genuine platform made, and notes the answers. It is
// nil when they are no.
func Verify(x *attest.Exam, q *Quote) *Platform {
	chain, err := attest.Certificates(q.Chain)
	if err != nil {
		x.Refuse(attest.CheckChain, "", "the platform's certificates in the quote: %v", err)
		return nil
	}
	x.Bring(chain...)
	leaf, err := x.Chain(attest.IntelChips, chain[0])
	if !x.Proved(leaf, err) {
		return nil
	}
	platform, err := ParsePlatform(leaf.Certificate())
	if err != nil {
		x.Refuse(attest.CheckChain, "", "%v", err)
		return nil
	}
	if err := q.verify(leaf.Certificate()); err != nil {
		x.Refuse(attest.CheckSignature, "", "%v", err)
		return nil
	}
	x.Pass(attest.CheckSignature, "the quoting enclave of the platform signed the quote")
	x.Revocation(leaf, 0)
	return platform
}

// verify follows the signatures: platform → quoting enclave → its key → quote.
func (q *Quote) verify(pck *x509.Certificate) error {
	if err := verifyP256(pck.PublicKey, q.QEReport, q.QESignature); err != nil {
		return fmt.Errorf("the platform did not sign the report of the quoting enclave: %w", err)
	}
	qe, err := ParseEnclave(q.QEReport)
	if err != nil {
		return err
	}
	bound := sha256.Sum256(append(bytes.Clone(q.Key), q.QEAuth...))
	if !bytes.Equal(qe.ReportData[:32], bound[:]) || !bytes.Equal(qe.ReportData[32:], make([]byte, 32)) {
		return fmt.Errorf("the quoting enclave did not make the attestation key: key or report was exchanged")
	}
	key, err := publicKey(q.Key)
	if err != nil {
		return err
	}
	if err := verifyP256(key, q.Signed, q.Signature); err != nil {
		return fmt.Errorf("the attestation key did not sign the quote: %w", err)
	}
	return nil
}

var errSignature = errors.New("the signature does not fit: something was altered")

// verifyP256 verifies a signature written as two 32-byte numbers.
func verifyP256(public any, message, signature []byte) error {
	key, ok := public.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() || len(signature) != signatureLength {
		return fmt.Errorf("the key is not of P-256")
	}
	sum := sha256.Sum256(message)
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(key, sum[:], r, s) {
		return errSignature
	}
	return nil
}

func publicKey(b []byte) (*ecdsa.PublicKey, error) {
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append([]byte{4}, b...))
	if err != nil {
		return nil, fmt.Errorf("the attestation key is no point of P-256: %w", err)
	}
	return key, nil
}
