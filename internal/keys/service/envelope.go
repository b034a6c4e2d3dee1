package service

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// An Envelope binds context to what a service wraps that takes no context of
// ours, or not all of it. Each secret is encrypted here under a key of its own,
// by AES-256-GCM, and only that key is wrapped by the service:
//
//	1 byte 0x01 · 2 bytes length · the wrapped key · 12 bytes nonce · cipher text with tag
//
// What the cipher authenticates beside the secret is everything before the
// nonce and the context, so that neither can be exchanged, whatever the service
// checks. The length is big endian.
type Envelope struct {
	Wrap   func(ctx context.Context, key []byte) ([]byte, error)
	Unwrap func(ctx context.Context, wrapped []byte) ([]byte, error)
}

const (
	envelopeVersion = 1
	dataKeySize     = 32
	nonceSize       = 12
	tagSize         = 16
)

// Encrypt seals a secret.
func (e Envelope) Encrypt(ctx context.Context, plaintext, aad []byte) ([]byte, error) {
	key := make([]byte, dataKeySize)
	rand.Read(key) // never fails
	defer clear(key)
	wrapped, err := e.Wrap(ctx, key)
	if err != nil {
		return nil, err
	}
	if len(wrapped) == 0 || len(wrapped) > keys.MaxWrapped/2 {
		return nil, fmt.Errorf("the service made %d bytes of a key of %d", len(wrapped), len(key))
	}
	head := append(binary.BigEndian.AppendUint16([]byte{envelopeVersion}, uint16(len(wrapped))), wrapped...)
	seal, err := dataCipher(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, nonceSize)
	rand.Read(nonce)
	out := append(append([]byte{}, head...), nonce...)
	return seal.Seal(out, nonce, plaintext, bound(head, aad)), nil
}

// Decrypt opens it.
func (e Envelope) Decrypt(ctx context.Context, sealed, aad []byte) ([]byte, error) {
	const front = 3
	if len(sealed) < front || sealed[0] != envelopeVersion {
		return nil, keys.ErrUnwrap
	}
	n := front + int(binary.BigEndian.Uint16(sealed[1:]))
	if len(sealed) < n+nonceSize+tagSize || n == front {
		return nil, keys.ErrUnwrap
	}
	head, nonce, body := sealed[:n], sealed[n:n+nonceSize], sealed[n+nonceSize:]
	key, err := e.Unwrap(ctx, head[front:])
	if err != nil {
		return nil, err
	}
	defer clear(key)
	if len(key) != dataKeySize {
		return nil, keys.ErrUnwrap // it wrapped this for something else
	}
	open, err := dataCipher(key)
	if err != nil {
		return nil, err
	}
	plaintext, err := open.Open(nil, nonce, body, bound(head, aad))
	if err != nil {
		return nil, keys.ErrUnwrap
	}
	return plaintext, nil
}

func dataCipher(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func bound(head, aad []byte) []byte {
	b := binary.BigEndian.AppendUint64([]byte("bailiwick/envelope/v1"), uint64(len(head)))
	return append(append(b, head...), aad...)
}
