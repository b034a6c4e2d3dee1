package keys

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"time"
)

// A Signer signs by a key for those who know neither contexts nor backends:
// the ledger, above all.
type Signer struct {
	key    Key
	public ed25519.PublicKey
	wait   time.Duration
}

// NewSigner asks the key for its public half, and fails where it has none.
// Each signature is waited for so long.
func NewSigner(ctx context.Context, key Key, wait time.Duration) (*Signer, error) {
	public, err := key.Public(ctx)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return &Signer{key, public, wait}, nil
}

// Public is the public key.
func (s *Signer) Public() ed25519.PublicKey { return s.public }

// Sign signs, and holds the signature against the public key before it gives
// it away: what a faulty backend signed is not sent to anybody.
func (s *Signer) Sign(message []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.wait)
	defer cancel()
	sig, err := s.key.Sign(ctx, message)
	if err != nil {
		return nil, err
	}
	if !ed25519.Verify(s.public, message, sig) {
		return nil, fmt.Errorf("the backend's signature does not verify by the public key that it gave: was the key rotated? Open it again")
	}
	return sig, nil
}
