package kbs

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// A sealedFor is what is released: a JWE in flattened JSON (RFC 7516, 7.2.2),
// for a guest's key.
//
// Clients authenticate the header as they write it after they have read it,
// not the bytes that were sent: alg, enc, then the other names sorted, and
// those of epk sorted too. So the header is spelt here, in that order.
type sealedFor struct {
	Protected string `json:"protected"`
	Key       string `json:"encrypted_key"`
	IV        string `json:"iv"`
	Text      string `json:"ciphertext"`
	Tag       string `json:"tag"`
}

const encryption = "A256GCM"

// seal encrypts plaintext for the key, by a content key made for it alone.
func (k *PublicKey) seal(random io.Reader, plaintext []byte) ([]byte, error) {
	secret := make([]byte, 32+12)
	defer clear(secret)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, err
	}
	content, iv := secret[:32], secret[32:]
	wrapped, header, err := k.wrap(random, content)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(content)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	protected := to64(header)
	sealed := aead.Seal(nil, iv, plaintext, []byte(protected))
	at := len(sealed) - aead.Overhead()
	return json.Marshal(sealedFor{protected, to64(wrapped), to64(iv), to64(sealed[:at]), to64(sealed[at:])})
}

// wrap wraps the content key, and gives the header that says how.
func (k *PublicKey) wrap(random io.Reader, content []byte) (wrapped, header []byte, err error) {
	switch key := k.key.(type) {
	case *rsa.PublicKey:
		wrapped, err = rsa.EncryptOAEP(crypto.SHA256.New(), random, key, content, nil)
		return wrapped, fmt.Appendf(nil, `{"alg":%q,"enc":%q}`, algRSA, encryption), err
	case *ecdh.PublicKey:
		mine, err := key.Curve().GenerateKey(random)
		if err != nil {
			return nil, nil, err
		}
		z, err := mine.ECDH(key)
		if err != nil {
			return nil, nil, err
		}
		defer clear(z)
		kek := derive(z)
		defer clear(kek)
		if wrapped, err = wrapKey(kek, content); err != nil {
			return nil, nil, err
		}
		point := mine.PublicKey().Bytes()[1:]
		x, y := to64(point[:len(point)/2]), to64(point[len(point)/2:])
		return wrapped, fmt.Appendf(nil, `{"alg":%q,"enc":%q,"epk":{"crv":%q,"kty":"EC","x":%q,"y":%q}}`, algEC, encryption, k.Curve, x, y), nil
	}
	return nil, nil, fmt.Errorf("the guest has no key") // not read by UnmarshalJSON
}

// derive is the Concat KDF of RFC 7518, 4.6.2, for the 32 bytes of algEC, with
// no names of the parties: one round of SHA-256.
func derive(z []byte) []byte {
	h := sha256.New()
	number := func(n int) { h.Write(binary.BigEndian.AppendUint32(nil, uint32(n))) }
	number(1)
	h.Write(z)
	number(len(algEC))
	h.Write([]byte(algEC))
	number(0)
	number(0)
	number(256)
	return h.Sum(nil)
}

// wrapKey is AES key wrap (RFC 3394) of a content key.
func wrapKey(kek, content []byte) ([]byte, error) {
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, err
	}
	n := len(content) / 8
	out := make([]byte, 8*(n+1))
	copy(out[8:], content)
	buffer := []byte{0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0, 0, 0, 0, 0, 0, 0, 0}
	defer clear(buffer)
	for t := range 6 * n {
		r := out[8*(t%n+1):][:8]
		copy(buffer[8:], r)
		block.Encrypt(buffer, buffer)
		binary.BigEndian.PutUint64(buffer, binary.BigEndian.Uint64(buffer)^uint64(t+1))
		copy(r, buffer[8:])
	}
	copy(out, buffer[:8])
	return out, nil
}
