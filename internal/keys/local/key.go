// Package local keeps a key in a file: an Ed25519 seed and a wrapping key in
// as many versions as it was rotated, encrypted under a passphrase. The
// passphrase may be a systemd credential, and so be bound to a TPM.
//
// A file is no evidence of anything. Whoever has it and the passphrase has the
// key, wherever that is, so the custody of such a key is not known until
// somebody vouches for the machine.
package local

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// Options are for tests but for the passphrase.
type Options struct {
	// Secret is the passphrase, see [keys.ReadSecret]. It should be one that
	// cannot be guessed: whoever gets the file can try.
	Secret []byte
	// Now is the clock; nil is the machine's.
	Now func() time.Time
	// Cheap makes a new file easy to open, and to guess: for tests.
	Cheap bool
}

// A Key is a key file that was opened.
type Key struct {
	path string
	now  func() time.Time

	mu       sync.RWMutex
	head     head
	seal     *xaes // of the file; nil when closed
	contents contents
	open     map[int]*opened
	info     fs.FileInfo // of the file that was read
}

// opened is a version that is ready for use.
type opened struct {
	wrap    *xaes
	private ed25519.PrivateKey
}

const minSecret = 8

// Create makes a key file with one version.
func Create(path string, o Options) (*Key, error) {
	if len(o.Secret) < minSecret {
		return nil, fmt.Errorf("a passphrase of %d bytes is no protection: take %d at least, better 20", len(o.Secret), minSecret)
	}
	unlock, err := lock(context.Background(), path)
	if err != nil {
		return nil, err
	}
	defer unlock()
	h := head{Format: format, KDF: strong}
	if o.Cheap {
		h.KDF.Time, h.KDF.Memory, h.KDF.Lanes = 1, 8<<10, 1
	}
	id := make([]byte, idSize)
	rand.Read(id) // never fails
	h.ID, h.KDF.Salt = hex.EncodeToString(id), make([]byte, saltSize)
	rand.Read(h.KDF.Salt)
	seal, err := h.KDF.sealer(o.Secret)
	if err != nil {
		return nil, err
	}
	k := &Key{path: path, now: o.clock(), head: h, seal: seal}
	c := contents{Next: 1}
	c.add(k.now())
	b, err := marshal(h, seal, c)
	if err != nil {
		return nil, err
	}
	if err := create(path, b); err != nil {
		return nil, err
	}
	if err := k.read(); err != nil {
		return nil, err
	}
	return k, nil
}

// Open opens a key file.
func Open(path string, o Options) (*Key, error) {
	f, err := unopened(path)
	if err != nil {
		return nil, err
	}
	seal, err := f.KDF.sealer(o.Secret)
	if err != nil {
		return nil, err
	}
	k := &Key{path: path, now: o.clock(), head: f.head, seal: seal}
	if err := k.read(); err != nil {
		return nil, err
	}
	return k, nil
}

func (o *Options) clock() func() time.Time {
	if o.Now == nil {
		return time.Now
	}
	return o.Now
}

// read reads the versions of the file that is there now. Its passphrase must
// be the one that it was opened with.
func (k *Key) read() error {
	var c contents
	info, err := load(k.path, func(b []byte) error {
		f, err := parse(b)
		if err == nil && f.aadString() != k.head.aadString() {
			err = errors.New("another key or passphrase was put in its place: open it again")
		}
		if err == nil {
			c, err = f.open(k.seal)
		}
		return err
	})
	if err != nil {
		return err
	}
	return k.take(c, info)
}

// load reads a key file. One that was replaced while it was read was perhaps
// overwritten under our eyes: then the new one is read.
func load(path string, use func([]byte) error) (fs.FileInfo, error) {
	for tries := 0; ; tries++ {
		b, info, err := keys.ReadPrivate(path, 0o077, maxFile)
		if err != nil {
			return nil, err
		}
		if err = use(b); err == nil {
			return info, nil
		}
		if now, gone := os.Stat(path); gone != nil || os.SameFile(now, info) || tries == 100 {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
}

func (h head) aadString() string { return string(h.aad()) }

// take makes versions ready for use, and forgets those there were.
func (k *Key) take(c contents, info fs.FileInfo) error {
	open := map[int]*opened{}
	for _, v := range c.Versions {
		wrap, err := newXAES(v.Wrap)
		if err != nil {
			return err
		}
		open[v.Number] = &opened{wrap, ed25519.NewKeyFromSeed(v.Seed)}
	}
	k.forget()
	k.contents, k.open, k.info = c, open, info
	return nil
}

func (k *Key) forget() {
	k.contents.clear()
	for _, o := range k.open {
		clear(o.private)
	}
	k.contents, k.open = contents{}, nil
}

// use calls do with the key as the file has it now: a version that another
// process destroyed is not used here either. That costs one stat.
func (k *Key) use(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	k.mu.RLock()
	if k.seal == nil {
		k.mu.RUnlock()
		return keys.ErrClosed
	}
	info, err := os.Stat(k.path)
	if err == nil && k.current(info) {
		defer k.mu.RUnlock()
		return do()
	}
	k.mu.RUnlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seal == nil {
		return keys.ErrClosed
	}
	if err := k.read(); err != nil {
		k.forget()
		k.info = nil
		return err
	}
	return do()
}

// current reports whether the file is the one that was read.
func (k *Key) current(info fs.FileInfo) bool {
	return k.info != nil && os.SameFile(info, k.info) && info.ModTime().Equal(k.info.ModTime()) && info.Size() == k.info.Size()
}

// newest is the version that wraps and signs.
func (k *Key) newest() (int, *opened) {
	n := k.contents.Versions[len(k.contents.Versions)-1].Number
	return n, k.open[n]
}

// What is wrapped begins with how it was wrapped, which is authenticated too:
// one byte of format, eight of the key's id, four of the version's number.
const (
	idSize      = 16
	wrapFormat  = 1
	shortID     = 8
	wrappedHead = 1 + shortID + 4
)

var errShort = errors.New("too short")

func (k *Key) prefix(number int) []byte {
	id, err := hex.DecodeString(k.head.ID)
	if err != nil {
		panic(err) // was parsed
	}
	b := append([]byte{wrapFormat}, id[:shortID]...)
	return binary.BigEndian.AppendUint32(b, uint32(number))
}

// Wrap wraps by the newest version.
func (k *Key) Wrap(ctx context.Context, plaintext, aad []byte) (wrapped []byte, err error) {
	if err := keys.CheckSizes(plaintext, nil); err != nil {
		return nil, err
	}
	err = k.use(ctx, func() (err error) {
		number, v := k.newest()
		prefix := k.prefix(number)
		wrapped, err = v.wrap.seal(prefix, plaintext, append(prefix[:wrappedHead:wrappedHead], aad...))
		return err
	})
	return wrapped, err
}

// Unwrap unwraps by the version that wrapped.
func (k *Key) Unwrap(ctx context.Context, wrapped, aad []byte) (plaintext []byte, err error) {
	if err := keys.CheckSizes(nil, wrapped); err != nil {
		return nil, err
	}
	err = k.use(ctx, func() error {
		plaintext, err = k.unwrap(wrapped, aad)
		return err
	})
	return plaintext, err
}

func (k *Key) unwrap(wrapped, aad []byte) ([]byte, error) {
	if len(wrapped) < wrappedHead {
		return nil, keys.ErrUnwrap
	}
	prefix, sealed := wrapped[:wrappedHead:wrappedHead], wrapped[wrappedHead:]
	number := int(binary.BigEndian.Uint32(prefix[1+shortID:]))
	if string(prefix) != string(k.prefix(number)) {
		return nil, keys.ErrUnwrap
	}
	v := k.open[number]
	if v == nil {
		return nil, fmt.Errorf("version %d is not in %s, it was destroyed or never was: %w", number, k.path, keys.ErrUnwrap)
	}
	plaintext, err := v.wrap.open(sealed, append(prefix, aad...))
	if err != nil {
		return nil, keys.ErrUnwrap
	}
	return plaintext, nil
}

// Sign signs by the newest version.
func (k *Key) Sign(ctx context.Context, message []byte) (sig []byte, err error) {
	err = k.use(ctx, func() error {
		_, v := k.newest()
		sig = ed25519.Sign(v.private, message)
		return nil
	})
	return sig, err
}

// Public is the public key of the newest version.
func (k *Key) Public(ctx context.Context) (public ed25519.PublicKey, err error) {
	err = k.use(ctx, func() error {
		_, v := k.newest()
		public = publicOf(v.private)
		return nil
	})
	return public, err
}

func publicOf(private ed25519.PrivateKey) ed25519.PublicKey {
	return append(ed25519.PublicKey(nil), private[ed25519.SeedSize:]...)
}

// Describe says what little a file can show.
func (k *Key) Describe(ctx context.Context) (s keys.Statement, err error) {
	err = k.use(ctx, func() error {
		number, _ := k.newest()
		body, err := json.Marshal(struct {
			head
			Versions []Version `json:"versions"`
		}{k.head, k.versions()})
		s = keys.Statement{
			Key: fmt.Sprintf("%s#%d", k.head.ID, number), Backend: "file", Material: keys.Generated,
			Exportable: keys.Yes, MultiRegion: keys.Unknown, Hardware: keys.No,
			Evidence: []keys.Evidence{{Name: "key file", Media: "application/json", Body: body}},
			Time:     k.now().UTC(), Grade: keys.Declared,
		}
		return err
	})
	return s, err
}

// Close forgets the key.
func (k *Key) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forget()
	k.seal = nil
	return nil
}
