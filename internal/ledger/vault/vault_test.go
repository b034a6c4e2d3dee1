package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/logtest"
)

const testOrigin = "ledger.clinic.example/2026-11"

var policy = func() *c2sp.Policy {
	p, err := c2sp.ParsePolicy([]byte("log " + c2sp.LogKey(testOrigin, logtest.Log.Public()).String() + "\nquorum none\n"))
	if err != nil {
		panic(err)
	}
	return p
}()

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// cheap is how key files of tests are made.
var cheap = local.Options{Secret: []byte("correct horse battery staple"), Cheap: true}

func openKey(path string) (*local.Key, error) { return local.Open(path, cheap) }

// newKey makes a key file, or opens it.
func newKey(t testing.TB, path string) *local.Key {
	t.Helper()
	k, err := openKey(path)
	if errors.Is(err, os.ErrNotExist) {
		k, err = local.Create(path, cheap)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// system is a ledger with its vault, in one folder, and the key in another.
type system struct {
	*Recorder
	log *ledger.Log
	key *local.Key
	dir string
}

func open(t testing.TB, dir string) *system {
	t.Helper()
	s, err := tryOpen(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func tryOpen(t testing.TB, dir string) (*system, error) {
	t.Helper()
	log, err := ledger.Open(filepath.Join(dir, "log"), ledger.Options{Signer: c2sp.LogSigner(testOrigin, logtest.Log), Guard: filepath.Join(dir, "guard")})
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t, filepath.Join(dir, "key"))
	v, err := Open(t.Context(), filepath.Join(dir, "vault"), Options{Key: key, Warn: t.Logf})
	if err != nil {
		log.Close()
		return nil, err
	}
	return &system{&Recorder{Log: log, Vault: v, Now: func() time.Time { return noon }}, log, key, dir}, nil
}

func (s *system) close(t testing.TB) {
	t.Helper()
	if err := errors.Join(s.Vault.Close(), s.log.Close()); err != nil {
		t.Fatal(err)
	}
}

// reopen closes both and opens them again.
func (s *system) reopen(t testing.TB) *system {
	t.Helper()
	s.close(t)
	return open(t, s.dir)
}

// access is a record of somebody who read the record of a patient.
func access(subject, actor string) entry.Record {
	return entry.Record{Subject: subject, Facts: &entry.Access{Action: "read", Result: "allowed"}, Sealed: map[string]string{"actor": actor, "resource": "chart of " + subject}}
}

func (s *system) record(t testing.TB, r entry.Record) Recorded {
	t.Helper()
	got, err := s.Record(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// opens says whether the fields of an entry can be shown, and verifies it.
func (s *system) opens(t testing.TB, index int64, want string) {
	t.Helper()
	d, err := Disclose(t.Context(), s.Vault, s.log, index, "actor")
	if err != nil {
		t.Fatalf("entry %d: %v", index, err)
	}
	v, err := d.Verify(policy)
	if err != nil {
		t.Fatalf("entry %d: %v", index, err)
	}
	if v.Index != index || len(v.Opened) != 1 || v.Opened[0].Value != want {
		t.Fatalf("entry %d shows %v, want %s", v.Index, v.Opened, want)
	}
}

func TestRecordAndDisclose(t *testing.T) {
	s := open(t, t.TempDir())
	var got []Recorded
	for i := range 20 {
		got = append(got, s.record(t, access(fmt.Sprintf("patient-%d", i%3), fmt.Sprintf("Dr. No %d", i))))
	}
	s.record(t, entry.Record{Facts: &entry.PolicyChange{What: "kb", Policy: "sha256:" + strings.Repeat("0", 64), Direction: "first"}})
	for range 2 {
		for i, r := range got {
			s.opens(t, r.Index, fmt.Sprintf("Dr. No %d", i))
		}
		s = s.reopen(t)
	}
	ids := map[entry.KeyID]bool{}
	for i := range s.log.Head().Size {
		b, err := s.log.Entry(i)
		if err != nil {
			t.Fatal(err)
		}
		e, err := entry.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		ids[e.Subject] = true
		if strings.Contains(string(b), "patient") || strings.Contains(string(b), "Dr. ") {
			t.Errorf("a name in a leaf: %s", b)
		}
	}
	if len(ids) != 4 || s.Vault.Subjects() != 3 {
		t.Errorf("%d pseudonyms of three subjects and nobody, %d subjects", len(ids), s.Vault.Subjects())
	}
	if _, err := Disclose(t.Context(), s.Vault, s.log, 0, "mood"); err == nil || !strings.Contains(err.Error(), "[actor resource subject]") {
		t.Errorf("a field that the entry has not: %v", err)
	}
	if _, err := Disclose(t.Context(), s.Vault, s.log, 99, "actor"); err == nil {
		t.Error("an entry that is not there")
	}
	s.close(t)
}

// Whatever is altered in a disclosure, it does not verify.
func TestAlteredDisclosures(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.close(t)
	for i := range 5 {
		s.record(t, access("erika@clinic.example", fmt.Sprint("Dr. No ", i)))
	}
	d, err := Disclose(t.Context(), s.Vault, s.log, 2, "subject", "actor")
	if err != nil {
		t.Fatal(err)
	}
	text, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "chart of") {
		t.Error("a field that was not named is shown")
	}
	verify := func(b []byte) error {
		d, err := entry.ParseDisclosure(b)
		if err != nil {
			return err
		}
		_, err = d.Verify(policy)
		return err
	}
	if err := verify(text); err != nil {
		t.Fatal(err)
	}
	if err := verify([]byte(strings.ReplaceAll(string(text), "\n", "\r\n  "))); err != nil {
		t.Errorf("white space matters: %v", err)
	}
	space := func(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }
	altered := 0
	for i := range text {
		for _, bit := range []byte{1, 32} {
			b := slices.Clone(text)
			if b[i] ^= bit; space(b[i]) && space(text[i]) {
				continue
			}
			altered++
			if verify(b) == nil {
				t.Errorf("byte %d, %q for %q, verifies", i, b[i], text[i])
			}
		}
	}
	if altered < 1000 {
		t.Errorf("only %d alterations", altered)
	}
	other, err := Disclose(t.Context(), s.Vault, s.log, 3, "actor")
	if err != nil {
		t.Fatal(err)
	}
	other.Proof = d.Proof
	if _, err := other.Verify(policy); err == nil {
		t.Error("the opening of another entry verifies")
	}
}

func TestSubjectsAreFoundByNameOnly(t *testing.T) {
	s := open(t, t.TempDir())
	a, err := s.Vault.Subject(t.Context(), "erika@clinic.example")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if b, err := s.Vault.Subject(t.Context(), "erika@clinic.example"); err != nil || a != b {
				t.Errorf("%v and %v are one subject (%v)", a, b, err)
			}
			if _, err := s.Vault.Subject(t.Context(), "max@clinic.example"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if s.Vault.Subjects() != 2 {
		t.Errorf("%d subjects", s.Vault.Subjects())
	}
	if _, err := s.Vault.Find("Erika@clinic.example"); !errors.Is(err, ErrNoSubject) {
		t.Error(err)
	}
	s.close(t)
	elsewhere := open(t, t.TempDir())
	defer elsewhere.close(t)
	if b, err := elsewhere.Vault.Subject(t.Context(), "erika@clinic.example"); err != nil || a == b {
		t.Errorf("two vaults have one pseudonym (%v)", err)
	}
}

// Who did not wait for a subject's key may have made it all the same. The next
// one takes it, so that a name has one key, and an erasure reaches all of it.
func TestOneKeyForAName(t *testing.T) {
	s := open(t, t.TempDir())
	s.Vault.writing.Lock() // the disk is slow
	impatient, cancel := context.WithCancel(t.Context())
	began := make(chan error)
	go func() {
		_, err := s.Vault.Subject(impatient, "erika")
		began <- err
	}()
	pending := func(n int) {
		for range 1000 {
			s.Vault.mu.Lock()
			got := len(s.Vault.pending.slots)
			s.Vault.mu.Unlock()
			if got == n {
				return
			}
			time.Sleep(time.Millisecond)
		}
		t.Fatalf("no %d slots are pending", n)
	}
	pending(1)
	cancel()
	if err := <-began; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.record(t, access("erika", "Dr. No")) })
	pending(2)
	s.Vault.writing.Unlock()
	wg.Wait()
	if s.Vault.table.n != 1 {
		t.Errorf("one name has %d keys", s.Vault.table.n)
	}
	s = s.reopen(t)
	s.opens(t, 0, "Dr. No")
	if _, err := s.Erase(t.Context(), "erika", "GDPR_ART_17_1_A"); err != nil {
		t.Fatal(err)
	}
	s = s.reopen(t)
	defer s.close(t)
	if _, err := s.Vault.Find("erika"); !errors.Is(err, ErrNoSubject) {
		t.Errorf("it can be told that erika was here: %v", err)
	}
}

// A vault that is closed knows nothing of anybody, which does not mean that
// there is nothing.
func TestClosed(t *testing.T) {
	s := open(t, t.TempDir())
	got := s.record(t, access("erika", "Dr. No"))
	s.close(t)
	if _, err := s.Vault.Find("erika"); !errors.Is(err, ErrClosed) {
		t.Errorf("found: %v", err)
	}
	if _, err := s.Vault.Subject(t.Context(), "erika"); !errors.Is(err, ErrClosed) {
		t.Errorf("a subject: %v", err)
	}
	if _, err := s.Record(t.Context(), access("erika", "Dr. No")); !errors.Is(err, ErrClosed) {
		t.Errorf("recorded: %v", err)
	}
	if _, err := s.Erase(t.Context(), "erika", basis); !errors.Is(err, ErrClosed) {
		t.Errorf("erased: %v", err)
	}
	e, err := entry.Parse(got.Entry)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Vault.Openings(t.Context(), e.Subject, got.Entry); !errors.Is(err, ErrClosed) {
		t.Errorf("opened: %v", err)
	}
}

// A log that refuses, or a disk, leaves nothing that anybody would take for an
// entry.
func TestRefusals(t *testing.T) {
	s := open(t, t.TempDir())
	r := *s.Recorder
	r.Log = refusing{}
	if _, err := r.Record(t.Context(), access("erika", "Dr. No")); err == nil {
		t.Fatal("a refused entry is recorded")
	}
	if s.log.Head().Size != 0 {
		t.Error("an entry was appended")
	}
	got := s.record(t, access("erika", "Dr. Yes"))
	s.opens(t, got.Index, "Dr. Yes")
	for what, rec := range map[string]entry.Record{
		"nothing":     {},
		"an erasure":  {Facts: &entry.Erasure{Basis: "GDPR_ART_17_1_A"}},
		"a bad fact":  {Subject: "new", Facts: &entry.Access{Action: "look", Result: "allowed"}},
		"a bad field": {Subject: "new", Facts: &entry.Access{Action: "read", Result: "allowed"}, Sealed: map[string]string{"mood": "x"}},
	} {
		if _, err := s.Record(t.Context(), rec); err == nil {
			t.Errorf("%s is recorded", what)
		}
	}
	if _, err := s.Vault.Find("new"); !errors.Is(err, ErrNoSubject) {
		t.Error("a key was made for a record that is refused")
	}
	full := errors.New("no space left on device")
	s.Vault.sync = func(*os.File) error { return full }
	if _, err := s.Record(t.Context(), access("erika", "Dr. No")); !errors.Is(err, full) {
		t.Errorf("the sync failed: %v", err)
	}
	if _, err := s.Record(t.Context(), access("erika", "Dr. No")); err == nil || !strings.Contains(err.Error(), "opened again") {
		t.Errorf("after a sync that failed: %v", err)
	}
	size := s.log.Head().Size
	s = s.reopen(t)
	defer s.close(t)
	if size != 1 || s.log.Head().Size != 1 {
		t.Errorf("%d entries", size)
	}
	s.opens(t, got.Index, "Dr. Yes")
}

type refusing struct{}

func (refusing) Append(context.Context, []byte) (ledger.Receipt, error) {
	return ledger.Receipt{}, errors.New("the disk is full")
}

func TestOneWriter(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.close(t)
	got := s.record(t, access("erika", "Dr. No"))
	if _, err := Open(t.Context(), s.Vault.dir, Options{Key: s.key}); err == nil {
		t.Error("two processes write one vault")
	}
	reader, err := Open(t.Context(), s.Vault.dir, Options{Key: s.key, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	(&system{&Recorder{Vault: reader}, s.log, s.key, ""}).opens(t, got.Index, "Dr. No")
	if _, err := reader.Subject(t.Context(), "new"); err == nil {
		t.Error("a reader writes")
	}
	if _, err := reader.Erase(t.Context(), "erika", "GDPR_ART_17_1_A", noon); err == nil {
		t.Error("a reader erases")
	}
	stranger := newKey(t, filepath.Join(t.TempDir(), "key"))
	if _, err := Open(t.Context(), s.Vault.dir, Options{Key: stranger, ReadOnly: true}); !errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("another key: %v", err)
	}
}
