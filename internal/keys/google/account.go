package google

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// An account is the service account of a key file.
type account struct {
	Type     string `json:"type"`
	Email    string `json:"client_email"`
	KeyID    string `json:"private_key_id"`
	Key      string `json:"private_key"`
	Universe string `json:"universe_domain"`

	private *rsa.PrivateKey
}

const maxFile = 64 << 10

// passes makes tokens that the account signs itself: the service takes them as
// they are, so no other server sees a login, and no address in a file decides
// where one goes.
func (o *Options) passes() (*service.Passes[string], error) {
	path := o.Credentials
	if path == "" {
		path = o.Env.Get("GOOGLE_APPLICATION_CREDENTIALS")
	}
	if path == "" {
		return nil, errors.New("nothing says who we are to Google: set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account")
	}
	text, _, err := keys.ReadPrivate(path, 0o007, maxFile)
	if err != nil {
		return nil, err
	}
	a, err := parseAccount(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &service.Passes[string]{Now: o.Clock, Get: func(context.Context) (service.Pass[string], error) { return a.pass(o.Clock()) }}, nil
}

func parseAccount(text []byte) (*account, error) {
	var a account
	if err := json.Unmarshal(text, &a); err != nil {
		return nil, errors.New("that is no JSON")
	}
	switch {
	case a.Type != "service_account":
		return nil, fmt.Errorf("credentials of type %.30q are not used, only those of a service_account with its key", a.Type)
	case a.Universe != "" && a.Universe != "googleapis.com":
		return nil, fmt.Errorf("the universe %.60q is not known: addresses of gcp-kms are at googleapis.com", a.Universe)
	case a.Email == "" || a.KeyID == "":
		return nil, errors.New("client_email or private_key_id is missing")
	}
	block, _ := pem.Decode([]byte(a.Key))
	if block == nil {
		return nil, errors.New("private_key is no PEM")
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("private_key cannot be read")
	}
	private, ok := k.(*rsa.PrivateKey)
	if !ok || private.N.BitLen() < 2048 {
		return nil, errors.New("private_key is no RSA key of 2048 bits or more")
	}
	a.private, a.Key = private, ""
	return &a, nil
}

// hour is what the service takes at most.
const hour = time.Hour

func (a *account) pass(now time.Time) (service.Pass[string], error) {
	part := func(v any) string {
		b, _ := json.Marshal(v) // maps of text and numbers
		return base64.RawURLEncoding.EncodeToString(b)
	}
	text := part(map[string]string{"alg": "RS256", "typ": "JWT", "kid": a.KeyID}) + "." +
		part(map[string]any{"iss": a.Email, "sub": a.Email, "aud": host + "/", "iat": now.Unix(), "exp": now.Add(hour).Unix()})
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, a.private, crypto.SHA256, sum[:])
	if err != nil {
		return service.Pass[string]{}, fmt.Errorf("sign as %s: %w", a.Email, err)
	}
	return service.Pass[string]{Value: text + "." + base64.RawURLEncoding.EncodeToString(sig), Until: now.Add(hour)}, nil
}
