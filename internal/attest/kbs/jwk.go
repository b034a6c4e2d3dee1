package kbs

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
)

// A PublicKey is the key of a guest, as a JWK: it was made in the guest, and
// the evidence binds it. What is released is encrypted for it.
type PublicKey struct {
	Type  string `json:"kty"`
	Alg   string `json:"alg"`
	Curve string `json:"crv,omitempty"`
	X     string `json:"x,omitempty"`
	Y     string `json:"y,omitempty"`
	N     string `json:"n,omitempty"`
	E     string `json:"e,omitempty"`

	key crypto.PublicKey // *ecdh.PublicKey or *rsa.PublicKey
}

// The algorithms by which a content key is wrapped. RSA1_5, which the protocol
// still has, is none of them: its padding can be asked for the plaintext.
const (
	algEC  = "ECDH-ES+A256KW"
	algRSA = "RSA-OAEP-256"
)

var curves = map[string]struct {
	curve ecdh.Curve
	size  int
}{"P-256": {ecdh.P256(), 32}, "P-384": {ecdh.P384(), 48}, "P-521": {ecdh.P521(), 66}}

// UnmarshalJSON reads a key. A name that is not known is an error here: what
// the client hashed would be other bytes than those that are hashed here.
func (k *PublicKey) UnmarshalJSON(b []byte) error {
	type plain PublicKey
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode((*plain)(k)); err != nil {
		return fmt.Errorf("tee-pubkey: %w", err)
	}
	switch {
	case k.Type == "EC" && k.Alg == algEC && k.N+k.E == "":
		return k.readEC()
	case k.Type == "RSA" && k.Alg == algRSA && k.Curve+k.X+k.Y == "":
		return k.readRSA()
	}
	return fmt.Errorf("tee-pubkey: kty %.20q with alg %.40q is not taken; EC with %s and RSA with %s are", k.Type, k.Alg, algEC, algRSA)
}

func (k *PublicKey) readEC() error {
	c, ok := curves[k.Curve]
	x, errX := raw64(k.X)
	y, errY := raw64(k.Y)
	if !ok || errX != nil || errY != nil || len(x) != c.size || len(y) != c.size {
		return fmt.Errorf("tee-pubkey: no point of P-256, P-384 or P-521 stands in crv, x and y")
	}
	key, err := c.curve.NewPublicKey(append(append([]byte{4}, x...), y...))
	if err != nil {
		return fmt.Errorf("tee-pubkey: %w", err)
	}
	k.key = key
	return nil
}

// Bounds of RSA keys in bits: longer ones cost the server more than a client
// should be able to ask for.
const minRSA, maxRSA = 2048, 8192

func (k *PublicKey) readRSA() error {
	n, errN := raw64(k.N)
	e, errE := raw64(k.E)
	if errN != nil || errE != nil || len(e) > 4 || len(n) > maxRSA/8 {
		return errors.New("tee-pubkey: n or e is no number of an RSA key")
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if key.N.BitLen() < minRSA || key.E < 65537 || key.E > 1<<31-1 || key.E%2 == 0 {
		return fmt.Errorf("tee-pubkey: an RSA key needs %d to %d bits and an odd exponent from 65537 up", minRSA, maxRSA)
	}
	k.key = key
	return nil
}

// canonical is the key as RFC 8785 spells it. The strings are base64url and
// names of algorithms, read before, so nothing in them is escaped.
func (k *PublicKey) canonical() []byte {
	if k.Type == "RSA" {
		return fmt.Appendf(nil, `{"alg":%s,"e":%s,"kty":"RSA","n":%s}`, quoted(k.Alg), quoted(k.E), quoted(k.N))
	}
	return fmt.Appendf(nil, `{"alg":%s,"crv":%s,"kty":"EC","x":%s,"y":%s}`, quoted(k.Alg), quoted(k.Curve), quoted(k.X), quoted(k.Y))
}

// Digest names the key in a journal.
func (k *PublicKey) Digest() string {
	sum := sha256.Sum256(k.canonical())
	return "sha256:" + hex.EncodeToString(sum[:])
}

// raw64 is base64url without padding, strictly: one spelling for one value.
func raw64(s string) ([]byte, error) {
	return base64.RawURLEncoding.Strict().DecodeString(s)
}

func to64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
