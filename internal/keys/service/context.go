package service

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// Digest spells a context for services that want short text and write it into
// their logs: who reads those does not learn it, and no two contexts have one
// digest. No context is "".
func Digest(aad []byte) string {
	if len(aad) == 0 {
		return ""
	}
	sum := sha256.Sum256(append([]byte("bailiwick/aad/v1"), aad...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// PublicPEM reads an Ed25519 key as services give it.
func PublicPEM(text []byte) (ed25519.PublicKey, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != "PUBLIC KEY" || len(rest) > 0 && len(rest) != 1 {
		return nil, errors.New("the service's public key is no PEM")
	}
	return PublicDER(block.Bytes)
}

// PublicDER reads an Ed25519 key.
func PublicDER(der []byte) (ed25519.PublicKey, error) {
	k, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, errors.New("the service's public key cannot be read")
	}
	public, ok := k.(ed25519.PublicKey)
	if !ok {
		return nil, keys.ErrNoSigner
	}
	return public, nil
}

// maxToken is more than the tokens of any platform have.
const maxToken = 16 << 10

// PlatformToken reads what the platform says of who we are, from where it writes
// it for everybody in the pod.
func PlatformToken(path string) (string, error) {
	b, _, err := keys.ReadPrivate(path, 0, maxToken)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(b))
	if token == "" {
		return "", errors.New(path + " is empty")
	}
	return token, nil
}

// Environment looks up a variable; nil is the process's own.
type Environment func(name string) string

// Get looks one up.
func (e Environment) Get(name string) string {
	if e == nil {
		return os.Getenv(name)
	}
	return e(name)
}
