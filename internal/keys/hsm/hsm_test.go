package hsm

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm/wire"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
)

func address(t *testing.T, object string) keys.Address {
	t.Helper()
	a, err := keys.ParseAddress("pkcs11:token=test;object=" + object + "?module-path=/module.so")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func open(t *testing.T, how, object string, patient time.Duration) (*Key, error) {
	t.Helper()
	t.Setenv(behaviour, how)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	k, err := Open(t.Context(), address(t, object), Options{Program: self, Patient: patient})
	if err == nil {
		t.Cleanup(func() { k.Close() })
	}
	return k, err
}

func mustOpen(t *testing.T, how, object string, patient time.Duration) *Key {
	t.Helper()
	k, err := open(t, how, object, patient)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSuite(t *testing.T) {
	for how, unsigned := range map[string]bool{"works": false, "has no signer": true} {
		t.Run(how, func(t *testing.T) {
			keystest.Run(t, keystest.Backend{
				Open:     func(t *testing.T) keys.Key { return mustOpen(t, how, "one", time.Minute) },
				Other:    func(t *testing.T) keys.Key { return mustOpen(t, how, "two", time.Minute) },
				Unsigned: unsigned,
			})
		})
	}
}

// TestOpenFails wants an error that says what is wrong, soon.
func TestOpenFails(t *testing.T) {
	for how, want := range map[string]string{
		"ends":               "no licence for this module",
		"hangs":              "did not answer within 300ms",
		"hangs with a child": "did not answer within 300ms",
	} {
		at := time.Now()
		if _, err := open(t, how, "one", 300*time.Millisecond); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", how, err)
		}
		if took := time.Since(at); took > 10*time.Second {
			t.Errorf("%s: it took %s to say so", how, took)
		}
	}
	if _, err := open(t, "works", "none", time.Minute); err == nil || !strings.Contains(err.Error(), "has no such key") {
		t.Errorf("no key: %v", err)
	}
	a := address(t, "one")
	a.Token["module-path"] = "module.so"
	if _, err := Open(t.Context(), a, Options{}); err == nil || !strings.Contains(err.Error(), "whole path") {
		t.Errorf("a module that is looked for anywhere: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Open(t.Context(), address(t, "one"), Options{}); err == nil || !strings.Contains(err.Error(), "go build ./cmd/bailiwick-hsm") {
		t.Errorf("without the program: %v", err)
	}
}

// TestCrash wants an error from a module that crashes, hangs or talks, and an
// answer from the next run.
func TestCrash(t *testing.T) {
	for how, want := range map[string]string{
		"crashes":             "SIGSEGV: segmentation violation",
		"hangs in the module": "did not answer within 1s",
		"talks":               "ended before it answered",
		"answers without end": "ended before it answered",
		"answers others":      "did not answer within 1s",
		"loses the token":     "the token was taken out",
		"refuses":             "the token is busy",
	} {
		t.Run(how, func(t *testing.T) {
			patient := time.Minute
			if strings.Contains(want, "within 1s") {
				patient = time.Second
			}
			k := mustOpen(t, how, "one", patient)
			at := time.Now()
			if _, err := k.Wrap(t.Context(), []byte("x"), nil); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("wrap: %v", err)
			}
			if took := time.Since(at); took > 10*time.Second {
				t.Errorf("it took %s to say so", took)
			}
			// Those that lose their token end a moment after they have said so.
			for deadline := time.Now().Add(10 * time.Second); how != "refuses" && !k.run.over() && time.Now().Before(deadline); {
				time.Sleep(time.Millisecond)
			}
			t.Setenv(behaviour, "works")
			if _, err := k.Wrap(t.Context(), []byte("x"), nil); (err == nil) == (how == "refuses") {
				t.Errorf("the next run: %v", err)
			}
		})
	}
}

// TestKilled lets every request that waits fail when the program is killed.
func TestKilled(t *testing.T) {
	k := mustOpen(t, "hangs in the module", "one", time.Minute)
	errs := make(chan error)
	for range 5 {
		go func() {
			_, err := k.Wrap(t.Context(), []byte("x"), nil)
			errs <- err
		}()
	}
	time.Sleep(50 * time.Millisecond)
	k.run.cmd.Process.Kill()
	for range 5 {
		select {
		case err := <-errs:
			if err == nil || !strings.Contains(err.Error(), "signal: killed") {
				t.Errorf("wrap: %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("a request hangs")
		}
	}
}

// TestImpatient wants that a caller can stop waiting, and that a module which
// hangs is found out all the same.
func TestImpatient(t *testing.T) {
	k := mustOpen(t, "hangs in the module", "one", time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	plaintext := []byte("x")
	if _, err := k.Wrap(ctx, plaintext, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("wrap: %v", err)
	}
	clear(plaintext) // it is the caller's again: the race detector sees who still reads it
	select {
	case <-k.run.ended:
	case <-time.After(10 * time.Second):
		t.Error("the module hangs for ever")
	}
}

// TestStartHangs wants that nobody waits longer than he likes for another's
// attempt to start the program.
func TestStartHangs(t *testing.T) {
	k := mustOpen(t, "crashes", "one", time.Minute)
	if _, err := k.Wrap(t.Context(), []byte("x"), nil); err == nil {
		t.Fatal("it did not crash")
	}
	t.Setenv(behaviour, "hangs")
	starting, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() {
		_, err := k.Wrap(starting, []byte("x"), nil)
		failed <- err
	}()
	for deadline := time.Now().Add(10 * time.Second); len(k.turn) == 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	at := time.Now()
	ctx, done := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer done()
	if _, err := k.Wrap(ctx, []byte("x"), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("wrap: %v", err)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(at); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	cancel()
	if err := <-failed; err == nil {
		t.Error("a key that was closed wraps")
	}
}

// TestTooLong refuses what no message holds, and nobody else hears of it.
func TestTooLong(t *testing.T) {
	k := mustOpen(t, "works", "one", time.Minute)
	run := k.run
	if _, err := k.Wrap(t.Context(), []byte("x"), make([]byte, 1<<20)); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("wrap: %v", err)
	}
	if _, err := k.Wrap(t.Context(), []byte("x"), nil); err != nil || k.run != run || run.over() {
		t.Errorf("the next request: %v, in the same run: %t", err, k.run == run)
	}
}

// TestWrongPIN tries a PIN that the token refuses once, whatever is asked
// afterwards: tokens lock themselves after three times.
func TestWrongPIN(t *testing.T) {
	tries := filepath.Join(t.TempDir(), "tries")
	t.Setenv(triesIn, tries)
	k := mustOpen(t, "crashes", "one", time.Minute)
	if _, err := k.Wrap(t.Context(), []byte("x"), nil); err == nil {
		t.Fatal("it did not crash")
	}
	t.Setenv(behaviour, "takes no PIN")
	for range 5 {
		if _, err := k.Wrap(t.Context(), []byte("x"), nil); !errors.Is(err, wire.ErrPIN) {
			t.Errorf("wrap: %v", err)
		}
	}
	if b, err := os.ReadFile(tries); err != nil || string(b) != "." {
		t.Errorf("it was tried %d times, %v", len(b), err)
	}
}

func TestStatement(t *testing.T) {
	yes, no := true, false
	good := func() wire.KeyFacts {
		return wire.KeyFacts{Extractable: &no, Sensitive: &yes, NeverExtractable: &yes, AlwaysSensitive: &yes, Local: &yes}
	}
	for _, c := range []struct {
		name       string
		change     func(*wire.KeyFacts)
		exportable keys.Answer
		material   keys.Material
	}{
		{"made there", func(*wire.KeyFacts) {}, keys.No, keys.Generated},
		{"can be extracted", func(k *wire.KeyFacts) { k.Extractable = &yes }, keys.Yes, keys.Generated},
		{"could be once", func(k *wire.KeyFacts) { k.NeverExtractable = &no }, keys.Yes, keys.Generated},
		{"was readable once", func(k *wire.KeyFacts) { k.AlwaysSensitive = &no }, keys.Yes, keys.Generated},
		{"is readable", func(k *wire.KeyFacts) { k.Sensitive = &no }, keys.Yes, keys.Generated},
		{"was imported", func(k *wire.KeyFacts) { k.Local = &no }, keys.Yes, keys.Imported},
		{"the token does not tell", func(k *wire.KeyFacts) { k.NeverExtractable = nil }, keys.Unknown, keys.Generated},
		{"nor where it was made", func(k *wire.KeyFacts) { k.Local = nil }, keys.Unknown, ""},
	} {
		k := good()
		c.change(&k)
		s, err := statement(address(t, "one"), &wire.Description{Keys: []wire.KeyFacts{good(), k}}, time.Unix(1, 0))
		if err != nil || s.Exportable != c.exportable || s.Material != c.material || s.Hardware != keys.No || s.Grade != keys.OperatorAsserted {
			t.Errorf("%s: %+v, %v", c.name, s, err)
		}
		// Whatever a token says of itself, it does not say who runs it.
		if custody := keys.Ladder(s); custody.Grade != graph.GradeUnknown {
			t.Errorf("%s: custody %+v", c.name, custody)
		}
		s.Entity = "clinic" // by a document of the perimeter
		if custody := keys.Ladder(s); (custody.Grade == 4) != (c.exportable == keys.No) {
			t.Errorf("%s, of the clinic: custody %+v", c.name, custody)
		}
	}
	s, err := statement(address(t, "one"), &wire.Description{Slot: wire.Slot{Hardware: true}}, time.Unix(1, 0))
	if err != nil || s.Exportable != keys.Unknown || s.Hardware != keys.Yes || strings.Contains(s.Key, "module-path") {
		t.Errorf("%+v, %v", s, err)
	}
}
