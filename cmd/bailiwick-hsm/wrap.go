//go:build cgo

package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"github.com/miekg/pkcs11"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// What is wrapped is one byte of format, the nonce, and what the token
// encrypted with its tag. The byte is authenticated with the caller's data.
//
// Nonces are drawn at random, so one key wraps 2³² times at most (NIST SP
// 800-38D, 8.3): it wraps keys of files, not records.
const (
	wrapFormat = 2
	nonceSize  = 12
	tagSize    = 16
)

func gcm(nonce, aad []byte) *pkcs11.GCMParams {
	return pkcs11.NewGCMParams(nonce, append([]byte{wrapFormat}, aad...), 8*tagSize)
}

func aesGCM(p *pkcs11.GCMParams) []*pkcs11.Mechanism {
	return []*pkcs11.Mechanism{pkcs11.NewMechanism(pkcs11.CKM_AES_GCM, p)}
}

// Wrap encrypts in the token.
func (t *token) Wrap(plaintext, aad []byte) (wrapped []byte, err error) {
	err = t.use(func(s pkcs11.SessionHandle) error {
		key, err := t.find(s, pkcs11.CKO_SECRET_KEY, pkcs11.CKK_AES)
		if err != nil {
			return err
		}
		wrapped, err = t.wrap(s, key, plaintext, aad)
		return err
	})
	return wrapped, err
}

func (t *token) wrap(s pkcs11.SessionHandle, key pkcs11.ObjectHandle, plaintext, aad []byte) ([]byte, error) {
	nonce := make([]byte, nonceSize)
	rand.Read(nonce) // never fails
	p := gcm(nonce, aad)
	defer p.Free()
	if err := t.module.EncryptInit(s, aesGCM(p), key); err != nil {
		return nil, fmt.Errorf("wrap: %w", err)
	}
	sealed, err := t.module.Encrypt(s, plaintext)
	if err != nil {
		return nil, fmt.Errorf("wrap: %w", err)
	}
	// Some modules draw the nonce themselves and write it where ours stood.
	if nonce = p.IV(); len(nonce) != nonceSize || len(sealed) != len(plaintext)+tagSize {
		return nil, fmt.Errorf("the token's AES-GCM is not ours: a nonce of %d bytes, %d bytes of %d", len(nonce), len(sealed), len(plaintext))
	}
	return slices.Concat([]byte{wrapFormat}, nonce, sealed), nil
}

// Unwrap decrypts in the token.
func (t *token) Unwrap(wrapped, aad []byte) (plaintext []byte, err error) {
	if len(wrapped) < 1+nonceSize+tagSize || wrapped[0] != wrapFormat {
		return nil, keys.ErrUnwrap
	}
	err = t.use(func(s pkcs11.SessionHandle) error {
		key, err := t.find(s, pkcs11.CKO_SECRET_KEY, pkcs11.CKK_AES)
		if err != nil {
			return err
		}
		plaintext, err = t.unwrap(s, key, wrapped, aad)
		if err != nil && !errors.Is(err, keys.ErrUnwrap) && t.works(s, key) {
			return keys.ErrUnwrap
		}
		return err
	})
	return plaintext, err
}

func (t *token) unwrap(s pkcs11.SessionHandle, key pkcs11.ObjectHandle, wrapped, aad []byte) ([]byte, error) {
	p := gcm(wrapped[1:1+nonceSize], aad)
	defer p.Free()
	if err := t.module.DecryptInit(s, aesGCM(p), key); err != nil {
		return nil, fmt.Errorf("unwrap: %w", err)
	}
	plaintext, err := t.module.Decrypt(s, wrapped[1+nonceSize:])
	var code pkcs11.Error
	if errors.As(err, &code) && slices.Contains(refusals, uint(code)) {
		return nil, keys.ErrUnwrap
	}
	if err != nil {
		return nil, fmt.Errorf("unwrap: %w", err)
	}
	return plaintext, nil
}

// refusals mean that a tag was wrong: the first is of PKCS#11 3.0, the others of
// before.
var refusals = []uint{0x1B1 /* CKR_AEAD_DECRYPT_FAILED */, pkcs11.CKR_ENCRYPTED_DATA_INVALID, pkcs11.CKR_ENCRYPTED_DATA_LEN_RANGE}

// works tells a wrong tag from a token in trouble, for modules that answer
// both by a general error: one in trouble would not unwrap what it just
// wrapped either.
func (t *token) works(s pkcs11.SessionHandle, key pkcs11.ObjectHandle) bool {
	probe := []byte("does it work")
	wrapped, err := t.wrap(s, key, probe, nil)
	if err != nil {
		return false
	}
	got, err := t.unwrap(s, key, wrapped, nil)
	return err == nil && bytes.Equal(got, probe)
}
