// Package service is what the services that keep keys have in common: how they
// are called (bounded in time and size, over verified TLS, never elsewhere than
// where the key is), how their refusals are told, and what every one of them is
// asked before and after.
package service

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// A Service is one key of one provider, as its interface gives it. Sizes,
// closing and cancelling are looked after by [New].
type Service interface {
	Encrypt(ctx context.Context, plaintext, aad []byte) ([]byte, error)
	// Decrypt gives [keys.ErrUnwrap] where the service says that these bytes are
	// not its own, and other errors for everything else.
	Decrypt(ctx context.Context, wrapped, aad []byte) ([]byte, error)
	Sign(ctx context.Context, message []byte) ([]byte, error)
	Public(ctx context.Context) (ed25519.PublicKey, error)
	Describe(ctx context.Context) (keys.Statement, error)
}

// New makes a key of a service; name says in messages which. The client is
// closed with it.
func New(name string, s Service, now func() time.Time, client *Client) keys.Key {
	if now == nil {
		now = time.Now
	}
	return &key{name: name, service: s, now: now, client: client}
}

type key struct {
	name    string
	service Service
	now     func() time.Time
	client  *Client
	closed  atomic.Bool
}

// ready is asked before every call.
func (k *key) ready(ctx context.Context) error {
	if k.closed.Load() {
		return keys.ErrClosed
	}
	return ctx.Err()
}

func (k *key) fail(what string, err error) error { return fmt.Errorf("%s: %s: %w", k.name, what, err) }

func (k *key) Wrap(ctx context.Context, plaintext, aad []byte) ([]byte, error) {
	if err := errors.Join(k.ready(ctx), keys.CheckSizes(plaintext, nil)); err != nil {
		return nil, err
	}
	if len(plaintext) == 0 {
		return nil, k.fail("wrap", errors.New("there is nothing to wrap: services take one byte at least"))
	}
	w, err := k.service.Encrypt(ctx, plaintext, aad)
	if err != nil {
		return nil, k.fail("wrap", err)
	}
	if len(w) == 0 || len(w) > keys.MaxWrapped {
		return nil, k.fail("wrap", fmt.Errorf("the service made %d bytes of %d: that is no answer", len(w), len(plaintext)))
	}
	return w, nil
}

func (k *key) Unwrap(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	if err := errors.Join(k.ready(ctx), keys.CheckSizes(nil, wrapped)); err != nil {
		return nil, err
	}
	if len(wrapped) == 0 {
		return nil, k.fail("unwrap", keys.ErrUnwrap)
	}
	p, err := k.service.Decrypt(ctx, wrapped, aad)
	if err != nil {
		return nil, k.fail("unwrap", err)
	}
	if len(p) == 0 || len(p) > keys.MaxPlaintext {
		return nil, k.fail("unwrap", fmt.Errorf("the service gave %d bytes: no key of ours wrapped so many", len(p)))
	}
	return p, nil
}

func (k *key) Sign(ctx context.Context, message []byte) ([]byte, error) {
	if err := k.ready(ctx); err != nil {
		return nil, err
	}
	sig, err := k.service.Sign(ctx, message)
	if err != nil {
		return nil, k.fail("sign", err)
	}
	if len(sig) != ed25519.SignatureSize {
		return nil, k.fail("sign", fmt.Errorf("the service gave %d bytes: that is no Ed25519 signature", len(sig)))
	}
	return sig, nil
}

func (k *key) Public(ctx context.Context) (ed25519.PublicKey, error) {
	if err := k.ready(ctx); err != nil {
		return nil, err
	}
	p, err := k.service.Public(ctx)
	if err != nil {
		return nil, k.fail("public key", err)
	}
	if len(p) != ed25519.PublicKeySize {
		return nil, k.fail("public key", fmt.Errorf("%d bytes are no Ed25519 public key", len(p)))
	}
	return p, nil
}

func (k *key) Describe(ctx context.Context) (keys.Statement, error) {
	if err := k.ready(ctx); err != nil {
		return keys.Statement{}, err
	}
	s, err := k.service.Describe(ctx)
	if err != nil {
		return keys.Statement{}, k.fail("describe", err)
	}
	s.Time = k.now()
	return s, nil
}

// Close ends the use of the key here. In the service it stays as it is.
func (k *key) Close() error {
	k.closed.Store(true)
	if k.client != nil {
		k.client.http.CloseIdleConnections()
	}
	return nil
}
