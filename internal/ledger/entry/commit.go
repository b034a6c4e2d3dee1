package entry

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
)

// A Commitment binds an entry to a value without showing it. It is
//
//	HMAC-SHA-256(salt, "bailiwick/entry/v1" 0 kind 0 field 0 value)
//
// Whoever has the salt and the value can show that they belong to the entry,
// and nobody can find another pair that does. Without the salt, which is 16
// random bytes, it says nothing about the value, however few values there are
// to guess from: a name, a diagnosis, yes or no. Kind and field are in it, so
// that what was committed as a reason never opens as a target.
type Commitment [sha256.Size]byte

// A Salt is the key of a commitment. Each has its own.
type Salt [16]byte

// An Opening is what shows a sealed field: it must be kept as long as anybody
// may want to see the field, and destroyed when nobody may any more.
type Opening struct {
	Field string `json:"field"`
	Salt  Salt   `json:"salt"`
	Value string `json:"value"`
}

const domain = "bailiwick/entry/v1"

// NewSalt is a salt of the machine's randomness.
func NewSalt() (s Salt) {
	rand.Read(s[:]) // never fails
	return s
}

// Commit makes the commitment of an opening in an entry of that kind. It is
// HMAC of RFC 2104 written out for a key that is shorter than a block: package
// hmac takes three times as long to make its two hashes ready as they then run.
func (o Opening) Commit(kind Kind) Commitment {
	var block [sha256.BlockSize]byte
	buffer := make([]byte, 0, 512)
	copy(block[:], o.Salt[:])
	for i := range block {
		block[i] ^= 0x36
	}
	buffer = append(append(append(buffer, block[:]...), domain...), 0)
	buffer = append(append(append(buffer, kind...), 0), o.Field...)
	buffer = append(append(buffer, 0), o.Value...)
	inner := sha256.Sum256(buffer)
	for i := range block {
		block[i] ^= 0x36 ^ 0x5c
	}
	return sha256.Sum256(append(append(buffer[:0], block[:]...), inner[:]...))
}

// Opens says whether the opening is that of its field in the entry.
func (o Opening) Opens(e Entry) error {
	want, sealed := e.Sealed[o.Field]
	if !sealed {
		return fmt.Errorf("the entry has no sealed field %q", shorten(o.Field))
	}
	if got := o.Commit(e.Kind()); subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
		return fmt.Errorf("the value that is shown for %s is not the one that the entry commits to", o.Field)
	}
	return nil
}

// MarshalText writes a commitment in base64.
func (c Commitment) MarshalText() ([]byte, error) { return encode(c[:]), nil }

// UnmarshalText reads what MarshalText writes, and no other spelling of it.
func (c *Commitment) UnmarshalText(b []byte) error { return decodeInto(c[:], b, "commitment") }

// MarshalText writes a salt in base64.
func (s Salt) MarshalText() ([]byte, error) { return encode(s[:]), nil }

// UnmarshalText reads what MarshalText writes, and no other spelling of it.
func (s *Salt) UnmarshalText(b []byte) error { return decodeInto(s[:], b, "salt") }

func encode(b []byte) []byte {
	return base64.StdEncoding.AppendEncode(nil, b)
}

func decodeInto(into, text []byte, what string) error {
	if b, err := base64.StdEncoding.Strict().DecodeString(string(text)); err == nil && len(b) == len(into) {
		copy(into, b)
		return nil
	}
	return fmt.Errorf("a %s is %d bytes in base64", what, len(into))
}
