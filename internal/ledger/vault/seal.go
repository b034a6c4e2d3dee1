package vault

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// A sealer seals under the key of one subject. Nonces are random: a key may
// seal 2^32 records before one repeats with a chance of 2^-33.
type sealer struct{ cipher.AEAD }

// maxCache is how many keys of subjects are kept in memory.
const maxCache = 4096

const keySize = 32

func newSealer(key []byte) (sealer, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCM(block)
	return sealer{aead}, err
}

// Subject gives the pseudonym of a subject, and makes its key when it has
// none. A subject that was erased and comes back gets a new one, that nobody
// can tell from a stranger's.
func (v *Vault) Subject(ctx context.Context, name string) (entry.KeyID, error) {
	if name == "" || len(name) > entry.MaxSubject {
		return entry.KeyID{}, fmt.Errorf("the name of a subject has 1 to %d bytes", entry.MaxSubject)
	}
	t, err := v.tagOf(name)
	if err != nil {
		return entry.KeyID{}, err
	}
	for {
		v.mu.Lock()
		if n, ok := v.tags[t]; ok {
			v.mu.Unlock()
			id, err := v.idOf(n)
			if errors.Is(err, ErrErased) {
				continue // since then; its tag is gone too
			}
			return id, err
		}
		other, busy := v.creating[t]
		if !busy {
			mine := make(chan struct{})
			v.creating[t] = mine
			v.mu.Unlock()
			id, err := v.create(ctx, t)
			v.mu.Lock()
			delete(v.creating, t)
			v.mu.Unlock()
			close(mine)
			if errors.Is(err, errKnown) {
				continue
			}
			return id, err
		}
		v.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return entry.KeyID{}, ctx.Err()
		}
	}
}

// tagOf is what a subject is found by. Closing the vault clears the key of it.
func (v *Vault) tagOf(name string) (t tag, err error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.closed {
		return t, ErrClosed
	}
	mac := hmac.New(sha256.New, v.lookup)
	mac.Write([]byte(name))
	copy(t[:], mac.Sum(nil))
	return t, nil
}

// Find gives the pseudonym of a subject that the vault knows.
func (v *Vault) Find(name string) (entry.KeyID, error) {
	t, err := v.tagOf(name)
	if err != nil {
		return entry.KeyID{}, err
	}
	v.mu.RLock()
	n, ok := v.tags[t]
	v.mu.RUnlock()
	if !ok {
		return entry.KeyID{}, ErrNoSubject
	}
	return v.idOf(n)
}

// idOf reads the pseudonym of a subject.
func (v *Vault) idOf(n uint32) (entry.KeyID, error) {
	s, _, err := v.slotOf(n)
	return s.id, err
}

// slotOf reads the slot of a subject, and gives the key that wrapped what is
// in it.
func (v *Vault) slotOf(n uint32) (slot, keys.Key, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.heads[n] == headErased {
		return slot{}, nil, ErrErased
	}
	s, err := v.table.read(n)
	return s, v.key, err
}

// create makes a key for a subject, and gives it a slot.
func (v *Vault) create(ctx context.Context, t tag) (entry.KeyID, error) {
	s := slot{state: live, tag: t}
	rand.Read(s.id[:]) // never fails
	key := make([]byte, keySize)
	rand.Read(key)
	defer clear(key)
	sealing, err := newSealer(key)
	if err != nil {
		return s.id, err
	}
	added := &newSlot{err: errRewrapped}
	for errors.Is(added.err, errRewrapped) {
		v.mu.RLock()
		by, wrapping := v.key, v.wrapping
		v.mu.RUnlock()
		if s.wrapped, err = by.Wrap(ctx, key, v.aad("key", s.id)); err != nil {
			return s.id, fmt.Errorf("wrap the key of a subject: %w", err)
		}
		added = &newSlot{slot: s, wrapping: wrapping}
		if err := v.join(ctx, len(s.wrapped), func(b *batch) { b.slots = append(b.slots, added) }); err != nil {
			return s.id, err
		}
	}
	if added.err != nil {
		return s.id, added.err
	}
	v.mu.Lock()
	v.remember(added.number, sealing)
	v.mu.Unlock()
	return s.id, nil
}

// remember keeps a key in memory; another one goes when there are too many.
func (v *Vault) remember(n uint32, s sealer) {
	if v.heads[n] == headErased {
		return
	}
	for other := range v.cache {
		if len(v.cache) < maxCache {
			break
		}
		delete(v.cache, other)
	}
	v.cache[n] = s
}

// sealerOf unwraps the key of a subject.
func (v *Vault) sealerOf(ctx context.Context, id entry.KeyID) (uint32, sealer, error) {
	v.mu.RLock()
	n, known := v.ids[id]
	s, cached := v.cache[n]
	closed := v.closed
	v.mu.RUnlock()
	switch {
	case closed:
		return 0, sealer{}, ErrClosed
	case !known:
		return 0, sealer{}, ErrNoSubject
	case cached:
		return n, s, nil
	}
	slot, wrapping, err := v.slotOf(n)
	if err == nil && slot.state == erased {
		err = ErrErased // by the process that writes
	}
	if err != nil {
		return 0, sealer{}, err
	}
	key, err := wrapping.Unwrap(ctx, slot.wrapped, v.aad("key", id))
	if err != nil {
		return 0, sealer{}, fmt.Errorf("the key of subject %s: %w", id, err)
	}
	defer clear(key)
	if s, err = newSealer(key); err != nil {
		return 0, sealer{}, err
	}
	v.mu.Lock()
	v.remember(n, s)
	v.mu.Unlock()
	return n, s, nil
}

// refOf is what a record keeps of its entry: the hash of its leaf.
func refOf(text []byte) ref {
	h := tlog.RecordHash(text)
	return ref(h[:])
}

// aad binds what is encrypted to this vault, to what it is for and to whom.
func aad(vault, use string, id entry.KeyID) []byte {
	b := make([]byte, 0, 192)
	for _, part := range []string{"bailiwick/vault/v1 ", use, " vault ", vault, " subject "} {
		b = append(b, part...)
	}
	return hex.AppendEncode(b, id[:])
}

func (v *Vault) aad(use string, id entry.KeyID) []byte { return aad(v.id, use, id) }

// openingAAD binds a record to its entry too.
func (v *Vault) openingAAD(id entry.KeyID, r ref) []byte {
	return hex.AppendEncode(append(v.aad("opening", id), " entry "...), r[:])
}

// Put seals the openings of an entry, given as it will stand in the ledger.
// They are durable when it returns. Openings whose entry is never appended
// are harmless: nothing refers to them, and they go with their subject.
func (v *Vault) Put(ctx context.Context, id entry.KeyID, text []byte, openings []entry.Opening) error {
	n, s, err := v.sealerOf(ctx, id)
	if err != nil {
		return err
	}
	r := newRecord{record: record{subject: n, ref: refOf(text)}}
	plain := pack(openings)
	sealed := make([]byte, nonceSize, nonceSize+len(plain)+s.Overhead())
	rand.Read(sealed) // never fails
	r.sealed = s.Seal(sealed, sealed, plain, v.openingAAD(id, r.ref))
	clear(plain)
	if len(r.sealed) > maxRecord-recordFixed {
		return fmt.Errorf("openings of %d bytes are too many: keep what is long elsewhere and seal its digest", len(r.sealed))
	}
	if err := v.join(ctx, len(r.sealed)+recordFixed, func(b *batch) { b.records = append(b.records, &r) }); err != nil {
		return err
	}
	return r.err
}

// Openings opens what was sealed of an entry.
func (v *Vault) Openings(ctx context.Context, id entry.KeyID, text []byte) ([]entry.Opening, error) {
	n, s, err := v.sealerOf(ctx, id)
	if err != nil {
		return nil, err
	}
	want := refOf(text)
	var found []byte
	err = v.walk(n, func(_, _ int64, r record) bool {
		if r.ref == want {
			found = bytes.Clone(r.sealed)
		}
		return found == nil
	})
	if found == nil && !v.live(n) {
		return nil, ErrErased
	}
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, errors.New("the vault has no openings of this entry: nothing of it was sealed, or another vault has them")
	}
	plain, err := s.Open(nil, found[:nonceSize], found[nonceSize:], v.openingAAD(id, want))
	if err != nil {
		return nil, fmt.Errorf("the openings of the entry were altered: %w", err)
	}
	return unpack(plain)
}

// live says whether a subject was not erased, by another process neither.
func (v *Vault) live(n uint32) bool {
	s, _, err := v.slotOf(n)
	return !errors.Is(err, ErrErased) && (err != nil || s.state != erased)
}

// walk calls do with the records of a subject, the newest first, until it
// returns false. When the way from one to the next is broken, because a disk
// damaged or lost one, all openings are read.
func (v *Vault) walk(n uint32, do func(place, size int64, r record) bool) error {
	v.mu.RLock()
	head := v.heads[n]
	v.mu.RUnlock()
	for head > headNone {
		r, size, err := v.openings.read(head-1, n)
		if errors.Is(err, errNotFound) {
			return v.search(n, do)
		}
		if err != nil {
			return err
		}
		if !do(head-1, size, r) {
			return nil
		}
		head = r.before
	}
	return nil
}

// search reads all openings for those of a subject.
func (v *Vault) search(n uint32, do func(place, size int64, r record) bool) error {
	more := true
	_, _, err := v.openings.scan(0, func(at int64, r record) {
		if more && r.subject == n {
			more = do(at, r.size(), r)
		}
	})
	return err
}

// pack writes openings: for each the length of the field's name in a byte, the
// name, the salt, the length of the value in four bytes, the value.
func pack(openings []entry.Opening) []byte {
	size := 0
	for _, o := range openings {
		size += packedSize(o)
	}
	b := make([]byte, 0, size)
	for _, o := range openings {
		b = append(append(b, byte(len(o.Field))), o.Field...)
		b = append(b, o.Salt[:]...)
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(o.Value))), o.Value...)
	}
	return b
}

func packedSize(o entry.Opening) int { return 1 + len(o.Field) + len(o.Salt) + 4 + len(o.Value) }

var errPacked = errors.New("the openings are not written as this program writes them")

func unpack(b []byte) ([]entry.Opening, error) {
	var openings []entry.Opening
	for len(b) > 0 {
		var o entry.Opening
		fixed := 1 + int(b[0]) + len(o.Salt) + 4
		if len(b) < fixed {
			return nil, errPacked
		}
		o.Field = string(b[1 : 1+int(b[0])])
		copy(o.Salt[:], b[1+int(b[0]):])
		size := int64(binary.LittleEndian.Uint32(b[fixed-4:]))
		if b = b[fixed:]; size > int64(len(b)) {
			return nil, errPacked
		}
		o.Value, b = string(b[:size]), b[size:]
		openings = append(openings, o)
	}
	return openings, nil
}
