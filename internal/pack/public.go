package pack

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// ParsePublic reads the public key of a signer: in PEM, or as a line of C2SP as
// `bailiwick keys public` prints it.
func ParsePublic(text string) (ed25519.PublicKey, error) {
	if block, rest := pem.Decode([]byte(text)); block != nil {
		if strings.TrimSpace(string(rest)) != "" {
			return nil, errors.New("more than one key stands there: give the one that you trust")
		}
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("it is no public key in PEM: %w", err)
		}
		public, ok := key.(ed25519.PublicKey)
		if !ok {
			return nil, errors.New("it is no key of Ed25519, by which packs are signed")
		}
		return public, nil
	}
	key, err := c2sp.ParseKey(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("it is neither a public key in PEM nor a line as `bailiwick keys public --name` prints it: %w", err)
	}
	return key.Public(), nil
}
