package keystest

import (
	"context"
	"crypto/ed25519"
	"errors"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// A Pair is two keys of one service for the suite, where one key does not do
// both: the first wraps and is described, the second signs.
type Pair struct {
	keys.Key
	Signer keys.Key
}

// Sign signs by the second key.
func (p Pair) Sign(ctx context.Context, message []byte) ([]byte, error) {
	return p.Signer.Sign(ctx, message)
}

// Public is the second key's.
func (p Pair) Public(ctx context.Context) (ed25519.PublicKey, error) { return p.Signer.Public(ctx) }

// Close closes both.
func (p Pair) Close() error { return errors.Join(p.Key.Close(), p.Signer.Close()) }
