// Package keystest is the one suite that every place for keys must pass.
package keystest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// A Backend is one place for keys.
type Backend struct {
	// Open opens a key, each time the same one.
	Open func(t *testing.T) keys.Key
	// Other opens another key of the same backend.
	Other func(t *testing.T) keys.Key
	// Unsigned says that the backend has no Ed25519.
	Unsigned bool
	// Slow says that a call costs milliseconds: fewer bits are flipped.
	Slow bool
	// Messages are the sizes of messages that are signed; nil is all that a local
	// key signs. Services take fewer.
	Messages []int
}

// Run runs the suite.
func Run(t *testing.T, b Backend) {
	s := suite{b}
	for name, test := range map[string]func(*testing.T){
		"wrap": s.wrap, "context": s.context, "changed": s.changed, "other": s.other, "sizes": s.sizes, "concurrent": s.concurrent,
		"sign": s.sign, "describe": s.describe, "cancelled": s.cancelled, "close": s.close,
	} {
		t.Run(name, test)
	}
}

type suite struct{ Backend }

// open opens a key for one test.
func (s suite) open(t *testing.T) keys.Key {
	t.Helper()
	k := s.Open(t)
	t.Cleanup(func() { k.Close() })
	return k
}

func wrapped(t *testing.T, k keys.Key, plaintext, aad []byte) []byte {
	t.Helper()
	w, err := k.Wrap(t.Context(), plaintext, aad)
	if err != nil {
		t.Fatalf("wrap %d bytes: %v", len(plaintext), err)
	}
	return w
}

// refused wants an answer about the bytes, not about the backend.
func refused(t *testing.T, k keys.Key, w, aad []byte, what string) {
	t.Helper()
	if p, err := k.Unwrap(t.Context(), w, aad); !errors.Is(err, keys.ErrUnwrap) || p != nil {
		t.Fatalf("%s: unwrapped %d bytes, error %v; want ErrUnwrap", what, len(p), err)
	}
}

var (
	secret  = bytes.Repeat([]byte{0x5a}, 32)
	purpose = keys.Context{Tenant: "clinic", Purpose: "records", Jurisdiction: "DE"}.AAD()
)

func (s suite) wrap(t *testing.T) {
	k := s.open(t)
	for _, n := range []int{1, 16, 32, 1000, keys.MaxPlaintext} {
		for _, aad := range [][]byte{nil, {0}, purpose, bytes.Repeat([]byte("a"), 512)} {
			plaintext := bytes.Repeat([]byte{byte(n)}, n)
			w := wrapped(t, k, plaintext, aad)
			if bytes.Contains(w, plaintext) && n > 8 {
				t.Fatalf("%d bytes stand in the clear", n)
			}
			if len(w) > keys.MaxWrapped {
				t.Fatalf("%d bytes are wrapped as %d", n, len(w))
			}
			got, err := k.Unwrap(t.Context(), w, aad)
			if err != nil || !bytes.Equal(got, plaintext) {
				t.Fatalf("%d bytes with %d bytes beside come back as %d, %v", n, len(aad), len(got), err)
			}
		}
	}
	if bytes.Equal(wrapped(t, k, secret, purpose), wrapped(t, k, secret, purpose)) {
		t.Error("the same secret was wrapped the same twice")
	}
	got, err := s.open(t).Unwrap(t.Context(), wrapped(t, k, secret, purpose), purpose)
	if err != nil || !bytes.Equal(got, secret) {
		t.Errorf("opened again, the key unwraps %x, %v", got, err)
	}
}

func (s suite) context(t *testing.T) {
	k := s.open(t)
	w := wrapped(t, k, secret, purpose)
	for name, aad := range map[string][]byte{
		"none": nil, "cut": purpose[:len(purpose)-1], "longer": append(bytes.Clone(purpose), 0),
		"another jurisdiction": keys.Context{Tenant: "clinic", Purpose: "records", Jurisdiction: "US"}.AAD(),
	} {
		refused(t, k, w, aad, name)
	}
	refused(t, k, wrapped(t, k, secret, nil), purpose, "one where none was")
}

func (s suite) changed(t *testing.T) {
	k := s.open(t)
	w := wrapped(t, k, secret, purpose)
	step := 1
	if s.Slow {
		step = 13 // no divisor of 8: every position in a byte is met
	}
	for bit := 0; bit < 8*len(w); bit += step {
		w[bit/8] ^= 1 << (bit % 8)
		refused(t, k, w, purpose, "a bit was flipped")
		w[bit/8] ^= 1 << (bit % 8)
	}
	for n := range w {
		if !s.Slow || n%7 == 0 || n == len(w)-1 {
			refused(t, k, w[:n], purpose, "the end is missing")
		}
	}
	refused(t, k, append(bytes.Clone(w), 0), purpose, "a byte too much")
	refused(t, k, append(bytes.Clone(w), w...), purpose, "twice")
	if got, err := k.Unwrap(t.Context(), w, purpose); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("unchanged it is %x, %v", got, err)
	}
}

func (s suite) other(t *testing.T) {
	k, other := s.open(t), s.Other(t)
	defer other.Close()
	refused(t, other, wrapped(t, k, secret, purpose), purpose, "by another key")
	refused(t, k, wrapped(t, other, secret, purpose), purpose, "of another key")
	moved, err := keys.Rewrap(t.Context(), k, other, wrapped(t, k, secret, purpose), purpose)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := other.Unwrap(t.Context(), moved, purpose); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("wrapped anew for the other key it is %x, %v", got, err)
	}
}

func (s suite) sizes(t *testing.T) {
	k := s.open(t)
	if _, err := k.Wrap(t.Context(), make([]byte, keys.MaxPlaintext+1), nil); err == nil {
		t.Error("more than a key may wrap was wrapped")
	}
	refused(t, k, make([]byte, keys.MaxWrapped+1), nil, "too long")
	refused(t, k, nil, nil, "nothing")
}

func (s suite) concurrent(t *testing.T) {
	k := s.open(t)
	var wait sync.WaitGroup
	for i := range 16 {
		wait.Go(func() {
			for j := range 8 {
				plaintext := bytes.Repeat([]byte{byte(i)}, 32+j)
				aad := []byte{byte(i), byte(j)}
				w, err := k.Wrap(t.Context(), plaintext, aad)
				if err != nil {
					t.Error(err)
					return
				}
				got, err := k.Unwrap(t.Context(), w, aad)
				if err != nil || !bytes.Equal(got, plaintext) {
					t.Errorf("%x, %v", got, err)
					return
				}
				if s.Unsigned {
					continue
				}
				public, err := k.Public(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				if sig, err := k.Sign(t.Context(), plaintext); err != nil || !ed25519.Verify(public, plaintext, sig) {
					t.Errorf("signature %x, %v", sig, err)
				}
			}
		})
	}
	wait.Wait()
}

func (s suite) sign(t *testing.T) {
	k := s.open(t)
	if s.Unsigned {
		if _, err := k.Sign(t.Context(), secret); !errors.Is(err, keys.ErrNoSigner) {
			t.Errorf("sign: %v", err)
		}
		if _, err := k.Public(t.Context()); !errors.Is(err, keys.ErrNoSigner) {
			t.Errorf("public: %v", err)
		}
		return
	}
	public, err := k.Public(t.Context())
	if err != nil || len(public) != ed25519.PublicKeySize {
		t.Fatalf("public key %x, %v", public, err)
	}
	other := s.Other(t)
	defer other.Close()
	theirs, err := other.Public(t.Context())
	if err != nil || public.Equal(theirs) {
		t.Fatalf("the other key has the public key %x too, %v", theirs, err)
	}
	sizes := s.Messages
	if sizes == nil {
		sizes = []int{0, 1, 64, 1000, 60000}
	}
	for _, n := range sizes {
		message := bytes.Repeat([]byte{byte(n)}, n)
		sig, err := k.Sign(t.Context(), message)
		if err != nil {
			t.Fatalf("sign %d bytes: %v", n, err)
		}
		if !ed25519.Verify(public, message, sig) || ed25519.Verify(theirs, message, sig) {
			t.Errorf("the signature of %d bytes does not verify by its key alone", n)
		}
	}
}

func (s suite) describe(t *testing.T) {
	k := s.open(t)
	st, err := k.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st.Key == "" || st.Backend == "" {
		t.Errorf("nothing says which key it is: %+v", st)
	}
	if len(st.Evidence) == 0 {
		t.Error("there is no evidence")
	}
	for _, e := range st.Evidence {
		if e.Name == "" || e.Media == "" || len(e.Body) == 0 {
			t.Errorf("evidence without name, media type or body: %+v", e)
		}
	}
	if age := time.Since(st.Time); age < -time.Minute || age > time.Minute {
		t.Errorf("the evidence of now is of %s", st.Time)
	}
	if st.Entity != "" {
		t.Error("a backend does not know who holds the key")
	}
	text, err := json.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	var back keys.Statement
	if err := json.Unmarshal(text, &back); err != nil || back.Grade != st.Grade {
		t.Errorf("read back: %+v, %v", back, err)
	}
	if c := keys.Ladder(st); (c.Grade == graph.GradeUnknown) != (c.Unknown != "") {
		t.Errorf("custody %+v", c)
	}
}

func (s suite) cancelled(t *testing.T) {
	k := s.open(t)
	w := wrapped(t, k, secret, purpose)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range s.every(ctx, k, w) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func (s suite) close(t *testing.T) {
	k := s.Open(t)
	w := wrapped(t, k, secret, purpose)
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	for name, err := range s.every(t.Context(), k, w) {
		if !errors.Is(err, keys.ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := k.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

// every calls every method.
func (s suite) every(ctx context.Context, k keys.Key, w []byte) map[string]error {
	errs := map[string]error{}
	_, errs["wrap"] = k.Wrap(ctx, secret, purpose)
	_, errs["unwrap"] = k.Unwrap(ctx, w, purpose)
	_, errs["describe"] = k.Describe(ctx)
	if !s.Unsigned {
		_, errs["sign"] = k.Sign(ctx, secret)
		_, errs["public"] = k.Public(ctx)
	}
	return errs
}
