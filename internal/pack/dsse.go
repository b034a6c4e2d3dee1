package pack

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// payloadType says that an envelope holds a statement of in-toto.
const payloadType = "application/vnd.in-toto+json"

// A Signer signs by Ed25519, wherever its key is.
type Signer interface {
	Public() ed25519.PublicKey
	Sign(message []byte) ([]byte, error)
}

// An Envelope is a signed statement (DSSE 1.0, github.com/secure-systems-lab/dsse).
type Envelope struct {
	Payload     []byte      `json:"payload"`
	PayloadType string      `json:"payloadType"`
	Signatures  []Signature `json:"signatures"`
}

// A Signature is one of an envelope. Nothing authenticates its KeyID.
type Signature struct {
	KeyID string `json:"keyid"`
	Sig   []byte `json:"sig"`
}

// PAE are the bytes that are signed: type and body, each with its length.
func PAE(typ string, body []byte) []byte {
	return append(fmt.Appendf(nil, "DSSEv1 %d %s %d ", len(typ), typ, len(body)), body...)
}

// KeyID names a public key: the SHA-256 of its DER (SubjectPublicKeyInfo).
func KeyID(public ed25519.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:]), nil
}

// seal signs a statement.
func seal(payload []byte, key Signer) (Envelope, error) {
	id, err := KeyID(key.Public())
	if err != nil {
		return Envelope{}, err
	}
	sig, err := key.Sign(PAE(payloadType, payload))
	if err != nil {
		return Envelope{}, fmt.Errorf("sign the statement: %w", err)
	}
	return Envelope{payload, payloadType, []Signature{{id, sig}}}, nil
}

func (e Envelope) marshal() ([]byte, error) {
	b, err := json.Marshal(e)
	return append(b, '\n'), err
}

// errSpelling says that a document means something but is not written as documents
// of its kind are: two readers could read two things.
var errSpelling = errors.New("it is not written as documents of its kind are: fields are doubled, missing, unknown or in another order")

// parseEnvelope reads an envelope. Nothing is verified yet.
func parseEnvelope(b []byte) (Envelope, error) {
	var e Envelope
	if err := strictly(b, &e); err != nil {
		return e, err
	}
	if again, err := e.marshal(); err != nil || !bytes.Equal(again, b) {
		return e, errSpelling
	}
	return e, nil
}

// strictly reads one JSON value and takes no field that it does not know.
func strictly(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("something follows the end of the JSON value")
	}
	return nil
}

// verify says whether the envelope is signed by the key.
func (e Envelope) verify(public ed25519.PublicKey) error {
	if e.PayloadType != payloadType {
		return fmt.Errorf("its payload is of the type %.60q, not %q", e.PayloadType, payloadType)
	}
	if len(e.Signatures) != 1 {
		return fmt.Errorf("it has %d signatures, not one", len(e.Signatures))
	}
	s := e.Signatures[0]
	id, err := KeyID(public)
	switch {
	case err != nil:
		return err
	case ed25519.Verify(public, PAE(e.PayloadType, e.Payload), s.Sig) && s.KeyID == id:
		return nil
	case s.KeyID != id:
		return fmt.Errorf("it is not signed by the key that you trust: it names the key %.12s…, yours is %.12s…", s.KeyID, id)
	}
	return errors.New("the signature does not fit: the statement or the signature was altered")
}
