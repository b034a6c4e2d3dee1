package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

const basis = "GDPR_ART_17_1_A"

// secrets are what must not be found after an erasure.
type secrets struct {
	name    string
	id      entry.KeyID
	key     []byte   // of the subject
	wrapped [][]byte // as it stood on the disk, at any time
	tag     tag
	sealed  [][]byte // ciphertexts, with their nonces
	aads    [][]byte
	values  [][]byte // and salts
	entries []int64
}

// spy collects what a vault knows of a subject.
func (s *system) spy(t testing.TB, name string) secrets {
	t.Helper()
	v := s.Vault
	id, err := v.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	n := v.ids[id]
	slot, err := v.table.read(n)
	if err != nil {
		t.Fatal(err)
	}
	key, err := s.key.Unwrap(t.Context(), slot.wrapped, v.aad("key", id))
	if err != nil {
		t.Fatal(err)
	}
	x := secrets{name: name, id: id, key: key, wrapped: [][]byte{bytes.Clone(slot.wrapped)}, tag: slot.tag}
	if err := v.walk(n, func(_, _ int64, r record) bool {
		x.sealed, x.aads = append(x.sealed, bytes.Clone(r.sealed)), append(x.aads, v.openingAAD(id, r.ref))
		return true
	}); err != nil {
		t.Fatal(err)
	}
	for i := range s.log.Head().Size {
		b, err := s.log.Entry(i)
		if err != nil {
			t.Fatal(err)
		}
		if e, err := entry.Parse(b); err != nil || e.Subject != id || len(e.Sealed) == 0 {
			continue
		}
		x.entries = append(x.entries, i)
		all, err := v.Openings(t.Context(), id, b)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range all {
			x.values = append(x.values, []byte(o.Value), o.Salt[:])
		}
	}
	if len(x.sealed) == 0 || len(x.entries) == 0 {
		t.Fatalf("nothing is known of %s: nothing would be tested", name)
	}
	return x
}

// files reads every file below a folder.
func files(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[path], err = os.ReadFile(path)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// spellings are how bytes may stand in a file.
func spellings(b []byte) [][]byte {
	quoted, _ := json.Marshal(string(b))
	return [][]byte{
		b, []byte(hex.EncodeToString(b)), []byte(strings.ToUpper(hex.EncodeToString(b))), bytes.Trim(quoted, `"`),
		// Base64 of bytes that stand somewhere in a longer text: what of it does not depend on its neighbours.
		inner(b, 0), inner(b, 1), inner(b, 2),
		[]byte(base64.RawURLEncoding.EncodeToString(b)),
	}
}

func inner(b []byte, shift int) []byte {
	text := base64.StdEncoding.EncodeToString(append(make([]byte, shift), b...))
	return []byte(text[(shift*4+2)/3 : (shift+len(b))/3*4])
}

// gone looks for the secrets of a subject in every byte of every file, and
// tries all that is on the disk as a key.
func (x secrets) gone(t testing.TB, s *system) {
	t.Helper()
	all := files(t, s.dir)
	looked := 0
	for path, content := range all {
		for what, list := range map[string][][]byte{"the key": {x.key}, "the wrapped key": x.wrapped, "the name": {[]byte(x.name)}, "the tag": {x.tag[:]}, "a value or a salt": x.values, "a ciphertext": x.sealed} {
			for _, b := range list {
				for _, spelled := range spellings(b) {
					if looked++; len(spelled) > 4 && bytes.Contains(content, spelled) {
						t.Errorf("%s holds %s of %s", path, what, x.name)
					}
				}
			}
		}
		// Any 32 bytes may be a key.
		for i := 0; i+keySize <= len(content) && !strings.Contains(path, "/log/"); i++ {
			x.try(t, path, content[i:i+keySize])
		}
	}
	if looked < 100 {
		t.Errorf("only %d searches", looked)
	}
	// Whatever the key file opens: every slot, under every binding.
	if err := s.Vault.table.each(func(n uint32, slot slot, whole bool) error {
		for _, id := range []entry.KeyID{slot.id, x.id} {
			for _, wrapped := range [][]byte{slot.wrapped, slot.wrapped[:min(len(slot.wrapped), len(x.wrapped[0]))]} {
				if key, err := s.key.Unwrap(t.Context(), wrapped, s.Vault.aad("key", id)); err == nil {
					x.try(t, fmt.Sprint("slot ", n), key)
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	// The ledger is whole: every entry is proven, those of the subject too.
	for i := range s.log.Head().Size {
		b, err := s.log.Entry(i)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.log.Prove(i)
		if err != nil {
			t.Fatal(err)
		}
		if err := proves(r.Text(b), b); err != nil {
			t.Errorf("entry %d: %v", i, err)
		}
	}
	for _, i := range x.entries {
		if _, err := Disclose(t.Context(), s.Vault, s.log, i, "actor"); !errors.Is(err, ErrErased) {
			t.Errorf("entry %d of an erased subject: %v", i, err)
		}
	}
	if _, err := s.Vault.Find(x.name); !errors.Is(err, ErrNoSubject) {
		t.Errorf("%s is found: %v", x.name, err)
	}
}

// proves says whether a proof holds by the tests' policy.
func proves(text, entry []byte) error {
	p, err := c2sp.ParseProof(text)
	if err != nil {
		return err
	}
	_, err = p.Verify(entry, policy)
	return err
}

func (x secrets) try(t testing.TB, path string, key []byte) {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range x.sealed {
		if _, err := aead.Open(nil, c[:nonceSize], c[nonceSize:], x.aads[i]); err == nil {
			t.Fatalf("%s holds a key that opens what was sealed of %s", path, x.name)
		}
	}
}

// hospital is a system that knows three patients.
func hospital(t testing.TB, dir string) *system {
	s := open(t, dir)
	s.Vault.openings.limit = 1 << 10 // many segments
	for i := range 18 {
		s.record(t, access(fmt.Sprintf("patient-%04d@clinic.example", i%3), fmt.Sprintf("Dr. Number %d of %d", i, i%3)))
	}
	return s
}

func TestEraseLeavesNothing(t *testing.T) {
	s := hospital(t, t.TempDir())
	x := s.spy(t, "patient-0001@clinic.example")
	got, err := s.Erase(t.Context(), x.name, basis)
	if err != nil {
		t.Fatal(err)
	}
	e, err := entry.Parse(got.Entry)
	if err != nil {
		t.Fatal(err)
	}
	if f := e.Facts.(*entry.Erasure); e.Subject != x.id || f.Basis != basis || f.Openings != 6 || !e.At.Equal(noon) {
		t.Errorf("the entry is %s", got.Entry)
	}
	if bytes.Contains(got.Entry, []byte("patient")) {
		t.Errorf("a name in %s", got.Entry)
	}
	for range 2 {
		x.gone(t, s)
		for i := range int64(18) {
			if i%3 != 1 {
				s.opens(t, i, fmt.Sprintf("Dr. Number %d of %d", i, i%3))
			}
		}
		s = s.reopen(t)
	}
	if n, err := s.Resume(t.Context()); n != 0 || err != nil {
		t.Errorf("%d erasures are not logged (%v)", n, err)
	}
	if _, err := s.Erase(t.Context(), x.name, basis); !errors.Is(err, ErrNoSubject) {
		t.Errorf("erased twice: %v", err)
	}
	if _, err := s.Vault.EraseKey(t.Context(), x.id, basis, noon); !errors.Is(err, ErrNoSubject) {
		t.Errorf("erased twice: %v", err)
	}
	// Who comes back is a stranger.
	again := s.record(t, access(x.name, "Dr. Again"))
	s.opens(t, again.Index, "Dr. Again")
	if id, err := s.Vault.Find(x.name); err != nil || id == x.id {
		t.Errorf("the pseudonym is the old one (%v)", err)
	}
	s.close(t)
}

// The test above is worth what its search finds: before the erasure it finds
// everything but what is never on the disk.
func TestTheSearchFinds(t *testing.T) {
	s := hospital(t, t.TempDir())
	defer s.close(t)
	x := s.spy(t, "patient-0001@clinic.example")
	found := map[string]bool{}
	for path, content := range files(t, s.dir) {
		if bytes.Contains(content, x.wrapped[0]) {
			found["wrapped key"] = true
		}
		if bytes.Contains(content, x.tag[:]) {
			found["tag"] = true
		}
		if bytes.Contains(content, x.sealed[0]) {
			found["ciphertext"] = true
		}
		for _, b := range append(x.values, x.key, []byte(x.name)) {
			for _, spelled := range spellings(b) {
				if len(spelled) > 4 && bytes.Contains(content, spelled) {
					t.Errorf("%s holds %q in the open", path, b)
				}
			}
		}
	}
	if len(found) != 3 {
		t.Errorf("only %v is found", found)
	}
	text := []byte(base64.StdEncoding.EncodeToString([]byte("..Erika Mustermann..")))
	hit := false
	for _, spelled := range spellings([]byte("Erika Mustermann")) {
		hit = hit || bytes.Contains(text, spelled)
	}
	if !hit {
		t.Error("a value in the midst of base64 is not found")
	}
}

func TestEraseRefusals(t *testing.T) {
	s := hospital(t, t.TempDir())
	defer s.close(t)
	before := files(t, s.Vault.dir)
	for _, basis := range []string{"", "because Erika asked", "erika@clinic.example", "gdpr"} {
		if _, err := s.Erase(t.Context(), "patient-0001@clinic.example", basis); err == nil || !strings.Contains(err.Error(), "nothing was erased") {
			t.Errorf("basis %q: %v", basis, err)
		}
	}
	if _, err := s.Erase(t.Context(), "nobody", basis); !errors.Is(err, ErrNoSubject) {
		t.Error(err)
	}
	for path, content := range files(t, s.Vault.dir) {
		if !bytes.Equal(content, before[path]) {
			t.Errorf("%s was altered", path)
		}
	}
}

// An erasure that fails at any sync of the disk, or whose process dies there,
// is completed when the vault is opened again.
func TestEraseIsCompleted(t *testing.T) {
	for after := range 12 {
		s := hospital(t, t.TempDir())
		x := s.spy(t, "patient-0001@clinic.example")
		left := after
		syncs := s.Vault.sync
		s.Vault.sync = func(f *os.File) error {
			if left--; left < 0 {
				return errors.New("the disk is gone")
			}
			return syncs(f)
		}
		_, err := s.Erase(t.Context(), x.name, basis)
		if err == nil {
			if after == 0 {
				t.Fatal("nothing failed")
			}
			s.Vault.sync = syncs
			s.close(t)
			return
		}
		if !strings.Contains(err.Error(), "is completed when") {
			t.Errorf("after %d syncs: %v", after, err)
		}
		if _, err := s.Record(t.Context(), access("patient-0000", "x")); err == nil {
			t.Error("a vault that failed takes more")
		}
		s = s.reopen(t)
		x.gone(t, s)
		if n, err := s.Resume(t.Context()); n != 1 || err != nil {
			t.Errorf("%d erasures are logged late (%v)", n, err)
		}
		b, err := s.log.Entry(s.log.Head().Size - 1)
		if e, _ := entry.Parse(b); err != nil || e.Subject != x.id || e.Facts.(*entry.Erasure).Openings != 6 {
			t.Errorf("the last entry is %s (%v)", b, err)
		}
		s = s.reopen(t)
		if n, _ := s.Resume(t.Context()); n != 0 {
			t.Error("an erasure is logged twice")
		}
		s.close(t)
	}
	t.Error("the erasure never succeeds")
}

// A write that was torn, in the slot and in a record, is part of an erasure
// that is under way.
func TestEraseTornInTheMiddle(t *testing.T) {
	for _, last := range []bool{false, true} {
		s := hospital(t, t.TempDir())
		name := "patient-0001@clinic.example"
		if last {
			name = "patient-0002@clinic.example" // whose record is the last of the file
		}
		x := s.spy(t, name)
		n := s.Vault.ids[x.id]
		e := erasure{ID: x.id.String(), Subject: n, Basis: basis, At: noon}
		if err := s.Vault.walkAll(n, func(place, size int64) {
			e.Places, e.Openings = append(e.Places, [2]int64{place, size}), e.Openings+1
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Vault.note(e); err != nil {
			t.Fatal(err)
		}
		half := make([]byte, 20)
		if _, err := s.Vault.table.file.WriteAt(half, s.Vault.table.offset(int64(n))+40); err != nil {
			t.Fatal(err)
		}
		for _, p := range e.Places {
			seg, _, err := s.Vault.openings.at(p[0])
			if err != nil {
				t.Fatal(err)
			}
			if _, err := seg.file.WriteAt(half, p[0]-seg.first+30); err != nil {
				t.Fatal(err)
			}
		}
		os.Remove(filepath.Join(s.Vault.dir, "state"))
		s.Vault.failed = errors.New("killed") // nothing is saved any more
		s = s.reopen(t)
		x.gone(t, s)
		s.record(t, access("patient-0000@clinic.example", "Dr. After"))
		s = s.reopen(t)
		s.opens(t, s.log.Head().Size-1, "Dr. After")
		s.close(t)
	}
}

// When the way through a subject's openings is broken, all are read.
func TestEraseFindsWhatNoWayLeadsTo(t *testing.T) {
	s := hospital(t, t.TempDir())
	x := s.spy(t, "patient-0001@clinic.example")
	n := s.Vault.ids[x.id]
	var places []int64
	if err := s.Vault.walkAll(n, func(place, _ int64) { places = append(places, place) }); err != nil {
		t.Fatal(err)
	}
	seg, _, err := s.Vault.openings.at(places[2])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seg.file.WriteAt([]byte{0xff}, places[2]-seg.first+30); err != nil {
		t.Fatal(err)
	}
	x.sealed, x.aads = append(x.sealed[:2], x.sealed[3:]...), append(x.aads[:2], x.aads[3:]...)
	s.opens(t, 1, "Dr. Number 1 of 1") // the oldest: behind the damage
	if _, err := s.Erase(t.Context(), x.name, basis); err != nil {
		t.Fatal(err)
	}
	x.gone(t, s)
	s.close(t)
}

// A restored copy brings the dead back; their erasures stand in the ledger.
func TestEraseAgainAfterARestore(t *testing.T) {
	s := hospital(t, t.TempDir())
	x := s.spy(t, "patient-0001@clinic.example")
	if err := s.Vault.Close(); err != nil {
		t.Fatal(err)
	}
	copied := files(t, s.Vault.dir)
	if err := s.log.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, s.dir)
	if _, err := s.Erase(t.Context(), x.name, basis); err != nil {
		t.Fatal(err)
	}
	s.close(t)
	for path, content := range copied {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, s.dir)
	s.opens(t, 1, "Dr. Number 1 of 1")
	n, err := s.EraseAgain(t.Context(), s.log.Head().Size, s.log)
	if n != 1 || err != nil {
		t.Fatalf("%d subjects are erased again (%v)", n, err)
	}
	x.gone(t, s)
	if n, err := s.EraseAgain(t.Context(), s.log.Head().Size, s.log); n != 0 || err != nil {
		t.Errorf("%d subjects are erased a third time (%v)", n, err)
	}
	s.close(t)
}

// After rewrapping, nothing that was wrapped before opens by the new key, and
// the old table is written over.
func TestRewrap(t *testing.T) {
	s := hospital(t, t.TempDir())
	if _, err := s.Erase(t.Context(), "patient-0002@clinic.example", basis); err != nil {
		t.Fatal(err)
	}
	x := s.spy(t, "patient-0001@clinic.example")
	old, err := os.Open(filepath.Join(s.Vault.dir, "subjects")) // as undelete would
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	to := newKey(t, filepath.Join(t.TempDir(), "key"))
	if err := s.Vault.Rewrap(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	var was bytes.Buffer
	if _, err := was.ReadFrom(old); err != nil || len(bytes.Trim(was.Bytes(), "\x00")) > 0 || was.Len() == 0 {
		t.Errorf("the old table was not written over (%v)", err)
	}
	for path, content := range files(t, s.Vault.dir) {
		if bytes.Contains(content, x.wrapped[0]) {
			t.Errorf("%s holds the key as it was wrapped before", path)
		}
	}
	s.opens(t, 1, "Dr. Number 1 of 1")
	added := s.record(t, access("patient-0009", "Dr. New"))
	s.close(t)
	if _, err := Open(t.Context(), s.Vault.dir, Options{Key: s.key}); !errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("the old key opens it: %v", err)
	}
	v, err := Open(t.Context(), s.Vault.dir, Options{Key: to, Warn: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if _, err := v.Find("patient-0009"); err != nil {
		t.Error(err)
	}
	e, err := entry.Parse(added.Entry)
	if err != nil {
		t.Fatal(err)
	}
	if all, err := v.Openings(t.Context(), e.Subject, added.Entry); err != nil || len(all) != 3 {
		t.Errorf("%v %v", all, err)
	}
}

// While it is not sure that the disk has the new table under its name, the old
// one is not written over: a loss of power may bring its name back.
func TestRewrapKeepsTheOldTable(t *testing.T) {
	s := hospital(t, t.TempDir())
	if err := s.Vault.save(); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(s.Vault.dir, "subjects.old")
	whole, err := os.ReadFile(filepath.Join(s.Vault.dir, "subjects"))
	if err != nil {
		t.Fatal(err)
	}
	s.Vault.syncDir = func(string) error { return errDisk }
	if err := s.Vault.Rewrap(t.Context(), s.key); !errors.Is(err, errDisk) {
		t.Fatal(err)
	}
	kept := func() {
		t.Helper()
		if b, err := os.ReadFile(old); err != nil || !bytes.Equal(b[headerSize:], whole[headerSize:]) {
			t.Errorf("the old table is gone (%v)", err)
		}
	}
	kept()
	if err := s.Vault.sweep(); !errors.Is(err, errDisk) {
		t.Error(err)
	}
	kept()
	s = s.reopen(t)
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old table stays: %v", err)
	}
	s.opens(t, 1, "Dr. Number 1 of 1")
	s.close(t)
}

// A rewrapping that a crash cut off leaves the vault as it was or as it will
// be, and no table beside it.
func TestRewrapCrashes(t *testing.T) {
	s := hospital(t, t.TempDir())
	x := s.spy(t, "patient-0001@clinic.example")
	s.close(t)
	path := filepath.Join(s.Vault.dir, "subjects")
	for what, leave := range map[string]func() error{
		"a new table, half written":     func() error { return os.WriteFile(path+".new", x.wrapped[0], 0o600) },
		"the old name, not yet renamed": func() error { return os.Link(path, path+".old") },
		"the old table": func() error {
			b, err := os.ReadFile(path)
			return errors.Join(err, os.WriteFile(path+".old", b, 0o600))
		},
		"a state without its name": func() error { return os.WriteFile(filepath.Join(s.Vault.dir, ".new-1"), []byte("x"), 0o600) },
	} {
		if err := leave(); err != nil {
			t.Fatal(err)
		}
		s = open(t, s.dir)
		s.opens(t, 1, "Dr. Number 1 of 1")
		s.close(t)
		for name := range files(t, s.Vault.dir) {
			if strings.Contains(name, "subjects.") || strings.Contains(name, ".new-") {
				t.Errorf("%s: %s is there", what, name)
			}
		}
	}
}

// Writers, readers, erasures and rewrappings at once: what is acknowledged is
// open until its subject is erased.
func TestAtOnce(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.close(t)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 30 {
				name := fmt.Sprintf("patient-%d", (w+i)%5)
				r := s.record(t, access(name, "Dr. No"))
				d, err := Disclose(t.Context(), s.Vault, s.log, r.Index, "actor")
				if err == nil {
					_, err = d.Verify(policy)
				}
				if err != nil && !errors.Is(err, ErrErased) {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 10 {
			if _, err := s.Erase(t.Context(), fmt.Sprintf("patient-%d", i%5), basis); err != nil && !errors.Is(err, ErrNoSubject) {
				t.Error(err)
			}
		}
	})
	wg.Go(func() {
		for range 3 {
			if err := s.Vault.Rewrap(t.Context(), s.key); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
}
