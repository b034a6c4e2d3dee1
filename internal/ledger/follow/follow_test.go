package follow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/logtest"
)

func open(t testing.TB, source Source, state string) *Follower {
	t.Helper()
	f, err := Open(source, logtest.Policy(t, ""), state)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// files is a log that is read without a network, and may be altered.
type files struct {
	ledger.Files
	alter func(path string, b []byte) []byte
	asked map[string]int
}

func (s *files) Get(_ context.Context, path string, most int64) ([]byte, error) {
	if s.asked != nil {
		s.asked[path]++
	}
	b, err := s.Files.Get(path)
	if errors.Is(err, ledger.ErrAbsent) {
		return nil, ErrAbsent
	}
	if err == nil && s.alter != nil {
		b = s.alter(path, bytes.Clone(b))
	}
	if int64(len(b)) > most {
		return nil, fmt.Errorf("%w: too large", ErrAltered)
	}
	return b, err
}

// take follows the log to its end and returns what came.
func take(t testing.TB, f *Follower) ([]string, error) {
	t.Helper()
	if _, err := f.Update(t.Context()); err != nil {
		return nil, err
	}
	var got []string
	err := f.Entries(t.Context(), f.Next(), func(i int64, entry []byte) error {
		got = append(got, fmt.Sprintf("%d %s", i, entry))
		return nil
	})
	if err == nil && len(got) > 0 {
		err = f.Took(f.Next() + int64(len(got)))
	}
	return got, err
}

func TestFollow(t *testing.T) {
	l := logtest.Open(t)
	server := httptest.NewServer(l)
	defer server.Close()
	state := filepath.Join(t.TempDir(), "state")
	source := &HTTP{Prefix: server.URL + "/"}
	next := 0
	for _, n := range []int{0, 1, 5, 250, 0, 1, 700} {
		logtest.Grow(t, l, "entry", n)
		// Each time by a process that has just begun.
		f := open(t, source, state)
		got, err := take(t, f)
		if err != nil || len(got) != n {
			t.Fatalf("%d of %d entries: %v", len(got), n, err)
		}
		for i, g := range got {
			if want := fmt.Sprintf("%d entry %d", next, i); g != want {
				t.Fatalf("got %q, want %q", g, want)
			}
			next++
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	f := open(t, source, state)
	for _, i := range []int64{0, 255, 256, 956} {
		proof, err := f.Prove(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		again, err := c2sp.ParseProof(proof.Marshal())
		if err != nil {
			t.Fatal(err)
		}
		if opened, err := again.Verify(again.Extra, logtest.Policy(t, "")); err != nil || opened.Size != 957 {
			t.Errorf("entry %d: %v, %v", i, opened, err)
		}
	}
	for _, i := range []int64{-1, 957} {
		if _, err := f.Prove(t.Context(), i); !errors.Is(err, ErrAbsent) {
			t.Errorf("entry %d is proven: %v", i, err)
		}
	}
	if _, err := Open(source, logtest.Policy(t, ""), state); err == nil {
		t.Error("two processes follow with one state")
	}
}

// TestNothingAlteredIsTaken alters every file of a log, byte by byte in its
// beginning and now and then behind.
func TestNothingAlteredIsTaken(t *testing.T) {
	l := logtest.Open(t)
	logtest.Grow(t, l, "entry", 300)
	whole := &files{Files: l, asked: map[string]int{}}
	if _, err := take(t, open(t, whole, filepath.Join(t.TempDir(), "state"))); err != nil {
		t.Fatal(err)
	}
	if len(whole.asked) != 6 {
		t.Fatalf("these files were asked for: %v", whole.asked)
	}
	for path, n := range whole.asked {
		if n != 1 {
			t.Errorf("%s was asked for %d times", path, n)
		}
		b, err := l.Get(path)
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at <= len(b); at += 1 + at/2 {
			for name, alter := range map[string]func([]byte) []byte{
				"flipped": func(b []byte) []byte { b[min(at, len(b)-1)] ^= 4; return b },
				"cut":     func(b []byte) []byte { return b[:min(at, len(b)-1)] },
				"longer":  func(b []byte) []byte { return append(b, b[:1+at]...) },
			} {
				if at == len(b) && name == "longer" {
					continue
				}
				source := &files{Files: l, alter: func(p string, b []byte) []byte {
					if p == path {
						return alter(b)
					}
					return b
				}}
				got, err := take(t, open(t, source, filepath.Join(t.TempDir(), "state")))
				if !errors.Is(err, ErrAltered) {
					t.Fatalf("%s, %s at %d: %d entries, %v", path, name, at, len(got), err)
				}
			}
		}
	}
}

// TestForks shows a follower histories that do not follow on each other.
func TestForks(t *testing.T) {
	l := logtest.Open(t)
	logtest.Grow(t, l, "entry", 300)
	state := filepath.Join(t.TempDir(), "state")
	f := open(t, &files{Files: l}, state)
	if _, err := take(t, f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	_, seen := f.Last()
	for _, c := range []struct {
		name string
		n    int
		want string
	}{
		{"an old copy", 5, "was rolled back"},
		{"another of the same size", 300, "two trees of 300 entries"},
		{"another that is longer", 600, "its first 300 entries are others"},
	} {
		other := logtest.Open(t)
		logtest.Grow(t, other, "other", c.n)
		g := open(t, &files{Files: other}, state)
		_, err := g.Update(t.Context())
		var fork *Fork
		if !errors.As(err, &fork) || !strings.Contains(err.Error(), c.want) {
			t.Fatalf("%s: %v", c.name, err)
		}
		for _, note := range [][]byte{seen, other.Head().Signed} {
			if !strings.Contains(err.Error(), string(note)) {
				t.Errorf("%s: the error lacks the note %s", c.name, note)
			}
			if _, err := logtest.Policy(t, "").Open(note); err != nil {
				t.Error(err)
			}
		}
		if last, _ := g.Last(); last.Size != 300 {
			t.Errorf("%s: the state has %d entries now", c.name, last.Size)
		}
		g.Close()
	}
	logtest.Grow(t, l, "entry", 10)
	if got, err := take(t, open(t, &files{Files: l}, state)); err != nil || len(got) != 10 {
		t.Errorf("the log itself is followed no more: %d, %v", len(got), err)
	}
}

// witness asks for the witness that [cosigned] is.
var witness = "witness w " + c2sp.WitnessKey("witness.example", logtest.Key(2).Public()).String() + "\nquorum w\n"

// cosigned is a checkpoint of the log with the cosignature of a witness.
func cosigned(t *testing.T, signed []byte) []byte {
	t.Helper()
	n, err := note.Open(signed, note.VerifierList(c2sp.LogKey(logtest.Origin, logtest.Log.Public())))
	if err != nil {
		t.Fatal(err)
	}
	out, err := note.Sign(n, c2sp.Cosigner("witness.example", logtest.Key(2), time.Now))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestQuorum follows by a policy that asks for a witness.
func TestQuorum(t *testing.T) {
	l, fork := logtest.Open(t), logtest.Open(t)
	logtest.Grow(t, l, "entry", 2)
	logtest.Grow(t, fork, "other", 3)
	source := &files{Files: l}
	f, err := Open(source, logtest.Policy(t, witness), filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	quorum := func(log *ledger.Log, cosign bool) error {
		source.Files, source.alter = log, func(path string, b []byte) []byte {
			if path == "checkpoint" && cosign {
				return cosigned(t, b)
			}
			return b
		}
		_, err := f.Update(t.Context())
		return err
	}
	if err := quorum(l, false); !errors.Is(err, c2sp.ErrQuorum) || errors.Is(err, ErrAltered) {
		t.Errorf("without a witness: %v", err)
	}
	if _, signed := f.Last(); len(signed) != 0 {
		t.Error("it was kept")
	}
	if err := quorum(l, true); err != nil {
		t.Fatal(err)
	}
	logtest.Grow(t, l, "entry", 2)
	if err := quorum(l, false); !errors.Is(err, c2sp.ErrQuorum) {
		t.Errorf("a continuation without a witness: %v", err)
	}
	var forked *Fork
	if err := quorum(fork, false); !errors.As(err, &forked) {
		t.Errorf("a fork without a witness: %v", err)
	}
}

// TestProvenByThePolicyOfNow follows without witnesses, then asks for one: a
// proof verifies by the policy that its checkpoint was taken by.
func TestProvenByThePolicyOfNow(t *testing.T) {
	l := logtest.Open(t)
	logtest.Grow(t, l, "entry", 2)
	state := filepath.Join(t.TempDir(), "state")
	f := open(t, &files{Files: l}, state)
	if _, err := take(t, f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	policy := logtest.Policy(t, witness)
	f, err := Open(&files{Files: l, alter: func(path string, b []byte) []byte {
		if path == "checkpoint" {
			return cosigned(t, b)
		}
		return b
	}}, policy, state)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	proof, err := f.Prove(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := proof.Verify(proof.Extra, policy); err != nil {
		t.Error(err)
	}
}

// TestPartialsMayGo serves a log that drops its partial files, as
// tlog-tiles allows once the full ones are there.
func TestPartialsMayGo(t *testing.T) {
	l := logtest.Open(t)
	logtest.Grow(t, l, "entry", 200)
	before := l.Head()
	logtest.Grow(t, l, "entry", 100)
	source := &files{Files: dropped{l, before.Signed}}
	f := open(t, source, filepath.Join(t.TempDir(), "state"))
	if got, err := take(t, f); err != nil || len(got) != 200 {
		t.Fatalf("%d entries, %v", len(got), err)
	}
	if proof, err := f.Prove(t.Context(), 199); err != nil || proof.Index != 199 {
		t.Error(err)
	}
}

type dropped struct {
	ledger.Files
	checkpoint []byte
}

func (d dropped) Get(path string) ([]byte, error) {
	if path == "checkpoint" {
		return d.checkpoint, nil
	}
	if strings.Contains(path, "0/000.p/") || strings.Contains(path, "entries/000.p/") {
		return nil, ledger.ErrAbsent
	}
	return d.Files.Get(path)
}

// TestNoTreeIsThatLarge has the log sign a size that no computer works a proof
// out for.
func TestNoTreeIsThatLarge(t *testing.T) {
	l := logtest.Open(t)
	logtest.Grow(t, l, "entry", 2)
	huge, err := note.Sign(&note.Note{Text: c2sp.Checkpoint{Origin: logtest.Origin, Size: 1<<63 - 1}.String()}, c2sp.LogSigner(logtest.Origin, logtest.Log))
	if err != nil {
		t.Fatal(err)
	}
	source := &files{Files: l}
	f := open(t, source, filepath.Join(t.TempDir(), "state"))
	if _, err := take(t, f); err != nil {
		t.Fatal(err)
	}
	source.alter = func(path string, b []byte) []byte {
		if path == "checkpoint" {
			return huge
		}
		return b
	}
	done := make(chan error, 1)
	go func() {
		_, err := f.Update(t.Context())
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, ErrAltered) {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("there is no end to it")
	}
}

func TestStates(t *testing.T) {
	l := logtest.Open(t)
	logtest.Grow(t, l, "entry", 2)
	state := filepath.Join(t.TempDir(), "state")
	f := open(t, &files{Files: l}, state)
	if _, err := take(t, f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	good, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", "{", `{"next":-1,"checkpoint":""}`, `{"next":1,"checkpoint":""}`, `{"next":1,"checkpoint":"x"}`, `{"next":1,"surprise":true}`,
		strings.Replace(string(good), `"next":2`, `"next":3`, 1), string(good) + "{}",
		strings.Replace(string(good), `\n2\n`, `\n1\n`, 1),
		strings.Replace(string(good), logtest.Origin, "other.example", 1),
	} {
		if bad == string(good) {
			t.Fatal("nothing was altered")
		}
		if err := os.WriteFile(state, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if f, err := Open(&files{Files: l}, logtest.Policy(t, ""), state); err == nil || !strings.Contains(err.Error(), "Restore it") {
			f.Close()
			t.Errorf("the state %q is taken: %v", bad, err)
		}
	}
}

// FuzzAnswers answers every request for a tile or a bundle with the same
// bytes: no entry is taken that is not the log's.
func FuzzAnswers(f *testing.F) {
	l := logtest.Open(f)
	logtest.Grow(f, l, "entry", 2)
	for _, path := range []string{"tile/0/000.p/2", "tile/entries/000.p/2"} {
		b, err := l.Get(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(path == "tile/0/000.p/2", b)
	}
	dir, p := f.TempDir(), logtest.Policy(f, "")
	f.Fuzz(func(t *testing.T, tile bool, answer []byte) {
		follower, err := Open(&files{Files: l, alter: func(path string, b []byte) []byte {
			if path != "checkpoint" && tile == strings.HasPrefix(path, "tile/0") {
				return bytes.Clone(answer)
			}
			return b
		}}, p, filepath.Join(dir, "none"))
		if err != nil {
			t.Fatal(err)
		}
		defer follower.Close()
		if _, err := follower.Update(t.Context()); err != nil {
			t.Fatal(err)
		}
		follower.Entries(t.Context(), 0, func(i int64, entry []byte) error {
			if want := fmt.Sprintf("entry %d", i); string(entry) != want {
				t.Errorf("%q is taken for %q", entry, want)
			}
			return nil
		})
		os.Remove(filepath.Join(dir, "none"))
	})
}

// BenchmarkFollow follows a log over loopback, each entry verified, and says
// how many a second.
func BenchmarkFollow(b *testing.B) {
	const entries = 20_000
	l := logtest.Open(b)
	errs := make(chan error)
	for i := range entries {
		go func() {
			_, err := l.Append(b.Context(), fmt.Appendf(make([]byte, 480), "entry %d", i))
			errs <- err
		}()
	}
	for range entries {
		if err := <-errs; err != nil {
			b.Fatal(err)
		}
	}
	logtest.Grow(b, l, "entry", 1)
	server := httptest.NewServer(l)
	defer server.Close()
	dir := b.TempDir()
	for b.Loop() {
		f, err := Open(&HTTP{Prefix: server.URL}, logtest.Policy(b, ""), filepath.Join(dir, "state"))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.Update(b.Context()); err != nil {
			b.Fatal(err)
		}
		n := 0
		if err := f.Entries(b.Context(), 0, func(int64, []byte) error { n++; return nil }); err != nil || n != entries+1 {
			b.Fatal(n, err)
		}
		f.Close()
	}
	b.ReportMetric(float64(entries+1)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
