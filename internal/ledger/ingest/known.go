package ingest

import (
	"bufio"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
)

// An ID tells a record from all others: an HMAC of its kind, its digest and
// how many equal ones stood in its file before it. The key stays beside the
// index: an ID that is no plain digest cannot be found by guessing at what
// somebody did, unless one has the index.
type ID [16]byte

// Known is which records are in a ledger, so that none gets in twice. It is a
// folder beside the shards, because a file may be read again in another month.
//
//	DIR/key       of the HMAC
//	DIR/known     a table of ids, by hash
//	DIR/intent-…  what is about to be appended: id and leaf of each, durable before the ledger takes it
//
// The table is written without haste. What a crash leaves open stands in the
// intents: their leaves are looked for in the ledger when the folder is opened.
type Known struct {
	dir  string
	key  []byte
	lock *os.File

	mu    sync.RWMutex
	table *table

	mac hash.Hash // owned by who reads: made once, since that takes longer than what it does

	// Owned by the steps of a line.
	intent  *os.File
	number  int
	written int // ids in the intent that is written
	buffer  []byte
	oldest  int // intents below this are settled
}

// settleEvery is after how many records the table is made durable.
const settleEvery = 1 << 18

// leafSize is how much of a leaf's hash an intent has.
const leafSize = 16

// OpenKnown opens the folder, or begins it. What a crash left is looked for in
// the ledger.
func OpenKnown(dir string, book Book) (*Known, error) {
	k := &Known{dir: dir}
	if err := k.open(book); err != nil {
		return nil, errors.Join(fmt.Errorf("the index of what was ingested, %s: %w", dir, err), k.release())
	}
	return k, nil
}

func (k *Known) open(book Book) error {
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return err
	}
	var err error
	if k.lock, err = os.OpenFile(filepath.Join(k.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if err := durable.Lock(k.lock); err != nil {
		return fmt.Errorf("another process ingests: %w", err)
	}
	if k.key, err = keyIn(filepath.Join(k.dir, "key")); err != nil {
		return err
	}
	if k.table, err = openTable(filepath.Join(k.dir, "known")); err != nil {
		return err
	}
	if err := k.recover(book); err != nil {
		return err
	}
	return k.settle()
}

func keyIn(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		key = make([]byte, 32)
		rand.Read(key) // never fails
		return key, durable.Replace(path, key)
	case err == nil && len(key) != 32:
		return nil, fmt.Errorf("%s is no key of 32 bytes: restore it from a copy; without it every record would be new", path)
	}
	return key, err
}

// id is called by one goroutine at a time.
func (k *Known) id(kind string, digest [sha256.Size]byte, nth int) (id ID) {
	if k.mac == nil {
		k.mac = hmac.New(sha256.New, k.key)
	}
	k.mac.Reset()
	var b [96]byte
	n := copy(b[:32], kind)
	n++ // a zero between
	n += copy(b[n:], digest[:])
	binary.LittleEndian.PutUint64(b[n:], uint64(nth))
	k.mac.Write(b[:n+8])
	var sum [sha256.Size]byte
	copy(id[:], k.mac.Sum(sum[:0]))
	if id == (ID{}) {
		id[0] = 1 // nothing is an empty place of the table
	}
	return id
}

// Has reports whether a record is in the ledger.
func (k *Known) Has(id ID) (bool, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.table.has(id)
}

// Len is how many records are known.
func (k *Known) Len() int64 {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.table.n
}

// intend notes durably what is about to be appended.
func (k *Known) intend(s *sealing, mark string) error {
	if k.intent == nil || k.written >= settleEvery {
		if err := k.nextIntent(mark); err != nil {
			return err
		}
	}
	b := k.buffer[:0]
	for i, it := range s.items {
		leaf := tlog.RecordHash(s.entries[i])
		b = append(append(b, it.id[:]...), leaf[:leafSize]...)
	}
	k.buffer = b
	if _, err := k.intent.Write(b); err != nil {
		return err
	}
	k.written += len(s.items)
	s.intent = k.number
	return durable.Sync(k.intent)
}

func (k *Known) nextIntent(mark string) error {
	if k.intent != nil {
		if err := k.intent.Close(); err != nil {
			return err
		}
	}
	k.number++
	f, err := os.OpenFile(k.intentName(k.number), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	k.intent, k.written = f, 0
	head, err := json.Marshal(mark)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(head, '\n')); err != nil {
		return err
	}
	return durable.SyncDir(k.dir)
}

func (k *Known) intentName(n int) string {
	return filepath.Join(k.dir, fmt.Sprintf("intent-%08d", n))
}

// add takes what the ledger has. The table is made durable when all that
// stands in an intent is in it, which is removed.
func (k *Known) add(s *sealing) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, it := range s.items {
		if err := k.table.put(it.id); err != nil {
			return err
		}
	}
	if s.intent == k.oldest {
		return nil
	}
	if err := k.table.sync(); err != nil {
		return err
	}
	for ; k.oldest < s.intent; k.oldest++ {
		if err := os.Remove(k.intentName(k.oldest)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// settle makes the table durable and removes the intents. Nothing is on its way.
func (k *Known) settle() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.table.sync(); err != nil {
		return err
	}
	if k.intent != nil {
		if err := k.intent.Close(); err != nil {
			return err
		}
		k.intent = nil
	}
	names, err := filepath.Glob(filepath.Join(k.dir, "intent-*"))
	for _, name := range names {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// recover looks in the ledger for what was on its way when a process ended.
func (k *Known) recover(book Book) error {
	names, err := filepath.Glob(filepath.Join(k.dir, "intent-*"))
	if err != nil {
		return err
	}
	for _, name := range names {
		mark, meant, err := readIntent(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if len(meant) == 0 {
			continue
		}
		err = book.Since(mark, func(entry []byte) error {
			leaf := tlog.RecordHash(entry)
			if id, ok := meant[[leafSize]byte(leaf[:])]; ok {
				return k.table.put(id)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("look for what was appended: %w", err)
		}
	}
	return nil
}

// readIntent reads as far as was written: what was cut off was not durable,
// so it was not appended.
func readIntent(name string) (mark string, meant map[[leafSize]byte]ID, err error) {
	f, err := os.Open(name)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<16)
	head, err := r.ReadBytes('\n')
	if errors.Is(err, io.EOF) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	if err := json.Unmarshal(head, &mark); err != nil {
		return "", nil, nil // torn: nothing followed
	}
	meant = map[[leafSize]byte]ID{}
	for {
		var b [16 + leafSize]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return mark, meant, nil
			}
			return "", nil, err
		}
		meant[[leafSize]byte(b[16:])] = ID(b[:16])
	}
}

// Close gives the folder back.
func (k *Known) Close() error { return k.release() }

func (k *Known) release() error {
	var errs []error
	if k.intent != nil {
		errs = append(errs, k.intent.Close())
	}
	if k.table != nil {
		errs = append(errs, k.table.file.Close())
	}
	if k.lock != nil {
		errs = append(errs, k.lock.Close())
	}
	return errors.Join(errs...)
}
