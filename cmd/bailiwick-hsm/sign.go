//go:build cgo

package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"

	"github.com/miekg/pkcs11"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// Numbers of PKCS#11 3.0 that the binding has no names for.
const (
	ckkECEdwards           = 0x40
	ckmECEdwardsKeyPairGen = 0x1055
	ckmEdDSA               = 0x1057
)

// Sign signs in the token, by Ed25519 without a context and without a digest.
func (t *token) Sign(message []byte) (sig []byte, err error) {
	err = t.use(func(s pkcs11.SessionHandle) error {
		key, err := t.find(s, pkcs11.CKO_PRIVATE_KEY, ckkECEdwards)
		if errors.Is(err, errNone) {
			return keys.ErrNoSigner
		}
		if err != nil {
			return err
		}
		if err := t.module.SignInit(s, []*pkcs11.Mechanism{pkcs11.NewMechanism(ckmEdDSA, nil)}, key); err != nil {
			return fmt.Errorf("sign: %w", err)
		}
		if sig, err = t.module.Sign(s, message); err != nil {
			return fmt.Errorf("sign: %w", err)
		}
		return nil
	})
	return sig, err
}

// Public reads the public key of the pair.
func (t *token) Public() (public []byte, err error) {
	err = t.use(func(s pkcs11.SessionHandle) error {
		key, err := t.find(s, pkcs11.CKO_PUBLIC_KEY, ckkECEdwards)
		if errors.Is(err, errNone) {
			return keys.ErrNoSigner
		}
		if err != nil {
			return err
		}
		public, err = point(t.attribute(s, key, pkcs11.CKA_EC_POINT))
		return err
	})
	return public, err
}

// point reads a public key: as 32 bytes in an octet string, or, by some
// modules, bare.
func point(value []byte) ([]byte, error) {
	var inner []byte
	if rest, err := asn1.Unmarshal(value, &inner); err == nil && len(rest) == 0 {
		value = inner
	}
	if len(value) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("the pair is not of Ed25519: its point has %d bytes", len(value))
	}
	return value, nil
}

// edwards25519 is the curve as modules know it: by the name that PKCS#11 3.0
// gives it, or by the number that RFC 8410 gives Ed25519.
var edwards25519 = [][]byte{
	append([]byte{0x13, 12}, "edwards25519"...),
	{0x06, 3, 0x2b, 0x65, 0x70},
}

// Generate makes the key and the pair that the address names. They are made
// in the token, and may never leave it. Both are made or none; but where the
// token has no Ed25519, a key that wraps is what it can have.
func (t *token) Generate() error {
	return t.use(func(s pkcs11.SessionHandle) error {
		if t.address["object"] == "" {
			return errors.New("the address must give new keys a label: object=")
		}
		for _, class := range []uint{pkcs11.CKO_SECRET_KEY, pkcs11.CKO_PRIVATE_KEY, pkcs11.CKO_PUBLIC_KEY} {
			found, err := t.any(s, class)
			if err != nil {
				return err
			}
			if found {
				return fmt.Errorf("the token has a key called %q already, and a key is never overwritten: name another one", t.address["object"])
			}
		}
		pair, err := t.generateEd25519(s)
		if err != nil {
			return err
		}
		if err := t.generateAES(s); err != nil {
			for _, o := range pair {
				err = errors.Join(err, t.module.DestroyObject(s, o))
			}
			return err
		}
		return nil
	})
}

// any reports whether there is an object of that name and class.
func (t *token) any(s pkcs11.SessionHandle, class uint) (bool, error) {
	if err := t.module.FindObjectsInit(s, append(t.name(), pkcs11.NewAttribute(pkcs11.CKA_CLASS, class))); err != nil {
		return false, fmt.Errorf("look for a key: %w", err)
	}
	found, _, err := t.module.FindObjects(s, 1)
	return len(found) > 0, errors.Join(err, t.module.FindObjectsFinal(s))
}

func (t *token) generateAES(s pkcs11.SessionHandle) error {
	template := append(t.name(),
		pkcs11.NewAttribute(pkcs11.CKA_VALUE_LEN, 32),
		pkcs11.NewAttribute(pkcs11.CKA_ENCRYPT, true),
		pkcs11.NewAttribute(pkcs11.CKA_DECRYPT, true))
	if _, err := t.module.GenerateKey(s, []*pkcs11.Mechanism{pkcs11.NewMechanism(pkcs11.CKM_AES_KEY_GEN, nil)}, append(template, kept...)); err != nil {
		return fmt.Errorf("make the AES key: %w", err)
	}
	return nil
}

// generateEd25519 makes the pair; none where the token says that it makes none.
func (t *token) generateEd25519(s pkcs11.SessionHandle) ([]pkcs11.ObjectHandle, error) {
	generate := []*pkcs11.Mechanism{pkcs11.NewMechanism(ckmECEdwardsKeyPairGen, nil)}
	all, err := t.module.GetMechanismList(t.slot)
	if err != nil {
		return nil, fmt.Errorf("list what the token can: %w", err)
	}
	if !slices.ContainsFunc(all, func(m *pkcs11.Mechanism) bool { return m.Mechanism == ckmECEdwardsKeyPairGen }) {
		return nil, nil
	}
	var errs []error
	for _, curve := range edwards25519 {
		public := append(t.name(),
			pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true),
			pkcs11.NewAttribute(pkcs11.CKA_VERIFY, true),
			pkcs11.NewAttribute(pkcs11.CKA_EC_PARAMS, bytes.Clone(curve)))
		private := append(t.name(), pkcs11.NewAttribute(pkcs11.CKA_SIGN, true))
		pub, priv, err := t.module.GenerateKeyPair(s, generate, public, append(private, kept...))
		if err == nil {
			return []pkcs11.ObjectHandle{pub, priv}, nil
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("make the Ed25519 pair: %w", errors.Join(errs...))
}

// kept is what makes a key stay where it is.
var kept = []*pkcs11.Attribute{
	pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true),
	pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, true),
	pkcs11.NewAttribute(pkcs11.CKA_SENSITIVE, true),
	pkcs11.NewAttribute(pkcs11.CKA_EXTRACTABLE, false),
}
