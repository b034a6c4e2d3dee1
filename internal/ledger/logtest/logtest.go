// Package logtest makes logs and keys for the tests of those who read,
// witness and follow logs.
package logtest

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// Origin is the name of every log, which [Log] signs.
const Origin = "ledger.clinic.example"

// Log is the key of every log.
const Log Key = 1

// A Key is a key in memory, made of one byte.
type Key byte

func (k Key) private() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(k)}, ed25519.SeedSize))
}

// Public implements [c2sp.Signer].
func (k Key) Public() ed25519.PublicKey { return k.private().Public().(ed25519.PublicKey) }

// Sign implements [c2sp.Signer].
func (k Key) Sign(message []byte) ([]byte, error) { return ed25519.Sign(k.private(), message), nil }

// Line is the line of a policy that trusts the logs.
var Line = "log " + c2sp.LogKey(Origin, Log.Public()).String() + "\n"

// Policy trusts the logs, and asks for what the lines say; for no witness
// without.
func Policy(t testing.TB, lines string) *c2sp.Policy {
	t.Helper()
	if lines == "" {
		lines = "quorum none\n"
	}
	p, err := c2sp.ParsePolicy([]byte(Line + lines))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Open begins a log that is closed when the test ends.
func Open(t testing.TB) *ledger.Log {
	t.Helper()
	dir := t.TempDir()
	l, err := ledger.Open(filepath.Join(dir, "log"), ledger.Options{Signer: c2sp.LogSigner(Origin, Log), Guard: filepath.Join(dir, "guard"), Every: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// Grow appends n entries, the text and their number, and waits until the log
// has published them.
func Grow(t testing.TB, l *ledger.Log, text string, n int) {
	t.Helper()
	for i := range n {
		if _, err := l.Append(t.Context(), fmt.Appendf(nil, "%s %d", text, i)); err != nil {
			t.Fatal(err)
		}
	}
	for end := time.Now().Add(20 * time.Second); l.Published().Size < l.Head().Size; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nothing is published")
		}
	}
}
