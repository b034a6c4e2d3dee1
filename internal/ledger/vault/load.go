package vault

import (
	"fmt"
	"maps"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// load reads the slots, and the openings that came after they were saved. It
// says where the last opening ends.
func (v *Vault) load(s state, under []erasure) (end int64, err error) {
	torn, err := v.loadSlots(s, under)
	if err != nil {
		return 0, err
	}
	if end, err = v.loadOpenings(s, torn); err != nil {
		return end, err
	}
	return end, v.void(torn)
}

// loadSlots says which slots are not whole that may never have been
// acknowledged.
func (v *Vault) loadSlots(s state, under []erasure) (torn map[uint32]bool, err error) {
	if v.table.n < s.Subjects {
		return nil, fmt.Errorf("%s has %d subjects, and there were %d: restore the file from a copy", v.table.file.Name(), v.table.n, s.Subjects)
	}
	torn = map[uint32]bool{}
	v.heads = make([]int64, 0, v.table.n)
	v.ids, v.tags = make(map[entry.KeyID]uint32, v.table.n), make(map[tag]uint32, v.table.n)
	return torn, v.table.each(func(n uint32, slot slot, whole bool) error {
		v.heads = append(v.heads, headErased)
		switch {
		case !whole && slices.ContainsFunc(under, func(e erasure) bool { return e.Subject == n }):
		case !whole && int64(n) < s.Subjects:
			return v.damaged(n)
		case !whole:
			torn[n] = true
		case slot.state == erased, begun(under, n, slot.id):
			v.ids[slot.id] = n
		default:
			v.ids[slot.id], v.tags[slot.tag] = n, n
			v.heads[n] = slot.head
		}
		return nil
	})
}

// loadOpenings finds the newest opening of each subject. There is none without
// a slot: that was durable before.
func (v *Vault) loadOpenings(s state, torn map[uint32]bool) (end int64, err error) {
	v.saved = s.Openings
	orphan := int64(-1)
	lost, end, err := v.openings.scan(s.Openings, func(at int64, r record) {
		switch known := int(r.subject) < len(v.heads); {
		case torn[r.subject], !known && !v.readOnly: // beside a process that writes, it is one that came since
			orphan = int64(r.subject)
		case known && v.heads[r.subject] != headErased:
			v.heads[r.subject] = headOf(at)
			v.dirty[r.subject] = struct{}{}
		}
	})
	switch {
	case err != nil:
		return end, err
	case orphan >= 0:
		return end, v.damaged(uint32(orphan))
	case end < s.Openings && !v.readOnly:
		return end, fmt.Errorf("openings were lost: there are %d bytes, and there were %d. Restore the folder from a copy. If there is none, remove its file `state`: what is left goes on without them", end, s.Openings)
	case end < s.Openings:
		v.warn("%s: openings were lost: there are %d bytes, and there were %d. Restore the folder from a copy", v.openings.dir, end, s.Openings)
	}
	if lost > 0 {
		v.warn("%s: %d bytes of openings are passed over: they were never acknowledged, or the disk damaged them", v.dir, lost)
	}
	return end, nil
}

// begun says whether the erasure of a subject was begun and cut off. Whoever
// writes completes it; whoever only reads takes it for done.
func begun(under []erasure, n uint32, id entry.KeyID) bool {
	return slices.ContainsFunc(under, func(e erasure) bool { return !e.Done && e.Subject == n && e.ID == id.String() })
}

// damaged says that a key is not there any more, or not whole, under which
// something was sealed.
func (v *Vault) damaged(n uint32) error {
	return fmt.Errorf("%s: the slot of subject %d is lost or damaged, and its key cannot be read: restore the file from a copy", v.table.file.Name(), n)
}

// void sets slots aside that a crash kept from being written whole: nobody was
// told of their subjects, and nothing was sealed for them.
func (v *Vault) void(torn map[uint32]bool) error {
	for _, n := range slices.Sorted(maps.Keys(torn)) {
		v.warn("%s: subject %d was never acknowledged", v.table.file.Name(), n)
		if v.readOnly {
			continue
		}
		if err := v.table.tombstone(n, entry.KeyID{}); err != nil {
			return err
		}
	}
	return nil
}
