package local

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/keystest"
)

var cheap = Options{Secret: []byte("correct horse battery"), Cheap: true}

func made(t *testing.T) (*Key, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	k, err := Create(path, cheap)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k, path
}

func reopened(t *testing.T, path string) *Key {
	t.Helper()
	k, err := Open(path, cheap)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

func TestSuite(t *testing.T) {
	_, path := made(t)
	_, other := made(t)
	keystest.Run(t, keystest.Backend{
		Open:  func(t *testing.T) keys.Key { return reopened(t, path) },
		Other: func(t *testing.T) keys.Key { return reopened(t, other) },
	})
}

// TestXAES holds our XAES-256-GCM against the vectors of its specification.
func TestXAES(t *testing.T) {
	for _, c := range []struct{ key, aad, want string }{
		{strings.Repeat("\x01", 32), "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
		{strings.Repeat("\x03", 32), "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
	} {
		x, err := newXAES([]byte(c.key))
		if err != nil {
			t.Fatal(err)
		}
		const nonce = "ABCDEFGHIJKLMNOPQRSTUVWX"
		want, _ := hex.DecodeString(c.want)
		got, err := x.open([]byte(nonce+string(want)), []byte(c.aad))
		if err != nil || string(got) != "XAES-256-GCM" {
			t.Errorf("%s opens as %q, %v", c.want, got, err)
		}
	}
}

func TestDescribe(t *testing.T) {
	k, _ := made(t)
	s, err := k.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c := keys.Ladder(s); c.Grade != graph.GradeUnknown || !strings.Contains(c.Unknown, "declaration") {
		t.Errorf("custody by a file alone is %+v", c)
	}
	if bytes.Contains(s.Evidence[0].Body, []byte("seed")) {
		t.Errorf("the evidence holds secrets: %s", s.Evidence[0].Body)
	}
}

func TestOpenRefuses(t *testing.T) {
	_, path := made(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path, cheap); err == nil || !strings.Contains(err.Error(), "never overwritten") {
		t.Errorf("made again: %v", err)
	}
	if _, err := Create(path+"2", Options{Secret: []byte("short")}); err == nil {
		t.Error("a short passphrase was taken")
	}
	if _, err := Open(path, Options{Secret: []byte("another passphrase")}); !errors.Is(err, errLocked) {
		t.Errorf("with another passphrase: %v", err)
	}
	if _, err := Open(path+".none", cheap); err == nil || !strings.Contains(err.Error(), "keys create") {
		t.Errorf("what is not there: %v", err)
	}
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o620} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, cheap); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"it is no key file":         "hello",
		"its format":                strings.Replace(string(good), "key/v1", "key/v2", 1),
		"unknown field":             strings.Replace(string(good), `"id"`, `"more": 1, "id"`, 1),
		"is not argon2id":           strings.Replace(string(good), "argon2id", "argon2i", 1),
		"its key derivation asks":   strings.Replace(string(good), "8192", "4294967295", 1),
		"passes over":               strings.Replace(string(good), `"time": 1`, `"time": 4000000000`, 1),
		"it was edited":             string(good) + "\n",
		"its id":                    strings.Replace(string(good), `"id": "`, `"id": "00`, 1),
		"is longer than":            string(good) + strings.Repeat(" ", maxFile),
		"in 0 lanes":                strings.Replace(string(good), `"lanes": 1`, `"lanes": 0`, 1),
		"its salt has 0 bytes, not": strings.Replace(string(good), `"salt": "`, `"salt": "", "x": "`, 1),
	} {
		if name == "its salt has 0 bytes, not" {
			at := strings.Index(text, `, "x"`)
			text = text[:at] + text[at+strings.Index(text[at:], "\n"):]
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, cheap); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want an error with %q, got %v", name, err)
		}
	}
}

// TestFlippedBits flips every bit of a key file: none opens.
func TestFlippedBits(t *testing.T) {
	k, path := made(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parsed := 0
	for bit := range 8 * len(good) {
		good[bit/8] ^= 1 << (bit % 8)
		f, err := parse(good)
		good[bit/8] ^= 1 << (bit % 8)
		if err != nil {
			continue
		}
		parsed++
		seal := k.seal
		if f.KDF.Time != k.head.KDF.Time || f.KDF.Memory != k.head.KDF.Memory || f.KDF.Lanes != k.head.KDF.Lanes || !bytes.Equal(f.KDF.Salt, k.head.KDF.Salt) {
			f.KDF.Memory = min(f.KDF.Memory, 16<<10) // what it asks for changes the key either way
			f.KDF.Time = min(f.KDF.Time, 2)
			if seal, err = f.KDF.sealer(cheap.Secret); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.open(seal); err == nil {
			t.Fatalf("bit %d of %d was flipped, and the file opened", bit, 8*len(good))
		}
	}
	if parsed < 100 {
		t.Errorf("only %d of the changed files could be parsed: nothing was tried", parsed)
	}
}

func TestRotateAndDestroy(t *testing.T) {
	k, path := made(t)
	ctx, aad := t.Context(), []byte("records")
	before := reopened(t, path) // as another process would have it
	first, err := k.Wrap(ctx, []byte("secret"), aad)
	if err != nil {
		t.Fatal(err)
	}
	v, err := k.Rotate(ctx)
	if err != nil || v.Number != 2 {
		t.Fatalf("rotated to %+v, %v", v, err)
	}
	second, err := before.Wrap(ctx, []byte("secret"), aad)
	if err != nil || !bytes.Equal(second[:wrappedHead], before.prefix(2)) {
		t.Fatalf("who had the key open wraps by %x, %v", second[:wrappedHead], err)
	}
	if got, err := k.Unwrap(ctx, first, aad); err != nil || string(got) != "secret" {
		t.Fatalf("an old version unwraps %q, %v", got, err)
	}
	moved, err := keys.Rewrap(ctx, k, k, first, aad)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Destroy(ctx, 2); err == nil || !strings.Contains(err.Error(), "rotate first") {
		t.Errorf("the newest was destroyed: %v", err)
	}
	if _, err := k.Destroy(ctx, 7); err == nil || !strings.Contains(err.Error(), "no version 7") {
		t.Errorf("what is not there was destroyed: %v", err)
	}
	if _, err := k.Destroy(ctx); err == nil {
		t.Error("nothing was destroyed without complaint")
	}

	old, err := os.Open(path) // whoever has the former file open sees it go
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	proofs, err := k.Destroy(ctx, 1)
	if err != nil || len(proofs) != 1 {
		t.Fatalf("%+v, %v", proofs, err)
	}
	proof := proofs[0]
	if err := proof.Verify(); err != nil || proof.Version != 1 || len(proof.Left) != 1 || proof.Left[0] != 2 {
		t.Errorf("proof %+v, %v", proof, err)
	}
	proof.Version = 2
	if err := proof.Verify(); err == nil {
		t.Error("a changed proof verifies")
	}
	for name, key := range map[string]*Key{"here": k, "elsewhere": before, "anew": reopened(t, path)} {
		if got, err := key.Unwrap(ctx, first, aad); !errors.Is(err, keys.ErrUnwrap) {
			t.Errorf("%s the destroyed version unwraps %q, %v", name, got, err)
		}
		if got, err := key.Unwrap(ctx, moved, aad); err != nil || string(got) != "secret" {
			t.Errorf("%s what was wrapped anew is %q, %v", name, got, err)
		}
	}
	if b, err := io.ReadAll(old); err != nil || len(b) == 0 || len(bytes.Trim(b, "\x00")) != 0 {
		t.Errorf("the former file holds %q, %v", b, err)
	}
	onlyThe(t, path)
	if v, err := k.Rotate(ctx); err != nil || v.Number != 3 {
		t.Errorf("a number was used twice: %+v, %v", v, err)
	}
	if proofs, err = k.Destroy(ctx, 2, 3); err != nil || len(proofs) != 2 || len(proofs[1].Left) != 0 || proofs[1].Verify() != nil {
		t.Fatalf("%+v, %v", proofs, err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 0 {
		t.Errorf("after all were destroyed there are %v, %v", left, err)
	}
	if _, err := before.Unwrap(ctx, moved, aad); err == nil {
		t.Error("the key works without its file")
	}
}

func onlyThe(t *testing.T, path string) {
	t.Helper()
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 || left[0].Name() != filepath.Base(path) {
		t.Errorf("beside the key there are %v, %v", left, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestRotateTogether loses no version, whoever rotates.
func TestRotateTogether(t *testing.T) {
	k, path := made(t)
	all := []*Key{k, reopened(t, path), reopened(t, path)}
	var wait sync.WaitGroup
	for _, k := range all {
		wait.Go(func() {
			for range 5 {
				if _, err := k.Rotate(t.Context()); err != nil {
					t.Error(err)
				}
				if _, err := k.Wrap(t.Context(), []byte("x"), nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	versions, err := k.Versions(t.Context())
	if err != nil || len(versions) != 16 || versions[15].Number != 16 {
		t.Errorf("%d versions, %v", len(versions), err)
	}
	onlyThe(t, path)
}

// TestInterrupted stops a replacement after each of its steps.
func TestInterrupted(t *testing.T) {
	k, path := made(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The second name was given, the new file has not its place yet.
	if err := os.Link(path, former(path)); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	onlyThe(t, path)
	// The new file has its place, the old one was not overwritten.
	if err := os.WriteFile(former(path), content, 0o600); err != nil {
		t.Fatal(err)
	}
	old, err := os.Open(former(path))
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if _, err := k.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(old); err != nil || len(b) != len(content) || len(bytes.Trim(b, "\x00")) != 0 {
		t.Errorf("what was left holds %q, %v", b, err)
	}
	onlyThe(t, path)
	// The machine stopped while the new file was written.
	if err := os.WriteFile(coming(path), content[:100], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	onlyThe(t, path)
	// It stopped when a new key had both its names.
	if err := os.Link(path, coming(path)); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path, cheap); err == nil || !strings.Contains(err.Error(), "never overwritten") {
		t.Errorf("made again: %v", err)
	}
	onlyThe(t, path)
	if _, err := k.Wrap(t.Context(), []byte("x"), nil); err != nil {
		t.Error(err)
	}
	// Another key was put in the place of this one.
	_, other := made(t)
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Wrap(t.Context(), []byte("x"), nil); err == nil || !strings.Contains(err.Error(), "put in its place") {
		t.Errorf("wrapped by another key: %v", err)
	}
}

// TestDestroyCancelled: whoever gives up while a version ends gets its proof all
// the same.
func TestDestroyCancelled(t *testing.T) {
	_, path := made(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o, stop := cheap, false
	o.Now = func() time.Time {
		if stop {
			cancel()
		}
		return time.Now()
	}
	k, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if _, err := k.Rotate(ctx); err != nil {
		t.Fatal(err)
	}
	stop = true
	if proofs, err := k.Destroy(ctx, 1); err != nil || len(proofs) != 1 || ctx.Err() == nil {
		t.Errorf("%+v, %v", proofs, err)
	}
}

// TestDestroyAgain: a proof that was lost on its way is given again.
func TestDestroyAgain(t *testing.T) {
	k, path := made(t)
	for range 3 {
		if _, err := k.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	first, err := k.Destroy(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The machine stopped before the former file was overwritten.
	if err := os.WriteFile(former(path), content, 0o600); err != nil {
		t.Fatal(err)
	}
	other := reopened(t, path)
	again, err := other.Destroy(t.Context(), 2)
	if err != nil || !cmp.Equal(first, again) || again[0].Verify() != nil {
		t.Errorf("again it is %+v, %v; it was %+v", again, err, first)
	}
	onlyThe(t, path)
	both, err := other.Destroy(t.Context(), 1, 2)
	if err != nil || len(both) != 2 || both[0].Version != 1 || !cmp.Equal(both[1], first[0]) {
		t.Errorf("%+v, %v", both, err)
	}
	if gone, err := k.Destroyed(t.Context()); err != nil || !cmp.Equal(gone, both) {
		t.Errorf("gone are %+v, %v", gone, err)
	}
	if _, err := k.Destroy(t.Context(), 2, 4); err == nil || !strings.Contains(err.Error(), "rotate first") {
		t.Errorf("the newest was destroyed: %v", err)
	}
}

// TestRemovalInterrupted: what a removal left is found and can be destroyed.
func TestRemovalInterrupted(t *testing.T) {
	_, path := made(t)
	if err := os.Rename(path, former(path)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, cheap); err == nil || !strings.Contains(err.Error(), former(path)) {
		t.Errorf("%v", err)
	}
	if proofs, err := reopened(t, former(path)).Destroy(t.Context(), 1); err != nil || len(proofs) != 1 {
		t.Errorf("%+v, %v", proofs, err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 0 {
		t.Errorf("there are %v, %v", left, err)
	}
}

// TestLinked: a key file that has a second name elsewhere stays where it is.
func TestLinked(t *testing.T) {
	k, path := made(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	linked := reopened(t, link)
	var wait sync.WaitGroup
	for _, k := range []*Key{k, linked} {
		wait.Go(func() {
			for range 5 {
				if _, err := k.Rotate(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if all, err := k.Versions(t.Context()); err != nil || len(all) != 11 {
		t.Errorf("%d versions, %v", len(all), err)
	}
	if to, err := os.Readlink(link); err != nil || to != path {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	onlyThe(t, path)
}

// TestPlanted: who may write into the folder cannot have other files
// overwritten.
func TestPlanted(t *testing.T) {
	for _, name := range []func(string) string{former, coming} {
		k, path := made(t)
		victim := filepath.Join(t.TempDir(), "victim")
		if err := os.WriteFile(victim, []byte("not a key"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(victim, name(path)); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Rotate(t.Context()); err == nil || !strings.Contains(err.Error(), name(path)) {
			t.Errorf("rotated beside a link: %v", err)
		}
		if b, err := os.ReadFile(victim); err != nil || string(b) != "not a key" {
			t.Errorf("it holds %q, %v", b, err)
		}
	}
}

func TestLockIsNotWaitedForForEver(t *testing.T) {
	k, path := made(t)
	unlock, err := lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := k.Rotate(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	path := filepath.Join(f.TempDir(), "key")
	k, err := Create(path, cheap)
	if err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := parse(b)
		if err != nil {
			return
		}
		if _, err := file.open(k.seal); err == nil && !bytes.Equal(b, good) {
			t.Fatalf("%q opens", b)
		}
	})
}

func BenchmarkWrap(b *testing.B) {
	k, err := Create(filepath.Join(b.TempDir(), "key"), cheap)
	if err != nil {
		b.Fatal(err)
	}
	secret := make([]byte, 32)
	for b.Loop() {
		if _, err := k.Wrap(b.Context(), secret, secret); err != nil {
			b.Fatal(err)
		}
	}
}
