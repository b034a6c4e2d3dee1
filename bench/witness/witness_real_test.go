//go:build real

// Package witness holds both sides of our witness protocol against what the
// public witness network runs: transparency-dev/witness cosigns our log, and
// Tessera has its checkpoints cosigned by our witness.
package witness

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"github.com/transparency-dev/witness/persistence/inmemory"
	public "github.com/transparency-dev/witness/witness"
	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/follow"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/logtest"
	ours "github.com/bailiwick-dev/bailiwick/internal/ledger/witness"
)

const origin, name = logtest.Origin, "witness.example/w1"

func policy(t *testing.T, lines ...string) *c2sp.Policy {
	t.Helper()
	p, err := c2sp.ParsePolicy([]byte(strings.Join(lines, "\n") + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var (
	logLine     = "log " + c2sp.LogKey(origin, logtest.Log.Public()).String()
	witnessLine = "witness w1 " + c2sp.WitnessKey(name, logtest.Key(2).Public()).String()
)

// theirs is a witness of transparency-dev/witness that knows our log.
func theirs(t *testing.T) *httptest.Server {
	t.Helper()
	verifier, err := note.NewVerifier(c2sp.LogKey(origin, logtest.Log.Public()).String())
	if err != nil {
		t.Fatal(err)
	}
	w, err := public.New(t.Context(), public.Opts{
		Persistence: inmemory.New(), Signers: []note.Signer{c2sp.Cosigner(name, logtest.Key(2), time.Now)},
		VerifierForLog: func(_ context.Context, o string) (note.Verifier, bool, error) { return verifier, o == origin, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", public.NewHTTPHandler(w).AddCheckpoint)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// own is our witness, which knows the logs of the policy.
func own(t *testing.T, logs *c2sp.Policy) *httptest.Server {
	t.Helper()
	w, err := ours.Open(ours.Options{Name: name, Signer: logtest.Key(2), Logs: logs.Logs(), Dir: t.TempDir(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	s := httptest.NewServer(w)
	t.Cleanup(s.Close)
	return s
}

// TestRealBothCosignUs has both witnesses cosign our log by our client, and
// refuse a fork and a rollback of it.
func TestRealBothCosignUs(t *testing.T) {
	for who, server := range map[string]*httptest.Server{"transparency-dev/witness": theirs(t), "ours": own(t, policy(t, logLine, "quorum none"))} {
		t.Run(who, func(t *testing.T) {
			at := c2sp.Endpoint{Key: c2sp.WitnessKey(name, logtest.Key(2).Public()), URL: server.URL}
			client := &ours.Client{Endpoint: at}
			trust := policy(t, logLine, witnessLine, "quorum w1")
			l := logtest.Open(t)
			for _, n := range []int{1, 0, 5, 300, 700} {
				logtest.Grow(t, l, "entry", n)
				head := l.Head()
				lines, err := client.Cosign(t.Context(), l.Reader, head)
				if err != nil {
					t.Fatalf("%d entries: %v", head.Size, err)
				}
				if opened, err := trust.Open(append(bytes.Clone(head.Signed), lines...)); err != nil || opened.Checkpoint != head.Checkpoint {
					t.Fatalf("%d entries: %v", head.Size, err)
				}
			}
			// A process that has just begun asks from nothing, and is told.
			if _, err := (&ours.Client{Endpoint: at}).Cosign(t.Context(), l.Reader, l.Head()); err != nil {
				t.Error(err)
			}
			for what, n := range map[string]int{"a rollback": 3, "a fork of the same size": 1006, "a longer fork": 1500} {
				fork := logtest.Open(t)
				logtest.Grow(t, fork, "other", n)
				for _, c := range []*ours.Client{client, {Endpoint: at}} {
					if _, err := c.Cosign(t.Context(), fork.Reader, fork.Head()); !errors.Is(err, ours.ErrRefused) {
						t.Errorf("%s: %v", what, err)
					}
				}
			}
		})
	}
}

// TestRealSameStatuses asks both witnesses the same, in the same order.
func TestRealSameStatuses(t *testing.T) {
	a, b := theirs(t), own(t, policy(t, logLine, "quorum none"))
	sign := func(name string, key logtest.Key, size int64, root byte) []byte {
		n, err := note.Sign(&note.Note{Text: c2sp.Checkpoint{Origin: name, Size: size, Root: [32]byte{root}}.String()}, c2sp.LogSigner(name, key))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, c := range []struct {
		name       string
		old        int64
		checkpoint []byte
		want       int // as the specification has it
		theirs     int // where they depart from it
	}{
		{"another log", 0, sign("other.example", 1, 1, 1), 404, 0},
		{"another key", 0, sign(origin, 3, 1, 1), 403, 500},
		{"a first one", 0, sign(origin, 1, 5, 1), 200, 0},
		{"old is behind", 0, sign(origin, 1, 5, 1), 409, 0},
		{"the same once more", 5, sign(origin, 1, 5, 1), 200, 0},
		{"the same size, another root", 5, sign(origin, 1, 5, 2), 422, 0},
		{"no proof", 5, sign(origin, 1, 6, 3), 422, 0},
		{"smaller", 5, sign(origin, 1, 4, 3), 400, 0},
		{"old is larger", 9, sign(origin, 1, 8, 1), 400, 0},
	} {
		for who, server := range map[string]*httptest.Server{"transparency-dev/witness": a, "ours": b} {
			answer, err := http.Post(server.URL+"/add-checkpoint", "text/plain", bytes.NewReader(c2sp.CheckpointRequest{Old: c.old, Checkpoint: c.checkpoint}.Marshal()))
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			want := c.want
			if server == a && c.theirs != 0 {
				want = c.theirs
			}
			if answer.StatusCode != want {
				t.Errorf("%s, %s: %d, want %d", c.name, who, answer.StatusCode, want)
			}
			if c.want == 409 && (string(text) != "5\n" || answer.Header.Get("Content-Type") != "text/x.tlog.size") {
				t.Errorf("%s, %s: %q, %v", c.name, who, text, answer.Header)
			}
		}
	}
}

// TestRealTesseraIsCosigned has our witness cosign a log of Tessera's, which
// publishes nothing without that, and our follower follow it.
func TestRealTesseraIsCosigned(t *testing.T) {
	secret, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	server := own(t, policy(t, "log "+vkey, "quorum none"))
	dir, state := t.TempDir(), filepath.Join(t.TempDir(), "state")
	trust := policy(t, "log "+vkey, witnessLine, "quorum w1")
	source, err := follow.At(dir)
	if err != nil {
		t.Fatal(err)
	}
	run := func(n int) error { return addToTessera(t, dir, secret, witnessLine+" "+server.URL, n) }
	next := int64(0)
	for _, n := range []int{1, 300, 900} {
		if err := run(n); err != nil {
			t.Fatal(err)
		}
		f, err := follow.Open(source, trust, state)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := f.Update(t.Context())
		if err != nil || len(opened.Cosigned) != 1 {
			t.Fatalf("%v, %v", opened, err)
		}
		seen := map[string]bool{}
		err = f.Entries(t.Context(), f.Next(), func(i int64, entry []byte) error {
			if i != next {
				t.Errorf("entry %d comes where %d is due", i, next)
			}
			next++
			seen[string(entry)] = true
			return nil
		})
		if err != nil || len(seen) != n {
			t.Fatalf("%d of %d entries, %v", len(seen), n, err)
		}
		if err := f.Took(next); err != nil {
			t.Fatal(err)
		}
		proof, err := f.Prove(t.Context(), next/2)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := proof.Verify(proof.Extra, trust); err != nil {
			t.Error(err)
		}
		f.Close()
	}
	// A state of yesterday is put back: Tessera signs a fork and asks for a
	// cosignature of it. It must get none.
	before, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, ".state")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "checkpoint")); err != nil {
		t.Fatal(err)
	}
	if err := run(5); err == nil || !strings.Contains(err.Error(), "witness policy was not satisfied") {
		t.Errorf("after its state was lost Tessera ends with %v", err)
	}
	if now, err := os.ReadFile(filepath.Join(dir, "checkpoint")); err == nil {
		if opened, err := trust.Open(now); err == nil && opened.Size > 0 {
			t.Errorf("a fork of %d entries was cosigned, before it was\n%s", opened.Size, before)
		}
	}
	answer, err := http.Get(fmt.Sprintf("%s/%x/checkpoint", server.URL, sha256.Sum256([]byte(origin))))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if shown, err := trust.Open(text); err != nil || shown.Size != next {
		t.Errorf("the witness saw %d entries, and shows %d: %v", next, shown.Size, err)
	}
}

// addToTessera runs Tessera's POSIX log until n entries are published.
func addToTessera(t *testing.T, dir, secret, witnesses string, n int) error {
	t.Helper()
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	group, err := tessera.NewWitnessGroupFromPolicy([]byte(witnesses + "\nquorum w1\n"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	driver, err := posix.New(ctx, posix.Config{Path: dir})
	if err != nil {
		t.Fatal(err)
	}
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, tessera.NewAppendOptions().
		WithCheckpointSigner(signer).WithBatching(256, 10*time.Millisecond).WithCheckpointInterval(100*time.Millisecond).
		WithWitnesses(group, &tessera.WitnessOptions{Timeout: 2 * time.Second}))
	if err != nil {
		return err
	}
	await := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, 20*time.Millisecond)
	errs := make(chan error)
	wait, cancel := context.WithTimeout(ctx, 8*time.Second)
	defer cancel()
	for i := range n {
		go func() {
			_, _, err := await.Await(wait, appender.Add(ctx, tessera.NewEntry(fmt.Appendf(nil, "%s entry %d of %d", time.Now(), i, n))))
			errs <- err
		}()
	}
	for range n {
		err = errors.Join(err, <-errs)
	}
	if err != nil {
		return err
	}
	return shutdown(ctx)
}
