package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
)

// Rewrap wraps every key of the vault by another key, or by the new version of
// the same one. When the old key or version is destroyed after that, copies of
// the folder that are out of reach, in backups, snapshots and worn cells of a
// disk, open nothing any more, and neither does what they hold of subjects
// that were erased since.
//
// The vault takes nothing while it runs: a service that answers in 10 ms needs
// some three minutes for each 100,000 subjects. It stops without harm.
func (v *Vault) Rewrap(ctx context.Context, to keys.Key) error {
	v.writing.Lock()
	defer v.writing.Unlock()
	if err := v.writable(); err != nil {
		return err
	}
	if err := v.save(); err != nil {
		return err
	}
	next, err := v.rewrapped(ctx, to)
	if err == nil {
		err = v.swap(next, to)
	}
	if v.failed != nil {
		return err // it is not known which table is the one: both stay until the vault is opened again
	}
	return errors.Join(err, v.sweep())
}

// rewrapped writes the table anew, beside the old one.
func (v *Vault) rewrapped(ctx context.Context, to keys.Key) (*table, error) {
	f, err := os.OpenFile(filepath.Join(v.dir, freshTable), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	next := &table{file: f, head: v.table.head}
	err = next.wrapLookup(ctx, to, v.lookup)
	if err == nil {
		err = next.fill(ctx, v.table, v.key, to)
	}
	if err == nil {
		err = v.sync(f)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return next, nil
}

// fill rewraps the slots of a table, some at once.
func (t *table) fill(ctx context.Context, old *table, from, to keys.Key) error {
	b, err := t.head.marshal()
	if err != nil {
		return err
	}
	if _, err := t.file.WriteAt(b, 0); err != nil {
		return err
	}
	var workers sync.WaitGroup
	free, failed := make(chan struct{}, atOnce), make(chan error, 1)
	err = old.each(func(n uint32, s slot, whole bool) error {
		if !whole {
			return fmt.Errorf("the slot of subject %d is damaged: restore the file from a copy", n)
		}
		select {
		case err := <-failed:
			return err
		case free <- struct{}{}:
		}
		s.wrapped = bytes.Clone(s.wrapped)
		workers.Go(func() {
			defer func() { <-free }()
			if err := t.rewrap(ctx, n, s, from, to); err != nil {
				select {
				case failed <- err:
				default:
				}
			}
		})
		return nil
	})
	workers.Wait()
	t.n = old.n
	select {
	case first := <-failed:
		return first
	default:
		return err
	}
}

// atOnce is how many keys are rewrapped at the same time: services are slow.
const atOnce = 16

func (t *table) rewrap(ctx context.Context, n uint32, s slot, from, to keys.Key) error {
	if s.state == live {
		again, err := keys.Rewrap(ctx, from, to, s.wrapped, aad(t.head.ID, "key", s.id))
		if err != nil {
			return fmt.Errorf("the key of subject %s: %w", s.id, err)
		}
		s.wrapped = again
	}
	b, err := t.append(nil, s)
	if err != nil {
		return err
	}
	return t.put(b, int64(n))
}

// Names of tables that are not, or no longer, the table.
const (
	freshTable = "subjects.new"
	oldTable   = "subjects.old"
)

// swap puts the new table in the place of the old one, which keeps a name
// until it is written over: a crash does not leave wrapped keys in blocks that
// no file has.
func (v *Vault) swap(next *table, to keys.Key) error {
	path, old := filepath.Join(v.dir, "subjects"), filepath.Join(v.dir, oldTable)
	if err := os.Link(path, old); err != nil {
		return errors.Join(err, next.file.Close())
	}
	if err := os.Rename(filepath.Join(v.dir, freshTable), path); err != nil {
		return errors.Join(err, next.file.Close())
	}
	if err := v.syncDir(v.dir); err != nil {
		return v.fail(fatal{errors.Join(err, next.file.Close())})
	}
	v.mu.Lock()
	last := v.table
	v.table, v.key = next, to
	v.wrapping++
	v.mu.Unlock()
	return last.file.Close()
}

// sweep writes over and removes the tables that a rewrapping left, and files
// that a crash kept from getting their name. The disk has the table under its
// name before another one is touched; where it is missing, none is.
func (v *Vault) sweep() error {
	if err := v.syncDir(v.dir); err != nil {
		return err
	}
	left, err := matching(v.dir, durable.Unfinished)
	if err != nil {
		return err
	}
	more, err := matching(filepath.Join(v.dir, "erasures"), durable.Unfinished)
	if err != nil {
		return err
	}
	left = append(left, more...)
	current, err := os.Stat(filepath.Join(v.dir, "subjects"))
	switch {
	case err == nil:
		left = append(left, filepath.Join(v.dir, freshTable), filepath.Join(v.dir, oldTable))
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	for _, path := range left {
		info, err := os.Stat(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil && !os.SameFile(info, current) {
			err = v.shred(path, info.Size())
		}
		if err := errors.Join(err, os.Remove(path)); err != nil {
			return err
		}
	}
	return v.syncDir(v.dir)
}

// shred writes zeros over a file.
func (v *Vault) shred(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	zeros := make([]byte, 1<<20)
	for at := int64(0); at < size && err == nil; at += int64(len(zeros)) {
		_, err = f.WriteAt(zeros[:min(int64(len(zeros)), size-at)], at)
	}
	return errors.Join(err, v.sync(f), f.Close())
}
