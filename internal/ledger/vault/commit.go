package vault

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
)

// A batch is what is made durable by one sync: new subjects, and records.
type batch struct {
	slots   []*newSlot
	records []*newRecord
	bytes   int
	done    chan struct{}
}

// newSlot is a subject that gets a slot.
type newSlot struct {
	slot     slot
	wrapping int // see Vault
	number   uint32
	err      error
}

// errRewrapped says that the vault got another wrapping key since.
var errRewrapped = errors.New("the vault was rewrapped")

// errKnown says that the subject got a slot since, from somebody who did not
// wait for it.
var errKnown = errors.New("the subject has a key")

// newRecord is a record that gets a place.
type newRecord struct {
	record
	err error
}

// A batch that has that many bytes is closed; later writers wait.
const batchBytes = 8 << 20

func newBatch() *batch { return &batch{done: make(chan struct{})} }

// join adds to the batch that is open, and waits until it is durable. When ctx
// ends before, what was added may or may not become durable.
func (v *Vault) join(ctx context.Context, bytes int, add func(*batch)) error {
	for {
		v.mu.Lock()
		b := v.pending
		switch {
		case v.failed != nil:
			v.mu.Unlock()
			return v.failed
		case v.closed:
			v.mu.Unlock()
			return ErrClosed
		case v.readOnly:
			v.mu.Unlock()
			return fmt.Errorf("the vault %s was opened for reading", v.dir)
		case b.bytes < batchBytes:
			add(b)
			if b.bytes == 0 {
				v.wake <- struct{}{} // never waits: a batch wakes once, and there is room for one
			}
			b.bytes += bytes
			v.mu.Unlock()
			select {
			case <-b.done:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		v.mu.Unlock()
		select {
		case <-b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// commit writes batches, one after the other.
func (v *Vault) commit() {
	defer v.done.Done()
	for range v.wake {
		v.writing.Lock()
		v.mu.Lock()
		b := v.pending
		v.pending = newBatch()
		v.mu.Unlock()
		v.write(b)
		close(b.done)
		v.writing.Unlock()
	}
}

func (v *Vault) write(b *batch) {
	if err := v.writeSlots(b.slots); err != nil {
		for _, s := range b.slots {
			s.err = cmp.Or(s.err, err)
		}
	}
	if err := v.writeRecords(b.records); err != nil {
		for _, r := range b.records {
			r.err = cmp.Or(r.err, err)
		}
	}
	if v.openings.size-v.saved < saveEvery {
		return
	}
	if err := v.save(); err != nil {
		v.warn("the state of the vault cannot be saved: %v", err)
	}
}

// fail makes the vault refuse what comes after an error that leaves unknown
// what the disk holds.
func (v *Vault) fail(err error) error {
	var f fatal
	if !errors.As(err, &f) {
		return fmt.Errorf("vault %s: %w: nothing was taken", v.dir, err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.failed == nil {
		v.failed = fmt.Errorf("vault %s: %w. It takes nothing more until it is opened again", v.dir, f.error)
	}
	return v.failed
}

func (v *Vault) writeSlots(slots []*newSlot) error {
	if len(slots) == 0 {
		return nil
	}
	if v.failed != nil {
		return v.failed
	}
	if slots = v.due(slots); len(slots) == 0 {
		return nil
	}
	var b []byte
	for i, s := range slots {
		s.number = uint32(v.table.n) + uint32(i)
		var err error
		if b, err = v.table.append(b, s.slot); err != nil {
			return err
		}
	}
	if err := v.table.put(b, v.table.n); err != nil {
		if undo := v.table.file.Truncate(v.table.offset(v.table.n)); undo != nil {
			err = fatal{errors.Join(err, undo)}
		}
		return v.fail(err)
	}
	if err := v.sync(v.table.file); err != nil {
		return v.fail(fatal{err})
	}
	v.table.n += int64(len(slots))
	v.mu.Lock()
	for _, s := range slots {
		v.ids[s.slot.id], v.tags[s.slot.tag] = s.number, s.number
		v.heads = append(v.heads, headNone)
	}
	v.mu.Unlock()
	return nil
}

// due are the slots that can be written: a name has one, wrapped by the key
// that wraps now.
func (v *Vault) due(slots []*newSlot) []*newSlot {
	taken := map[tag]bool{}
	return slices.DeleteFunc(slices.Clone(slots), func(s *newSlot) bool {
		_, known := v.tags[s.slot.tag] // only who holds v.writing alters it
		switch {
		case s.wrapping != v.wrapping:
			s.err = errRewrapped
		case known || taken[s.slot.tag]:
			s.err = errKnown
		default:
			taken[s.slot.tag] = true
		}
		return s.err != nil
	})
}

func (v *Vault) writeRecords(records []*newRecord) error {
	if len(records) == 0 {
		return nil
	}
	if v.failed != nil {
		return v.failed
	}
	var b []byte
	heads := map[uint32]int64{}
	for _, r := range records {
		before, seen := heads[r.subject]
		if !seen {
			before = v.heads[r.subject] // only who holds v.writing alters it
		}
		if before == headErased {
			r.err = ErrErased
			continue
		}
		heads[r.subject] = headOf(v.openings.size + int64(len(b)))
		r.before = before
		b = appendFrame(b, v.openings.size, r.record)
	}
	if len(b) == 0 {
		return nil
	}
	if err := v.openings.write(b, v.sync); err != nil {
		return v.fail(err)
	}
	v.mu.Lock()
	for n, h := range heads {
		v.heads[n] = h
	}
	v.mu.Unlock()
	for n := range heads {
		v.dirty[n] = struct{}{}
	}
	return nil
}

// A state says how far the heads of the slots were saved, so that opening
// reads only the openings behind. Without it all are read.
type state struct {
	Subjects int64 `json:"subjects"`
	Openings int64 `json:"openings"`
}

// saveEvery is how many bytes of openings may have to be read again after a
// crash.
const saveEvery = 64 << 20

func readState(dir string) state {
	var s state
	b, err := os.ReadFile(filepath.Join(dir, "state"))
	if err != nil || json.Unmarshal(b, &s) != nil || s.Subjects < 0 || s.Openings < 0 {
		return state{}
	}
	return s
}

// save writes the heads of the slots, durably, then the state.
func (v *Vault) save() error {
	for n := range v.dirty {
		if h := v.heads[n]; h != headErased {
			if err := v.table.putHead(n, h); err != nil {
				return err
			}
		}
	}
	if err := v.sync(v.table.file); err != nil {
		return v.fail(fatal{err})
	}
	b, err := json.Marshal(state{v.table.n, v.openings.size})
	if err != nil {
		return err
	}
	if err := durable.Replace(filepath.Join(v.dir, "state"), append(b, '\n')); err != nil {
		return err
	}
	clear(v.dirty)
	v.saved = v.openings.size
	return nil
}
