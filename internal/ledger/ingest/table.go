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
// place that its own first bits say, or at the next that is free. The page
// cache holds what is used of it, so a hundred million ids cost the process
// nothing. Ids are never removed.
type table struct {
	path string
	file *os.File
	bits int   // there are 1<<bits places
	n    int64 // that are taken
}

const (
	idSize    = 16
	firstBits = 12
	probes    = 64 // places that are read at once
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
		return t.file.Truncate(idSize << t.bits)
	}
	for int64(idSize)<<t.bits < info.Size() {
		t.bits++
	}
	if int64(idSize)<<t.bits != info.Size() {
		return errors.New("it was cut off: restore it from a copy; a table that lacks records would let them in again")
	}
	return t.each(func(ID) error { t.n++; return nil })
}

// each calls f for each id.
func (t *table) each(f func(ID) error) error {
	b := make([]byte, 1<<16)
	r := io.NewSectionReader(t.file, 0, idSize<<t.bits)
	for {
		n, err := io.ReadFull(r, b)
		for i := 0; i+idSize <= n; i += idSize {
			if id := ID(b[i:]); id != (ID{}) {
				if err := f(id); err != nil {
					return err
				}
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (t *table) home(id ID) int64 {
	return int64(binary.BigEndian.Uint64(id[:]) >> (64 - t.bits))
}

// find looks for an id, and says where it stands or would stand.
func (t *table) find(id ID) (at int64, there bool, err error) {
	var b [probes * idSize]byte
	size := int64(1) << t.bits
	for at, looked := t.home(id), int64(0); looked < size; {
		n := min(probes, size-at)
		if _, err := t.file.ReadAt(b[:n*idSize], at*idSize); err != nil {
			return 0, false, err
		}
		for i := range n {
			switch ID(b[i*idSize:]) {
			case id:
				return at + i, true, nil
			case ID{}:
				return at + i, false, nil
			}
		}
		looked += n
		at = (at + n) & (size - 1)
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
	if _, err := t.file.WriteAt(id[:], at*idSize); err != nil {
		return err
	}
	t.n++
	return nil
}

// grow writes the table anew, with four times the places, and puts it in the
// place of the old one when it is durable.
func (t *table) grow() error {
	f, err := os.OpenFile(t.path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	next := &table{path: t.path, file: f, bits: t.bits + 2}
	if err := next.fill(t); err != nil {
		return err
	}
	if err := durable.Sync(f); err != nil {
		return err
	}
	if err := os.Rename(t.path+".new", t.path); err != nil {
		return err
	}
	if err := durable.SyncDir(filepath.Dir(t.path)); err != nil {
		return err
	}
	again, err := os.OpenFile(t.path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	t.file.Close()
	t.file, t.bits, t.n = again, next.bits, next.n
	return nil
}

// held is how many places are made in memory before they are written.
const held = 1 << 22

// fill takes the ids of another table. Where they do not fit into memory they
// are put one by one: they stand nearly in their order, so both files are read
// and written from the beginning to the end.
func (t *table) fill(from *table) error {
	size := int64(1) << t.bits
	if size > held {
		if err := t.file.Truncate(idSize << t.bits); err != nil {
			return err
		}
		return from.each(t.put)
	}
	b := make([]byte, size*idSize)
	err := from.each(func(id ID) error {
		at := t.home(id)
		for ID(b[at*idSize:]) != (ID{}) {
			at = (at + 1) & (size - 1)
		}
		copy(b[at*idSize:], id[:])
		t.n++
		return nil
	})
	if err != nil {
		return err
	}
	_, err = t.file.WriteAt(b, 0)
	return err
}

func (t *table) sync() error { return durable.Sync(t.file) }
