package c2sp

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
)

// Algorithms of keys as a vkey names them (c2sp.org/signed-note,
// c2sp.org/tlog-cosignature). ML-DSA-44, which the specification prefers,
// waits for the standard library: public witnesses must take Ed25519 as well.
const (
	algorithmEd25519     = 1
	algorithmCosignature = 4
)

// A Signer is a private Ed25519 key, wherever it is kept.
type Signer interface {
	// Public is the 32 bytes of the public key.
	Public() ed25519.PublicKey
	// Sign signs the message as RFC 8032 says, without hashing it before.
	Sign(message []byte) ([]byte, error)
}

// LogSigner signs checkpoints as the log that the name says.
func LogSigner(name string, key Signer) note.Signer {
	return logSigner{name, keyID(name, algorithmEd25519, key.Public()), key}
}

type logSigner struct {
	name string
	id   uint32
	key  Signer
}

func (s logSigner) Name() string                        { return s.name }
func (s logSigner) KeyHash() uint32                     { return s.id }
func (s logSigner) Sign(message []byte) ([]byte, error) { return s.key.Sign(message) }

// Cosigner signs checkpoints as the witness that the name says: a statement
// that at this time it was the largest consistent tree that the witness saw.
func Cosigner(name string, key Signer, now func() time.Time) note.Signer {
	return cosigner{name, keyID(name, algorithmCosignature, key.Public()), key, now}
}

type cosigner struct {
	name string
	id   uint32
	key  Signer
	now  func() time.Time
}

func (s cosigner) Name() string    { return s.name }
func (s cosigner) KeyHash() uint32 { return s.id }

func (s cosigner) Sign(body []byte) ([]byte, error) {
	at := uint64(s.now().Unix())
	signature, err := s.key.Sign(cosigned(at, body))
	if err != nil {
		return nil, err
	}
	return append(binary.BigEndian.AppendUint64(nil, at), signature...), nil
}

// cosigned is the message below a cosignature in Ed25519.
func cosigned(at uint64, body []byte) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatUint(at, 10)+"\n"), body...)
}

// A Key is a public key of a log or of a witness.
type Key struct {
	name      string
	id        uint32
	algorithm byte
	public    ed25519.PublicKey
}

// LogKey is the key by which the log of that name signs.
func LogKey(name string, public ed25519.PublicKey) Key {
	return Key{name, keyID(name, algorithmEd25519, public), algorithmEd25519, public}
}

// WitnessKey is the key by which the witness of that name cosigns.
func WitnessKey(name string, public ed25519.PublicKey) Key {
	return Key{name, keyID(name, algorithmCosignature, public), algorithmCosignature, public}
}

// ParseKey reads a key as vkeys write it: name+id+base64 (signed-note).
func ParseKey(vkey string) (Key, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	id, encoded, ok := strings.Cut(rest, "+")
	if !ok || !NameOK(name) {
		return Key{}, fmt.Errorf("%.80q is no public key: want NAME+ID+BASE64, as `keys public` and the logs' operators print it", vkey)
	}
	b, err := unbase64(encoded)
	if err != nil || len(b) != 1+ed25519.PublicKeySize {
		return Key{}, fmt.Errorf("public key of %s: the key is no Ed25519 key in base64", name)
	}
	if b[0] != algorithmEd25519 && b[0] != algorithmCosignature {
		return Key{}, fmt.Errorf("public key of %s: algorithm %d is not known; 1 is a log's Ed25519 key, 4 a witness's", name, b[0])
	}
	k := Key{name, keyID(name, b[0], b[1:]), b[0], b[1:]}
	if fmt.Sprintf("%08x", k.id) != id {
		return Key{}, fmt.Errorf("public key of %s: the id %.20q does not belong to name and key (%08x does): was one of them edited?", name, id, k.id)
	}
	return k, nil
}

// NameOK says whether a log or a witness may have that name: no spaces of
// Unicode and no + (c2sp.org/signed-note), nothing that does not show either.
func NameOK(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '+' || r == utf8.RuneError
	})
}

// String is the key as [ParseKey] reads it.
func (k Key) String() string {
	return fmt.Sprintf("%s+%08x+%s", k.name, k.id, base64.StdEncoding.EncodeToString(append([]byte{k.algorithm}, k.public...)))
}

// Name is the origin of the log, or the witness's name.
func (k Key) Name() string { return k.name }

// Public is the key itself.
func (k Key) Public() ed25519.PublicKey { return bytes.Clone(k.public) }

// KeyHash is the number by which signatures name the key.
func (k Key) KeyHash() uint32 { return k.id }

// Verify says whether the signature, without the key's number, is of the key.
func (k Key) Verify(body, signature []byte) bool {
	if k.algorithm == algorithmCosignature {
		if len(signature) != 8+ed25519.SignatureSize {
			return false
		}
		at := binary.BigEndian.Uint64(signature)
		return at <= 1<<63-1 && ed25519.Verify(k.public, cosigned(at, body), signature[8:])
	}
	return ed25519.Verify(k.public, body, signature)
}

func (k Key) witness() bool { return k.algorithm == algorithmCosignature }

// same says whether two keys wrap the same bytes, under whatever name.
func (k Key) same(other Key) bool { return bytes.Equal(k.public, other.public) }

// CosignedAt is when the witness says that it signed. The signature has been
// verified.
func CosignedAt(s note.Signature) (time.Time, error) {
	b, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil || len(b) != 4+8+ed25519.SignatureSize {
		return time.Time{}, fmt.Errorf("signature of %s has no time", s.Name)
	}
	return time.Unix(int64(binary.BigEndian.Uint64(b[4:])), 0).UTC(), nil
}

func keyID(name string, algorithm byte, public []byte) uint32 {
	h := sha256.New()
	h.Write([]byte(name + "\n"))
	h.Write([]byte{algorithm})
	h.Write(public)
	return binary.BigEndian.Uint32(h.Sum(nil))
}
