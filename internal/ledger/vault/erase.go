package vault

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// An erasure is written to a file before anything is destroyed, so that a
// crash cannot leave it half done, and stays there until the ledger has its
// entry. It names places and the pseudonym, and holds no key and no value.
type erasure struct {
	ID       string     `json:"id"`
	Subject  uint32     `json:"subject"`
	Basis    string     `json:"basis"`
	At       time.Time  `json:"at"`
	Openings int64      `json:"openings"`
	Bytes    int64      `json:"bytes"`
	Places   [][2]int64 `json:"places,omitempty"` // of the records, and how long they are; none when all is written over
	Done     bool       `json:"done"`
}

// Erase destroys the key of a subject and what was sealed under it: both are
// written over where they stand, and synced. It returns the entry that the
// ledger is to hold; [Vault.Logged] says that it does. The name of the subject
// is nowhere in it, and nothing in the vault tells any more that it was there.
func (v *Vault) Erase(ctx context.Context, name, basis string, at time.Time) (entry.Entry, error) {
	id, err := v.Find(name)
	if err != nil {
		return entry.Entry{}, err
	}
	return v.EraseKey(ctx, id, basis, at)
}

// EraseKey is [Vault.Erase] by the pseudonym, as it stands in the ledger: of a
// vault that was restored from a copy, the subjects are erased again whose
// erasure the ledger holds.
func (v *Vault) EraseKey(ctx context.Context, id entry.KeyID, basis string, at time.Time) (entry.Entry, error) {
	e := erasure{ID: id.String(), Basis: basis, At: at.UTC().Truncate(time.Second)}
	if _, err := e.entry().Marshal(); err != nil {
		return entry.Entry{}, fmt.Errorf("nothing was erased: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return entry.Entry{}, err
	}
	v.writing.Lock()
	defer v.writing.Unlock()
	if err := v.writable(); err != nil {
		return entry.Entry{}, err
	}
	v.mu.RLock()
	n, known := v.ids[id]
	v.mu.RUnlock()
	if !known || !v.live(n) {
		return entry.Entry{}, ErrNoSubject
	}
	e.Subject = n
	err := v.walkAll(n, func(place, size int64) {
		e.Places = append(e.Places, [2]int64{place, size})
		e.Openings, e.Bytes = e.Openings+1, e.Bytes+size
	})
	if err != nil {
		return entry.Entry{}, fmt.Errorf("nothing was erased: %w", err)
	}
	e.Bytes += v.table.head.Slot
	if err := v.note(e); err != nil {
		return entry.Entry{}, fmt.Errorf("nothing was erased: %w", err)
	}
	if err := v.complete(e); err != nil {
		err = v.fail(fatal{fmt.Errorf("the erasure of %s has begun and is completed when the vault is opened again: %w", e.ID, err)})
		return entry.Entry{}, err
	}
	return e.entry(), nil
}

func (v *Vault) writable() error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	switch {
	case v.readOnly:
		return fmt.Errorf("the vault %s was opened for reading", v.dir)
	case v.closed:
		return ErrClosed
	}
	return v.failed
}

// walkAll calls do with the place of each record of a subject, once.
func (v *Vault) walkAll(n uint32, do func(place, size int64)) error {
	seen := map[int64]bool{}
	return v.walk(n, func(place, size int64, _ record) bool {
		if !seen[place] {
			seen[place] = true
			do(place, size)
		}
		return true
	})
}

// entry is what the ledger is told.
func (e erasure) entry() entry.Entry {
	id, _ := entry.ParseKeyID(e.ID) // checked when it was read
	return entry.Entry{At: e.At, Subject: id, Facts: &entry.Erasure{Basis: e.Basis, Openings: e.Openings, Bytes: e.Bytes}}
}

// complete does what an erasure says. Doing it twice does no harm.
func (v *Vault) complete(e erasure) error {
	id, err := entry.ParseKeyID(e.ID)
	if err != nil {
		return err
	}
	if !e.Done {
		if err := v.destroy(e, id); err != nil {
			return err
		}
		e.Places, e.Done = nil, true
		if err := v.note(e); err != nil {
			return err
		}
	}
	v.mu.Lock()
	v.unlogged[id] = e
	v.mu.Unlock()
	return nil
}

// destroy writes over the key first: without it the openings are noise.
func (v *Vault) destroy(e erasure, id entry.KeyID) error {
	if int64(e.Subject) >= v.table.n {
		return fmt.Errorf("an erasure speaks of subject %d, and the vault has %d: restore the file `subjects` from a copy", e.Subject, v.table.n)
	}
	if err := v.bury(e.Subject, id); err != nil {
		return err
	}
	if err := v.sync(v.table.file); err != nil {
		return err
	}
	return v.openings.erase(e.Places, v.sync)
}

// bury forgets a subject, in memory and in its slot.
func (v *Vault) bury(n uint32, id entry.KeyID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, err := v.table.read(n)
	if err == nil && s.id != id {
		return fmt.Errorf("an erasure speaks of %s as subject %d, and that is another: `subjects` and `erasures` are of two vaults", id, n)
	}
	delete(v.tags, s.tag)
	delete(v.cache, n)
	v.ids[id], v.heads[n] = n, headErased
	return v.table.tombstone(n, id)
}

func (v *Vault) note(e erasure) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return durable.Replace(filepath.Join(v.dir, "erasures", e.ID+".json"), append(b, '\n'))
}

// Unlogged are the entries of erasures that were done and that nobody said the
// ledger holds, the oldest first: a crash came between.
func (v *Vault) Unlogged() []entry.Entry {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var all []entry.Entry
	for _, e := range v.unlogged {
		all = append(all, e.entry())
	}
	slices.SortFunc(all, func(a, b entry.Entry) int {
		return cmp.Or(a.At.Compare(b.At), bytes.Compare(a.Subject[:], b.Subject[:]))
	})
	return all
}

// Logged says that the ledger holds the entry of an erasure.
func (v *Vault) Logged(id entry.KeyID) error {
	v.mu.Lock()
	delete(v.unlogged, id)
	v.mu.Unlock()
	dir := filepath.Join(v.dir, "erasures")
	if err := os.Remove(filepath.Join(dir, id.String()+".json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return durable.SyncDir(dir)
}

func readErasures(dir string) ([]erasure, error) {
	files, err := matching(filepath.Join(dir, "erasures"), "*.json")
	if err != nil {
		return nil, err
	}
	var all []erasure
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var e erasure
		if err := json.Unmarshal(b, &e); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if _, err := entry.ParseKeyID(e.ID); err != nil || filepath.Base(path) != e.ID+".json" {
			return nil, fmt.Errorf("%s is no erasure of this vault: move it away", path)
		}
		all = append(all, e)
	}
	return all, nil
}

// matching are the files of a folder whose names match; none where there is no
// folder. Package filepath would read the name of the folder as a pattern too.
func matching(dir, pattern string) ([]string, error) {
	names, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var paths []string
	for _, name := range names {
		if ok, err := filepath.Match(pattern, name.Name()); err != nil {
			return nil, err
		} else if ok {
			paths = append(paths, filepath.Join(dir, name.Name()))
		}
	}
	return paths, nil
}
