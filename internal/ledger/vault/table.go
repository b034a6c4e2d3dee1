package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// A table is the file `subjects`. It begins with a header, JSON padded with
// spaces; then come slots of one size, so that a slot can be written over
// where it stands:
//
//	u64  head: where the subject's newest opening stands, plus one. Not in the checksum: it is
//	     written when the state is saved, and worked out from the openings behind that
//	u32  CRC-32C of what follows, to the end of the slot
//	u8   1 live, 2 erased; u8 zero; u16 length of the wrapped key
//	16   id of the key
//	16   tag: the beginning of HMAC-SHA-256(lookup key, name of the subject)
//	     wrapped key, zeros. All numbers are little endian
//
// An erased slot keeps the id alone, which the ledger has too.
type table struct {
	file *os.File
	head header
	n    int64 // slots
}

type header struct {
	Schema string `json:"schema"`
	ID     string `json:"id"`     // of the vault, 16 random bytes
	Slot   int64  `json:"slot"`   // bytes of a slot
	Lookup []byte `json:"lookup"` // the key of tags, wrapped
}

const (
	tableSchema = "bailiwick/vault/v1"
	headerSize  = 32 << 10
	slotFixed   = 48
	maxSlot     = slotFixed + keys.MaxWrapped
)

type tag [16]byte

// States of a slot.
const (
	live   = 1
	erased = 2
)

type slot struct {
	head    int64
	state   byte
	id      entry.KeyID
	tag     tag
	wrapped []byte
}

// A head is where the newest opening of a subject stands, plus one.
const (
	headNone   = 0
	headErased = -1
)

func headOf(at int64) int64 { return at + 1 }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// begin makes the table of a new vault.
func begin(ctx context.Context, dir string, key keys.Key) error {
	id, lookup := make([]byte, 16), make([]byte, 32)
	rand.Read(id) // never fails
	rand.Read(lookup)
	defer clear(lookup)
	t := &table{head: header{Schema: tableSchema, ID: hex.EncodeToString(id)}}
	if err := t.wrapLookup(ctx, key, lookup); err != nil {
		return err
	}
	b, err := t.head.marshal()
	if err != nil {
		return err
	}
	return durable.Replace(filepath.Join(dir, "subjects"), b)
}

// wrapLookup wraps the lookup key, and so finds out how large slots are: a
// key of a subject has the same size. Some backends write the number of their
// version, so there is room for it to grow.
func (t *table) wrapLookup(ctx context.Context, key keys.Key, lookup []byte) (err error) {
	if t.head.Lookup, err = key.Wrap(ctx, lookup, t.head.lookupAAD()); err != nil {
		return fmt.Errorf("wrap the lookup key: %w", err)
	}
	const room, align = 32, 64
	t.head.Slot = int64(slotFixed+len(t.head.Lookup)+room+align-1) / align * align
	return nil
}

func (h header) marshal() ([]byte, error) {
	b, err := json.Marshal(h)
	if err != nil || len(b) >= headerSize {
		return nil, fmt.Errorf("the header of the vault does not fit (%d bytes, %v)", len(b), err)
	}
	b = append(b, bytes.Repeat([]byte{' '}, headerSize-1-len(b))...)
	return append(b, '\n'), nil
}

func openTable(path string, readOnly bool) (*table, error) {
	flag := os.O_RDWR
	if readOnly {
		flag = os.O_RDONLY
	}
	f, err := os.OpenFile(path, flag, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil, absent(err)
	}
	if err != nil {
		return nil, err
	}
	t := &table{file: f}
	if err := t.readHeader(); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

func absent(err error) error {
	return fmt.Errorf("%w: nothing was recorded of anybody yet, or the vault is in another folder", err)
}

func (t *table) readHeader() error {
	b := make([]byte, headerSize)
	if _, err := t.file.ReadAt(b, 0); err != nil {
		return fmt.Errorf("no vault begins like this: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&t.head); err != nil {
		return fmt.Errorf("no vault begins like this: %w", err)
	}
	h := t.head
	if id, err := hex.DecodeString(h.ID); h.Schema != tableSchema || err != nil || len(id) != 16 || h.Slot <= slotFixed || h.Slot > maxSlot+128 {
		return fmt.Errorf("no vault of the schema %s begins like this", tableSchema)
	}
	size, err := t.file.Seek(0, io.SeekEnd)
	t.n = (size - headerSize) / h.Slot
	return err
}

// lookupAAD binds the lookup key to the vault.
func (h header) lookupAAD() []byte { return aad(h.ID, "lookup", entry.KeyID{}) }

func (t *table) offset(n int64) int64 { return headerSize + n*t.head.Slot }

// put writes slots from number n on.
func (t *table) put(b []byte, n int64) error {
	_, err := t.file.WriteAt(b, t.offset(n))
	return err
}

// putHead writes where the newest opening of a subject stands.
func (t *table) putHead(n uint32, h int64) error {
	_, err := t.file.WriteAt(binary.LittleEndian.AppendUint64(nil, uint64(h)), t.offset(int64(n)))
	return err
}

// append adds a slot to a buffer.
func (t *table) append(b []byte, s slot) ([]byte, error) {
	if int64(slotFixed+len(s.wrapped)) > t.head.Slot {
		return nil, fmt.Errorf("the wrapped key has %d bytes, and a slot has room for %d: rewrap the vault, then slots are larger", len(s.wrapped), t.head.Slot-slotFixed)
	}
	at := len(b)
	b = append(b, make([]byte, t.head.Slot)...)
	w := b[at:]
	binary.LittleEndian.PutUint64(w, uint64(s.head))
	w[12] = s.state
	binary.LittleEndian.PutUint16(w[14:], uint16(len(s.wrapped)))
	copy(w[16:], s.id[:])
	copy(w[32:], s.tag[:])
	copy(w[slotFixed:], s.wrapped)
	binary.LittleEndian.PutUint32(w[8:], crc32.Checksum(w[12:], castagnoli))
	return b, nil
}

// parse reads a slot; wrapped is a part of b. It says false of one that was
// not written whole.
func parse(b []byte) (slot, bool) {
	s := slot{head: int64(binary.LittleEndian.Uint64(b)), state: b[12], id: entry.KeyID(b[16:32]), tag: tag(b[32:48])}
	n := int(binary.LittleEndian.Uint16(b[14:]))
	if crc32.Checksum(b[12:], castagnoli) != binary.LittleEndian.Uint32(b[8:]) || slotFixed+n > len(b) || s.state != live && s.state != erased || s.head < 0 {
		return slot{}, false
	}
	s.wrapped = b[slotFixed : slotFixed+n]
	return s, true
}

// tombstone writes over a slot, and keeps the id alone.
func (t *table) tombstone(n uint32, id entry.KeyID) error {
	b, err := t.append(nil, slot{state: erased, id: id})
	if err != nil {
		return err
	}
	return t.put(b, int64(n))
}

func (t *table) read(n uint32) (slot, error) {
	b := make([]byte, t.head.Slot)
	if _, err := t.file.ReadAt(b, t.offset(int64(n))); err != nil {
		return slot{}, err
	}
	s, whole := parse(b)
	if !whole {
		return slot{}, errors.New("the slot of the subject is damaged")
	}
	return s, nil
}

// each reads all slots, in order.
func (t *table) each(do func(n uint32, s slot, whole bool) error) error {
	per := max(1, (1<<20)/t.head.Slot)
	b := make([]byte, per*t.head.Slot)
	for n := int64(0); n < t.n; {
		count := min(per, t.n-n)
		if _, err := t.file.ReadAt(b[:count*t.head.Slot], t.offset(n)); err != nil {
			return err
		}
		for i := range count {
			s, whole := parse(b[i*t.head.Slot : (i+1)*t.head.Slot])
			if err := do(uint32(n+i), s, whole); err != nil {
				return err
			}
		}
		n += count
	}
	return nil
}
