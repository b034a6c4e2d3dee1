package vault

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// A key that was wrapped for one subject does not pass for another's, and
// what was sealed of one entry not for what was sealed of another.
func TestBindings(t *testing.T) {
	s := open(t, t.TempDir())
	a := s.record(t, access("erika", "Dr. No"))
	b := s.record(t, access("max", "Dr. Yes"))
	first, err := s.Vault.table.read(0)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Vault.table.read(1)
	if err != nil {
		t.Fatal(err)
	}
	second.wrapped = first.wrapped
	slots, err := s.Vault.table.append(nil, second)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Vault.table.put(slots, 1); err != nil {
		t.Fatal(err)
	}
	clear(s.Vault.cache)
	if _, err := Disclose(t.Context(), s.Vault, s.log, b.Index, "actor"); !errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("the key of another subject: %v", err)
	}
	r, _, err := s.Vault.openings.read(s.Vault.heads[0]-1, 0)
	if err != nil {
		t.Fatal(err)
	}
	r.ref = refOf([]byte("another entry"))
	if err := s.Vault.openings.write(appendFrame(nil, s.Vault.openings.size, r), s.Vault.sync); err != nil {
		t.Fatal(err)
	}
	s.Vault.heads[0] = headOf(s.Vault.openings.size - r.size())
	e, err := entry.Parse(a.Entry)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Vault.Openings(t.Context(), e.Subject, []byte("another entry")); err == nil || !strings.Contains(err.Error(), "altered") {
		t.Errorf("the openings of another entry: %v", err)
	}
	s.close(t)
}

// What a disk damaged is not taken for what a crash cut off.
func TestDamagedSlots(t *testing.T) {
	for what, c := range map[string]struct {
		damage func(whole []byte, slot int) []byte
		fails  string
	}{
		"a damaged slot": {func(b []byte, slot int) []byte {
			b[headerSize+slot+60] ^= 1
			return b
		}, "lost or damaged"},
		"a slot that was half written": {func(b []byte, slot int) []byte { return append(b, b[headerSize+5:headerSize+5+slot]...) }, ""},
		"a part of a slot":             {func(b []byte, _ int) []byte { return append(b, 1, 2, 3) }, ""},
		"a header that is none": {func(b []byte, _ int) []byte {
			b[0] = 'x'
			return b
		}, "no vault begins like this"},
		"another vault's id in the header": {otherID, "lookup key"},
	} {
		s := hospital(t, t.TempDir())
		s.close(t)
		path := filepath.Join(s.Vault.dir, "subjects")
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, c.damage(whole, int(s.Vault.table.head.Slot)), 0o600); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			s, err := tryOpen(t, s.dir)
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("%s: %v", what, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", what, err)
				continue
			}
			if n := s.Vault.Subjects(); n < 3 {
				t.Errorf("%s: %d subjects", what, n)
			}
			s.opens(t, 1, "Dr. Number 1 of 1")
			r := s.record(t, access("patient-new", "Dr. New"))
			s.opens(t, r.Index, "Dr. New")
			s.close(t)
		}
	}
}

// The table of subjects is never shorter than it was, and no slot is given up
// under whose key something was sealed: a key that one bit was changed in is
// still there to be mended, and the number of a lost subject is no other's.
func TestSlotsThatWereAcknowledged(t *testing.T) {
	cut := func(b []byte, slot int) []byte { return b[:len(b)-slot] }
	flip := func(b []byte, slot int) []byte { b[headerSize+slot+60] ^= 1; return b }
	for what, c := range map[string]struct {
		damage func(whole []byte, slot int) []byte
		state  bool
	}{
		"the last slot is lost":                    {cut, true},
		"the last slot is lost, and the state":     {cut, false},
		"a slot is damaged, and the state is lost": {flip, false},
	} {
		s := hospital(t, t.TempDir())
		s.close(t)
		path := filepath.Join(s.Vault.dir, "subjects")
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !c.state {
			os.Remove(filepath.Join(s.Vault.dir, "state"))
		}
		damaged := c.damage(bytes.Clone(whole), int(s.Vault.table.head.Slot))
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := tryOpen(t, s.dir); err == nil || !strings.Contains(err.Error(), "restore the file from a copy") {
			t.Errorf("%s: %v", what, err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, damaged) {
			t.Errorf("%s: the file was altered (%v)", what, err)
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		s = open(t, s.dir)
		s.opens(t, 1, "Dr. Number 1 of 1")
		s.close(t)
	}
}

// otherID changes the first digit of the vault's id.
func otherID(b []byte, _ int) []byte {
	at := strings.Index(string(b), `"id":"`) + len(`"id":"`)
	if b[at]++; b[at] == '9'+1 || b[at] == 'f'+1 {
		b[at] = '0'
	}
	return b
}

// What was cut off at the end of the openings is passed over, and what stands
// behind damage is found.
func TestTornOpenings(t *testing.T) {
	for what, edit := range map[string]func([]byte) []byte{
		"cut":              func(b []byte) []byte { return b[:len(b)-10] },
		"zeros behind":     func(b []byte) []byte { return append(b, make([]byte, 100)...) },
		"damage at first":  func(b []byte) []byte { b[40] ^= 1; return b },
		"a length of lies": func(b []byte) []byte { b[3] = 0x7f; return b },
	} {
		s := open(t, t.TempDir())
		for range 5 {
			s.record(t, access("erika", "Dr. No"))
		}
		s.close(t)
		path := filepath.Join(s.Vault.dir, "openings", segmentName(0))
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(path, edit(b), 0o600), os.Remove(filepath.Join(s.Vault.dir, "state"))); err != nil {
			t.Fatal(err)
		}
		s = open(t, s.dir)
		for i := int64(1); i < 4; i++ {
			s.opens(t, i, "Dr. No")
		}
		r := s.record(t, access("erika", "Dr. New"))
		s = s.reopen(t)
		s.opens(t, r.Index, "Dr. New")
		x := s.wrappedKey(t, "erika")
		if _, err := s.Erase(t.Context(), "erika", basis); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		for path, content := range files(t, s.Vault.dir) {
			if strings.Contains(string(content), string(x)) {
				t.Errorf("%s: %s holds the key", what, path)
			}
		}
		s.close(t)
	}
}

// However much of a segment is damaged, what was acknowledged behind it stays.
func TestALongHole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, segmentName(0))
	first := appendFrame(nil, 0, record{subject: 1, sealed: make([]byte, 40)})
	var places []int64
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range []int64{0, 1000, 20 << 20, 20<<20 + window - maxFrame, 40<<20 + 1} {
		if _, err := f.WriteAt(appendFrame(nil, place, record{subject: 1, sealed: make([]byte, 40)}), place); err != nil {
			t.Fatal(err)
		}
		places = append(places, place)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	o, err := openOpenings(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	defer o.close()
	var found []int64
	lost, end, err := o.scan(0, func(at int64, r record) { found = append(found, at) })
	if err != nil || !slices.Equal(found, places) || end != o.size || lost != o.size-int64(len(places)*len(first)) {
		t.Errorf("found %v of %v, lost %d, end %d of %d (%v)", found, places, lost, end, o.size, err)
	}
}

// Openings that were there when the vault was closed and are not any more are
// missed; whoever has no copy of them may go on without.
func TestLostOpenings(t *testing.T) {
	s := open(t, t.TempDir())
	for range 3 {
		s.record(t, access("erika", "Dr. No"))
	}
	s.close(t)
	path := filepath.Join(s.Vault.dir, "openings", segmentName(0))
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b[:len(b)-10], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := tryOpen(t, s.dir); err == nil || !strings.Contains(err.Error(), "openings were lost") {
		t.Fatalf("openings were lost: %v", err)
	}
	var said []string
	reader, err := Open(t.Context(), s.Vault.dir, Options{Key: s.key, ReadOnly: true, Warn: func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }})
	if err != nil || !slices.ContainsFunc(said, func(w string) bool { return strings.Contains(w, "openings were lost") }) {
		t.Fatalf("a reader shows what is left, and says %q (%v)", said, err)
	}
	reader.Close()
	if err := os.Remove(filepath.Join(s.Vault.dir, "state")); err != nil {
		t.Fatal(err)
	}
	s = open(t, s.dir)
	s.opens(t, 1, "Dr. No")
	s.close(t)
}

// wrappedKey is the wrapped key of a subject.
func (s *system) wrappedKey(t *testing.T, name string) []byte {
	t.Helper()
	id, err := s.Vault.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	slot, err := s.Vault.table.read(s.Vault.ids[id])
	if err != nil {
		t.Fatal(err)
	}
	return slot.wrapped
}
