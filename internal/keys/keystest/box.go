package keystest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
)

// A Box is what a server of ours keeps of one key.
type Box struct {
	Private ed25519.PrivateKey
	aead    cipher.AEAD
}

// NewBox makes a key.
func NewBox() *Box {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	block, err := aes.NewCipher(private.Seed())
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return &Box{private, aead}
}

// Seal encrypts.
func (b *Box) Seal(plaintext, aad []byte) []byte { return b.aead.Seal(nil, nil, plaintext, aad) }

// Open decrypts.
func (b *Box) Open(sealed, aad []byte) ([]byte, bool) {
	p, err := b.aead.Open(nil, nil, sealed, aad)
	return p, err == nil
}
