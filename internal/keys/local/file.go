package local

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/argon2"
)

// format is what every key file begins with.
const format = "bailiwick/key/v1"

// maxFile bounds a key file: a version is some 200 bytes.
const maxFile = 1 << 20

// A head stands in the clear. All of it is authenticated with the versions.
type head struct {
	Format string `json:"format"`
	ID     string `json:"id"` // 16 bytes in hexadecimal
	KDF    kdf    `json:"kdf"`
}

// A file is a head and the versions, encrypted.
type file struct {
	head
	Sealed []byte `json:"sealed"`
}

// A kdf makes a key out of a passphrase: Argon2id (RFC 9106).
type kdf struct {
	Name   string `json:"name"`
	Time   uint32 `json:"time"`   // passes
	Memory uint32 `json:"memory"` // KiB
	Lanes  uint8  `json:"lanes"`
	Salt   []byte `json:"salt"`
}

// strong is the second recommendation of RFC 9106, section 4.
var strong = kdf{Name: "argon2id", Time: 3, Memory: 64 << 10, Lanes: 4}

const saltSize = 16

// check refuses what would take a machine down, and what makes guessing cheap:
// whoever may write the file may write any parameters.
func (k kdf) check() error {
	switch {
	case k.Name != "argon2id":
		return fmt.Errorf("its key derivation %q is not argon2id", k.Name)
	case k.Time < 1 || k.Time > 16 || k.Memory < 8<<10 || k.Memory > 1<<20 || k.Lanes < 1 || k.Lanes > 16:
		return fmt.Errorf("its key derivation asks for %d passes over %d KiB in %d lanes; 1 to 16 passes, 8192 to 1048576 KiB and 1 to 16 lanes are taken", k.Time, k.Memory, k.Lanes)
	case len(k.Salt) != saltSize:
		return fmt.Errorf("its salt has %d bytes, not %d", len(k.Salt), saltSize)
	}
	return nil
}

func (k kdf) sealer(secret []byte) (*xaes, error) {
	key := argon2.IDKey(secret, k.Salt, k.Time, k.Memory, k.Lanes, keySize)
	defer clear(key)
	return newXAES(key)
}

// A version is one pair of keys.
type version struct {
	Number  int       `json:"number"`
	Created time.Time `json:"created"`
	Seed    []byte    `json:"seed"` // Ed25519
	Wrap    []byte    `json:"wrap"` // XAES-256-GCM
}

// contents is what is encrypted.
type contents struct {
	Versions []version `json:"versions"` // oldest first
	Next     int       `json:"next"`     // number of the next one: none is used twice
	// Destroyed are the proofs of versions that were destroyed: one that was lost
	// between here and the ledger can be had again.
	Destroyed []Destruction `json:"destroyed,omitempty"`
}

func (c *contents) add(now time.Time) {
	v := version{Number: c.Next, Created: now.UTC().Truncate(time.Second), Seed: make([]byte, ed25519.SeedSize), Wrap: make([]byte, keySize)}
	rand.Read(v.Seed) // never fails
	rand.Read(v.Wrap)
	c.Versions = append(c.Versions, v)
	c.Next++
}

func (c *contents) check() error {
	last := 0
	for _, v := range c.Versions {
		if v.Number <= last || v.Number >= c.Next || len(v.Seed) != ed25519.SeedSize || len(v.Wrap) != keySize {
			return errors.New("its versions make no sense")
		}
		last = v.Number
	}
	if len(c.Versions) == 0 {
		return errors.New("it holds no version")
	}
	for _, d := range c.Destroyed {
		if _, there := c.find(d.Version); there || d.Verify() != nil {
			return errors.New("its proofs of destroyed versions make no sense")
		}
	}
	return nil
}

func (c *contents) clear() {
	for _, v := range c.Versions {
		clear(v.Seed)
		clear(v.Wrap)
	}
}

// aad is the head as it is authenticated.
func (h head) aad() []byte {
	b, err := json.Marshal(h)
	if err != nil {
		panic(err) // strings and numbers
	}
	return b
}

// marshal encrypts contents.
func marshal(h head, seal *xaes, c contents) ([]byte, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	sealed, err := seal.seal(nil, plain, h.aad())
	if err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(file{h, sealed}, "", "  ")
	if err != nil {
		return nil, err
	}
	if len(b) >= maxFile {
		return nil, fmt.Errorf("%d versions and proofs of %d that were destroyed are too many for one file: make another key, and wrap anew by it", len(c.Versions), len(c.Destroyed))
	}
	return append(b, '\n'), nil
}

// parse reads a file without opening it. One content has one spelling, so no
// byte of a file can be changed without notice.
func parse(b []byte) (file, error) {
	var f file
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return file{}, fmt.Errorf("it is no key file: %w", err)
	}
	if f.Format != format {
		return file{}, fmt.Errorf("it is no key file of this version: its format is %q, not %q", f.Format, format)
	}
	if id, err := hex.DecodeString(f.ID); err != nil || len(id) != idSize {
		return file{}, fmt.Errorf("its id %q is none", f.ID)
	}
	if err := f.KDF.check(); err != nil {
		return file{}, err
	}
	same, err := json.MarshalIndent(f, "", "  ")
	if err != nil || !bytes.Equal(append(same, '\n'), b) {
		return file{}, errors.New("it was edited: restore it from a copy")
	}
	return f, nil
}

// errLocked cannot say more: a wrong passphrase and a changed file look alike.
var errLocked = errors.New("the passphrase is wrong, or the file was changed")

// open decrypts the versions.
func (f file) open(seal *xaes) (contents, error) {
	plain, err := seal.open(f.Sealed, f.aad())
	if err != nil {
		return contents{}, errLocked
	}
	defer clear(plain)
	var c contents
	if err := json.Unmarshal(plain, &c); err != nil {
		return contents{}, err
	}
	return c, c.check()
}

// find is the version of that number.
func (c *contents) find(number int) (version, bool) {
	i := slices.IndexFunc(c.Versions, func(v version) bool { return v.Number == number })
	if i < 0 {
		return version{}, false
	}
	return c.Versions[i], true
}
