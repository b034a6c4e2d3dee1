// Package hsm keeps keys in a hardware security module, by PKCS#11. Modules are
// the vendor's C libraries; the program bailiwick-hsm loads them, and this
// package talks to it, so that a library that crashes or hangs is an error here
// and no more (docs/decisions/0030-pkcs11-in-its-own-process.md).
//
// An address names a token and, by label or id, an AES-256 key, which wraps,
// and an Ed25519 pair, which signs. Either may be missing.
package hsm

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm/wire"
)

// Options may be left empty.
type Options struct {
	Program string           // bailiwick-hsm; "" looks for it
	Patient time.Duration    // how long a module may take for an answer; 0 is 30 seconds
	Now     func() time.Time // nil is the machine's clock
}

// A Key is one in a token.
type Key struct {
	address keys.Address
	o       Options
	turn    chan struct{} // has room for the one who starts the program

	mu      sync.Mutex
	run     *process // nil when closed
	refused error    // the token's, of the PIN
	closed  bool
}

// Open starts the program, and it opens the token. The token's PIN stands where
// the address says (pin-source); only the program reads it.
func Open(ctx context.Context, address keys.Address, o Options) (*Key, error) {
	if !filepath.IsAbs(address.Token["module-path"]) {
		return nil, errors.New("the address must name the module by its whole path, for example ?module-path=/usr/lib/softhsm/libsofthsm2.so")
	}
	if o.Patient == 0 {
		o.Patient = 30 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Program == "" {
		var err error
		if o.Program, err = find(); err != nil {
			return nil, err
		}
	}
	k := &Key{address: address, o: o, turn: make(chan struct{}, 1)}
	if _, err := k.process(ctx); err != nil {
		return nil, err
	}
	return k, nil
}

// process is the run that answers; after a crash it is a new one.
func (k *Key) process(ctx context.Context) (*process, error) {
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done(): // somebody starts it, and the module hangs
		return nil, ctx.Err()
	}
	if p, err := k.running(); p != nil || err != nil {
		return p, err
	}
	p, err := k.start(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case errors.Is(err, wire.ErrPIN):
		k.refused = err
		return nil, err
	case err != nil:
		return nil, err
	case k.closed:
		p.kill(keys.ErrClosed)
		return nil, keys.ErrClosed
	}
	k.run = p
	return p, nil
}

// running is the run that there is, if there is one.
func (k *Key) running() (*process, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.closed:
		return nil, keys.ErrClosed
	case k.refused != nil:
		return nil, k.refused
	case k.run != nil && !k.run.over():
		return k.run, nil
	}
	return nil, nil
}

func (k *Key) start(ctx context.Context) (*process, error) {
	p, err := start(k.o.Program, k.o.Patient)
	if err != nil {
		return nil, fmt.Errorf("start bailiwick-hsm: %w", err)
	}
	if _, err := p.ask(ctx, wire.Request{Op: wire.Open, Version: wire.Version, Token: k.address.Token}); err != nil {
		p.kill(err)
		return nil, fmt.Errorf("open the token: %w", err)
	}
	return p, nil
}

func (k *Key) ask(ctx context.Context, q wire.Request) (wire.Response, error) {
	if err := ctx.Err(); err != nil {
		return wire.Response{}, err
	}
	p, err := k.process(ctx)
	if err != nil {
		return wire.Response{}, err
	}
	r, err := p.ask(ctx, q)
	if err != nil && k.isClosed() {
		err = keys.ErrClosed
	}
	return r, err
}

func (k *Key) isClosed() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.closed
}

// Wrap wraps by AES-GCM in the token.
func (k *Key) Wrap(ctx context.Context, plaintext, aad []byte) ([]byte, error) {
	if err := keys.CheckSizes(plaintext, nil); err != nil {
		return nil, err
	}
	r, err := k.ask(ctx, wire.Request{Op: wire.Wrap, Data: plaintext, AAD: aad})
	return r.Data, err
}

// Unwrap unwraps in the token.
func (k *Key) Unwrap(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	if err := keys.CheckSizes(nil, wrapped); err != nil {
		return nil, err
	}
	r, err := k.ask(ctx, wire.Request{Op: wire.Unwrap, Data: wrapped, AAD: aad})
	return r.Data, err
}

// Sign signs by Ed25519 in the token: up to [wire.MaxMessage] bytes.
func (k *Key) Sign(ctx context.Context, message []byte) ([]byte, error) {
	if len(message) > wire.MaxMessage {
		return nil, fmt.Errorf("%d bytes are too many to sign in a token, %d is the most: sign a digest", len(message), wire.MaxMessage)
	}
	r, err := k.ask(ctx, wire.Request{Op: wire.Sign, Data: message})
	if err == nil && len(r.Data) != ed25519.SignatureSize {
		return nil, fmt.Errorf("the token's signature has %d bytes", len(r.Data))
	}
	return r.Data, err
}

// Public is the public key of the pair.
func (k *Key) Public(ctx context.Context) (ed25519.PublicKey, error) {
	r, err := k.ask(ctx, wire.Request{Op: wire.Public})
	if err == nil && len(r.Data) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("the token's public key has %d bytes", len(r.Data))
	}
	return r.Data, err
}

// Generate makes what the address names, in the token, so that it can never
// leave it: an AES-256 key and, where the token has Ed25519, a pair. What is
// there is never touched.
func (k *Key) Generate(ctx context.Context) error {
	_, err := k.ask(ctx, wire.Request{Op: wire.Generate})
	return err
}

// Describe reads the attributes of token and keys. They are what the vendor's
// library says: nobody signed them.
func (k *Key) Describe(ctx context.Context) (keys.Statement, error) {
	r, err := k.ask(ctx, wire.Request{Op: wire.Describe})
	if err != nil {
		return keys.Statement{}, err
	}
	if r.Description == nil {
		return keys.Statement{}, errors.New("bailiwick-hsm described nothing")
	}
	return statement(k.address, r.Description, k.o.Now())
}

// statement says what the attributes show.
func statement(a keys.Address, d *wire.Description, now time.Time) (keys.Statement, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return keys.Statement{}, err
	}
	a.Token = map[string]string{"token": d.Token.Label, "serial": d.Token.Serial, "object": a.Token["object"], "id": a.Token["id"]}
	for name, value := range a.Token {
		if value == "" {
			delete(a.Token, name)
		}
	}
	s := keys.Statement{
		Key: a.String(), Backend: "pkcs11", Holder: graph.HolderExternal, MultiRegion: keys.Unknown,
		Exportable: exportable(d.Keys), Hardware: keys.YesNo(d.Slot.Hardware), Material: material(d.Keys),
		Evidence: []keys.Evidence{{Name: "pkcs11 attributes", Media: "application/json", Body: body}},
		Time:     now.UTC(), Grade: keys.OperatorAsserted,
	}
	return s, nil
}

// exportable is no only if each key is known never to have been anywhere else:
// one that cannot be extracted today may have been yesterday, and one that was
// imported has been outside.
func exportable(all []wire.KeyFacts) keys.Answer {
	answer := keys.No
	for _, k := range all {
		switch {
		case is(k.Extractable, true) || is(k.Sensitive, false) || is(k.NeverExtractable, false) || is(k.AlwaysSensitive, false) || is(k.Local, false):
			return keys.Yes
		case !is(k.NeverExtractable, true) || !is(k.AlwaysSensitive, true) || !is(k.Local, true):
			answer = keys.Unknown
		}
	}
	if len(all) == 0 {
		return keys.Unknown
	}
	return answer
}

func material(all []wire.KeyFacts) keys.Material {
	made := len(all) > 0
	for _, k := range all {
		if is(k.Local, false) {
			return keys.Imported
		}
		made = made && is(k.Local, true)
	}
	if made {
		return keys.Generated
	}
	return ""
}

func is(answer *bool, want bool) bool { return answer != nil && *answer == want }

// Close ends the program.
func (k *Key) Close() error {
	k.mu.Lock()
	p := k.run
	k.run, k.closed = nil, true
	k.mu.Unlock()
	if p != nil {
		p.close()
	}
	return nil
}
