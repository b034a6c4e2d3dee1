package vault

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

var errDisk = errors.New("the disk is gone")

// An erasure that is repeated and fails half way is completed when the vault
// is opened again, as any other: its file stays.
func TestEraseAgainIsCompleted(t *testing.T) {
	s := hospital(t, t.TempDir())
	s.Vault.failed = errors.New("killed") // the copy is of before the erasure
	copied := files(t, s.Vault.dir)
	x := s.spy(t, "patient-0001@clinic.example")
	s = s.reopen(t)
	if _, err := s.Erase(t.Context(), x.name, basis); err != nil {
		t.Fatal(err)
	}
	s.close(t)
	for path, content := range copied {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	os.Remove(filepath.Join(s.Vault.dir, "state"))
	s = open(t, s.dir)
	s.Vault.sync = func(*os.File) error { return errDisk }
	if _, err := s.EraseAgain(t.Context(), s.log.Head().Size, s.log); !errors.Is(err, errDisk) {
		t.Fatalf("the disk is gone: %v", err)
	}
	s = s.reopen(t)
	x.gone(t, s)
	s.close(t)
}

// An erasure that the log does not take is done all the same, said so, and
// logged by whoever writes next.
func TestErasureThatTheLogRefuses(t *testing.T) {
	s := hospital(t, t.TempDir())
	x := s.spy(t, "patient-0001@clinic.example")
	y := s.spy(t, "patient-0002@clinic.example")
	r := *s.Recorder
	r.Log = refusing{}
	for i, x := range []secrets{x, y} {
		if _, err := r.Erase(t.Context(), x.name, basis); err == nil || !strings.Contains(err.Error(), "the subject is erased, but") {
			t.Fatal(err)
		}
		if all := s.Vault.Unlogged(); len(all) != i+1 || !slices.IsSortedFunc(all, func(a, b entry.Entry) int { return bytes.Compare(a.Subject[:], b.Subject[:]) }) {
			t.Errorf("not logged are %v", all)
		}
	}
	size := s.log.Head().Size
	s = s.reopen(t)
	x.gone(t, s)
	if n, err := s.Resume(t.Context()); n != 2 || err != nil || s.log.Head().Size != size+2 {
		t.Errorf("%d erasures are logged late (%v)", n, err)
	}
	s = s.reopen(t)
	if n, err := s.Resume(t.Context()); n != 0 || err != nil {
		t.Errorf("%d erasures are logged twice (%v)", n, err)
	}
	s.close(t)
}

// The name of the folder is a name, whatever is in it.
func TestAFolderOfAnyName(t *testing.T) {
	s := hospital(t, filepath.Join(t.TempDir(), "[a]"))
	x := s.spy(t, "patient-0001@clinic.example")
	s.Vault.sync = func(*os.File) error { return errDisk }
	if _, err := s.Erase(t.Context(), x.name, basis); !errors.Is(err, errDisk) {
		t.Fatal(err)
	}
	s = s.reopen(t)
	x.gone(t, s)
	if n, err := s.Resume(t.Context()); n != 1 || err != nil {
		t.Errorf("%d erasures are logged late (%v)", n, err)
	}
	s.close(t)
	if err := os.Remove(filepath.Join(s.Vault.dir, "subjects")); err != nil {
		t.Fatal(err)
	}
	if _, err := tryOpen(t, s.dir); err == nil || !strings.Contains(err.Error(), "restore it from a copy") {
		t.Errorf("a vault is begun over the openings of another: %v", err)
	}
}

// Whoever reads beside a process that was killed in an erasure shows nothing of
// its subject.
func TestReadersObserveAnErasureThatHasBegun(t *testing.T) {
	s := hospital(t, t.TempDir())
	defer s.close(t)
	x := s.spy(t, "patient-0001@clinic.example")
	if err := s.Vault.note(erasure{ID: x.id.String(), Subject: s.Vault.ids[x.id], Basis: basis, At: noon}); err != nil {
		t.Fatal(err)
	}
	reader, err := Open(t.Context(), s.Vault.dir, Options{Key: s.key, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if _, err := reader.Find(x.name); !errors.Is(err, ErrNoSubject) {
		t.Errorf("%s is found: %v", x.name, err)
	}
	if _, err := Disclose(t.Context(), reader, s.log, x.entries[0], "actor"); !errors.Is(err, ErrErased) {
		t.Errorf("an entry of %s is shown: %v", x.name, err)
	}
	(&system{&Recorder{Vault: reader}, s.log, s.key, ""}).opens(t, 0, "Dr. Number 0 of 0")
}

// Whoever reads beside the process that erases is told so, whether or not he
// opened fields of the subject before.
func TestReadersObserveErasures(t *testing.T) {
	for _, before := range []bool{false, true} {
		s := hospital(t, t.TempDir())
		reader, err := Open(t.Context(), s.Vault.dir, Options{Key: s.key, ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if before {
			(&system{&Recorder{Vault: reader}, s.log, s.key, ""}).opens(t, 1, "Dr. Number 1 of 1")
		}
		if _, err := s.Erase(t.Context(), "patient-0001@clinic.example", basis); err != nil {
			t.Fatal(err)
		}
		if _, err := Disclose(t.Context(), reader, s.log, 1, "actor"); !errors.Is(err, ErrErased) {
			t.Errorf("opened before: %v: %v", before, err)
		}
		if err := reader.Close(); err != nil {
			t.Fatal(err)
		}
		s.close(t)
	}
}

// Where the table is missing, what is left of another is no rubbish.
func TestTheLastTableStays(t *testing.T) {
	s := hospital(t, t.TempDir())
	s.close(t)
	path := filepath.Join(s.Vault.dir, "subjects")
	for _, left := range []string{oldTable, freshTable} {
		if err := os.Rename(path, filepath.Join(s.Vault.dir, left)); err != nil {
			t.Fatal(err)
		}
		for _, begun := range []bool{false, true} {
			if _, err := Open(t.Context(), s.Vault.dir, Options{Key: s.key, Begun: begun}); err == nil || !strings.Contains(err.Error(), "no file `subjects`") {
				t.Errorf("%s: %v", left, err)
			}
		}
		if err := os.Rename(filepath.Join(s.Vault.dir, left), path); err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, s.dir)
	s.opens(t, 1, "Dr. Number 1 of 1")
	s.close(t)
}

// hooked is a key with which something happens while it is asked.
type hooked struct {
	keys.Key
	unwrap func()
}

func (h hooked) Unwrap(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	h.unwrap()
	return h.Key.Unwrap(ctx, wrapped, aad)
}

// A subject that is erased while somebody opens its fields was erased, and is
// not one of whom nothing was ever sealed.
func TestErasedMeanwhile(t *testing.T) {
	s := hospital(t, t.TempDir())
	defer s.close(t)
	s.Vault.cache = map[uint32]sealer{}
	once := false
	s.Vault.key = hooked{s.key, func() {
		if once {
			return
		}
		once = true
		if _, err := s.Erase(t.Context(), "patient-0001@clinic.example", basis); err != nil {
			t.Error(err)
		}
	}}
	if _, err := Disclose(t.Context(), s.Vault, s.log, 1, "actor"); !errors.Is(err, ErrErased) || !once {
		t.Errorf("the subject was erased meanwhile: %v", err)
	}
}

// A slot that somebody else wrote over is an error, and not a reason to try for
// ever.
func TestErasedByNobody(t *testing.T) {
	s := hospital(t, t.TempDir())
	defer s.close(t)
	id, err := s.Vault.Find("patient-0001@clinic.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Vault.table.tombstone(s.Vault.ids[id], id); err != nil {
		t.Fatal(err)
	}
	clear(s.Vault.cache)
	if _, err := s.Record(t.Context(), access("patient-0001@clinic.example", "Dr. No")); !errors.Is(err, ErrErased) {
		t.Errorf("recorded: %v", err)
	}
}

// What stands in the file of an erasure is read as what anybody may have
// written there.
func TestPlacesThatAreNone(t *testing.T) {
	s := hospital(t, t.TempDir())
	before := files(t, filepath.Join(s.Vault.dir, "openings"))
	places := [][2]int64{{-1, 100}, {0, -1}, {10, 1<<63 - 1}, {1 << 62, 1 << 62}, {0, 0}, {0, 1 << 40}}
	if err := s.Vault.openings.erase(places, s.Vault.sync); err != nil {
		t.Fatal(err)
	}
	for path, content := range files(t, filepath.Join(s.Vault.dir, "openings")) {
		if !bytes.Equal(content, before[path]) {
			t.Errorf("%s was altered", path)
		}
	}
	s.close(t)
}
