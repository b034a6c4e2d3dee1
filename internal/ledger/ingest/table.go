package ingest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
)

// A table is a set of ids in a file: a hash table in which an id stands at the
// place that its own first bits say, or at the next that is free. Ids are
// never removed.
//
// A small table is held in memory and written when it is made durable. Of a
// large one the page cache holds what is used, so a hundred million ids cost
// the process nothing.
type table struct {
	path string
	file *os.File
	bits int   // there are 1<<bits places
	n    int64 // that are taken

	held  []byte // the places, when they are held
	dirty []bool // pages of it that the file has otherwise
}

const (
	idSize    = 16
	firstBits = 12
	heldBits  = 22 // 64 MiB; 2.6 million ids
	probes    = 64 // places that are read at once
	pageSize  = 64 << 10
)

func openTable(path string) (*table, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	t := &table{path: path, file: f, bits: firstBits}
	if err := t.open(); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

func (t *table) open() error {
	info, err := t.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		if err := t.file.Truncate(t.size()); err != nil {
			return err
		}
	} else {
		for t.size() < info.Size() {
			t.bits++
		}
		if t.size() != info.Size() {
			return errCutOff
		}
	}
	if t.hold(); t.held != nil {
		if _, err := t.file.ReadAt(t.held, 0); err != nil {
			return err
		}
	}
	return t.count()
}

var errCutOff = errors.New("it was cut off or altered: restore it from a copy; a table that lacks records would let them in again")

// count counts the ids, and looks where they stand: in a table that lost its
// second half hardly one stands where it is looked for. Single ones may after a
// crash, which left a page before them unwritten; the intents have those.
func (t *table) count() error {
	var astray, run, next int64 // run is where the ids began that stand side by side, next where another would
	err := t.each(func(at int64, id ID) error {
		if at != next {
			run = at
		}
		next = at + 1
		t.n++
		if home := t.home(id); home < run || home > at && run != 0 { // those of the end go on at the beginning
			astray++
		}
		return nil
	})
	if err == nil && astray > 16+t.n/2 {
		return errCutOff
	}
	return err
}

func (t *table) size() int64 { return idSize << t.bits }

// hold takes memory for a small table.
func (t *table) hold() {
	if t.bits <= heldBits {
		t.held = make([]byte, t.size())
		t.dirty = make([]bool, (t.size()+pageSize-1)/pageSize)
	}
}

// each calls f for each id and the place where it stands.
func (t *table) each(f func(at int64, id ID) error) error {
	b := make([]byte, pageSize)
	for at := int64(0); at < t.size(); at += pageSize {
		part := b[:min(pageSize, t.size()-at)]
		if err := t.read(part, at); err != nil {
			return err
		}
		for i := 0; i < len(part); i += idSize {
			if id := ID(part[i:]); id != (ID{}) {
				if err := f((at+int64(i))/idSize, id); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (t *table) read(b []byte, at int64) error {
	if t.held != nil {
		copy(b, t.held[at:])
		return nil
	}
	_, err := io.ReadFull(io.NewSectionReader(t.file, at, int64(len(b))), b)
	return err
}

func (t *table) write(id ID, at int64) error {
	if t.held != nil {
		copy(t.held[at:], id[:])
		t.dirty[at/pageSize] = true
		return nil
	}
	_, err := t.file.WriteAt(id[:], at)
	return err
}

func (t *table) home(id ID) int64 {
	return int64(binary.BigEndian.Uint64(id[:]) >> (64 - t.bits))
}

// find looks for an id, and says where it stands or would stand.
func (t *table) find(id ID) (at int64, there bool, err error) {
	places := int64(1) << t.bits
	var b [probes * idSize]byte
	for at, looked := t.home(id), int64(0); looked < places; {
		n := min(probes, places-at)
		near := b[:n*idSize]
		if t.held != nil {
			near = t.held[at*idSize:][:n*idSize]
		} else if err := t.read(near, at*idSize); err != nil {
			return 0, false, err
		}
		for i := range n {
			switch ID(near[i*idSize:]) {
			case id:
				return at + i, true, nil
			case ID{}:
				return at + i, false, nil
			}
		}
		looked += n
		at = (at + n) & (places - 1)
	}
	return 0, false, errors.New("the table is full")
}

func (t *table) has(id ID) (bool, error) {
	_, there, err := t.find(id)
	return there, err
}

func (t *table) put(id ID) error {
	if t.n >= int64(1)<<t.bits*5/8 {
		if err := t.grow(); err != nil {
			return err
		}
	}
	at, there, err := t.find(id)
	if err != nil || there {
		return err
	}
	if err := t.write(id, at*idSize); err != nil {
		return err
	}
	t.n++
	return nil
}

// grow writes the table anew, with twice the places, and puts it in the place
// of the old one when it is durable. Ids stand nearly in their order, so both
// are read and written from the beginning to the end.
func (t *table) grow() error {
	f, err := os.OpenFile(t.path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	next := &table{path: t.path, file: f, bits: t.bits + 1}
	next.hold()
	err = f.Truncate(next.size())
	if err == nil {
		err = t.each(func(_ int64, id ID) error { return next.put(id) })
	}
	if err == nil {
		err = next.sync()
	}
	if err == nil {
		err = os.Rename(t.path+".new", t.path)
	}
	if err == nil {
		err = durable.SyncDir(filepath.Dir(t.path))
	}
	if err != nil {
		f.Close()
		return err
	}
	t.file.Close()
	*t = *next
	return nil
}

// sync makes what was put durable.
func (t *table) sync() error {
	for i, dirty := range t.dirty {
		if !dirty {
			continue
		}
		at := int64(i) * pageSize
		if _, err := t.file.WriteAt(t.held[at:min(at+pageSize, t.size())], at); err != nil {
			return err
		}
		t.dirty[i] = false
	}
	return durable.Sync(t.file)
}
