// Package keys is what Bailiwick asks of a key: that it wraps the keys of
// data, signs, and says where it is and who could use it. The folders below
// are the places where a key can be; each brings the evidence that it has, and
// [Ladder] makes a grade of custody out of evidence, never out of a setting.
package keys

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
)

// A Key is one key, wherever it is kept. It never leaves.
//
// All methods may be called at the same time. What is wrapped is small, a key
// of data or a secret of a few lines: [MaxPlaintext] bytes at most. Data is
// sealed under a key of its own (package seal).
type Key interface {
	// Wrap encrypts and authenticates plaintext, and authenticates aad, which
	// is not part of the result. Wrapping twice gives different bytes.
	Wrap(ctx context.Context, plaintext, aad []byte) ([]byte, error)
	// Unwrap gives the plaintext back. Bytes that were changed, that another key
	// wrapped or with another aad, are an error that is [ErrUnwrap].
	Unwrap(ctx context.Context, wrapped, aad []byte) ([]byte, error)
	// Sign signs the message by Ed25519 (RFC 8032, unhashed).
	Sign(ctx context.Context, message []byte) ([]byte, error)
	Public(ctx context.Context) (ed25519.PublicKey, error)
	// Describe says where the key is and how it is kept, with the backend's
	// evidence. It asks the backend each time.
	Describe(ctx context.Context) (Statement, error)
	// Close ends the use of the key. After it every method is an error.
	Close() error
}

// MaxPlaintext is how many bytes a key wraps at most. It is the smallest of
// the limits of the services that keep keys.
const MaxPlaintext = 4096

// MaxWrapped is how many bytes a backend may make of it.
const MaxWrapped = 16 << 10

var (
	// ErrUnwrap says that a key does not open what it was given. That is an
	// answer about these bytes, not a failure of the backend.
	ErrUnwrap = errors.New("the key does not open this: it was wrapped by another key or for another purpose, or it was changed")
	// ErrClosed says that a key was closed before.
	ErrClosed = errors.New("the key is closed: open it again")
	// ErrNoSigner says that there is no Ed25519 key beside the wrapping key.
	ErrNoSigner = errors.New("no Ed25519 key stands under this address: make one, or name another key for signatures")
)

// CheckSizes is asked first by every backend: what no backend takes should not
// be found out in the one that is slowest to say so.
func CheckSizes(plaintext, wrapped []byte) error {
	if len(plaintext) > MaxPlaintext {
		return fmt.Errorf("%d bytes are too many to wrap, %d is the most: seal them under a key of their own, and wrap that", len(plaintext), MaxPlaintext)
	}
	if len(wrapped) > MaxWrapped {
		return fmt.Errorf("%d bytes: %w", len(wrapped), ErrUnwrap)
	}
	return nil
}

// Rewrap unwraps by one key and wraps by another, or by the same one after it
// was rotated.
func Rewrap(ctx context.Context, from, to Key, wrapped, aad []byte) ([]byte, error) {
	plaintext, err := from.Unwrap(ctx, wrapped, aad)
	if err != nil {
		return nil, err
	}
	defer clear(plaintext)
	return to.Wrap(ctx, plaintext, aad)
}
