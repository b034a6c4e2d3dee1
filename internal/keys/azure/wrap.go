package azure

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/service"
)

// url64 is bytes as the service spells them.
type url64 []byte

func (b url64) MarshalText() ([]byte, error) {
	return []byte(base64.RawURLEncoding.EncodeToString(b)), nil
}

func (b *url64) UnmarshalText(text []byte) error {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(text))
	if err != nil {
		return errors.New("that is no base64url")
	}
	*b = raw
	return nil
}

// operation is a request to a key, and result its answer.
type operation struct {
	Algorithm string `json:"alg"`
	Value     url64  `json:"value"`
	IV        url64  `json:"iv,omitempty"`
	AAD       url64  `json:"aad,omitempty"`
	Tag       url64  `json:"tag,omitempty"`
}

type result struct {
	Key   string `json:"kid"`
	Value url64  `json:"value"`
	IV    url64  `json:"iv"`
	Tag   url64  `json:"tag"`
}

// Before what the service made stands the version of the key, 16 bytes: after a
// rotation the name alone means another one.
const versionSize = 16

func packed(version string) []byte {
	b, _ := hex.DecodeString(version) // isVersion said that it is one
	return b
}

func (v *vault) path(version []byte, what string) string {
	return "/keys/" + v.address.Name + "/" + hex.EncodeToString(version) + what
}

// envelope wraps keys by RSA. To unwrap, no bundle is needed.
func (v *vault) envelope(b *bundle) service.Envelope {
	const algorithm = "RSA-OAEP-256"
	return service.Envelope{
		Wrap: func(ctx context.Context, key []byte) ([]byte, error) {
			var r result
			version := packed(b.version)
			if _, err := v.call(ctx, http.MethodPost, v.path(version, "/wrapkey"), operation{Algorithm: algorithm, Value: key}, &r); err != nil {
				return nil, err
			}
			return append(version, r.Value...), v.used(r, b.version)
		},
		Unwrap: func(ctx context.Context, wrapped []byte) ([]byte, error) {
			if len(wrapped) <= versionSize || !v.may(wrapped[:versionSize]) {
				return nil, keys.ErrUnwrap
			}
			version := wrapped[:versionSize]
			var r result
			if _, err := v.call(ctx, http.MethodPost, v.path(version, "/unwrapkey"), operation{Algorithm: algorithm, Value: wrapped[versionSize:]}, &r); err != nil {
				return nil, v.notOurs(ctx, err, v.path(version, ""))
			}
			return r.Value, v.used(r, hex.EncodeToString(version))
		},
	}
}

// used says whether the service used the version that it was asked for.
func (v *vault) used(r result, version string) error {
	_, got, err := keyID(r.Key, v.address)
	if err == nil && got != version {
		return errors.New("the vault used another version of the key than it was asked for")
	}
	return err
}

// may says whether an address of one version allows this one.
func (v *vault) may(version []byte) bool {
	return v.address.Version == "" || v.address.Version == hex.EncodeToString(version)
}

// A secret that a Managed HSM encrypted is
//
//	1 byte 0x02 · version · 12 bytes iv · 16 bytes tag · cipher text
const (
	gcmFormat = 2
	gcmCipher = "A256GCM"
	ivSize    = 12
	tagSize   = 16
	gcmHead   = 1 + versionSize + ivSize + tagSize
)

func (v *vault) encryptGCM(ctx context.Context, b *bundle, plaintext, aad []byte) ([]byte, error) {
	var r result
	version := packed(b.version)
	if _, err := v.call(ctx, http.MethodPost, v.path(version, "/encrypt"), operation{Algorithm: gcmCipher, Value: plaintext, AAD: aad}, &r); err != nil {
		return nil, err
	}
	if len(r.IV) != ivSize || len(r.Tag) != tagSize || len(r.Value) != len(plaintext) {
		return nil, errors.New("the vault's answer is none of AES-GCM")
	}
	out := append([]byte{gcmFormat}, version...)
	out = append(append(append(out, r.IV...), r.Tag...), r.Value...)
	return out, v.used(r, b.version)
}

func (v *vault) decryptGCM(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	if len(wrapped) <= gcmHead || !v.may(wrapped[1:1+versionSize]) {
		return nil, keys.ErrUnwrap
	}
	version, rest := wrapped[1:1+versionSize], wrapped[1+versionSize:]
	var r result
	_, err := v.call(ctx, http.MethodPost, v.path(version, "/decrypt"), operation{
		Algorithm: gcmCipher, IV: rest[:ivSize], Tag: rest[ivSize : ivSize+tagSize], Value: rest[ivSize+tagSize:], AAD: aad,
	}, &r)
	if err != nil {
		return nil, v.notOurs(ctx, err, v.path(version, ""))
	}
	return r.Value, v.used(r, hex.EncodeToString(version))
}
