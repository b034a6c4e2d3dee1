//go:build real

package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// leafHashes is what Tessera's own command fsck gives to its package.
func leafHashes(bundle []byte) ([][]byte, error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, e := range b.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(e))
	}
	return hashes, nil
}

func entry(i int64) []byte { return fmt.Appendf(nil, "entry %d", i) }

// oursOf is a log of ours with that many entries, closed, and its public key.
func oursOf(t *testing.T, dir string, size int64) note.Verifier {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(filepath.Join(dir, "log"), ledger.Options{Signer: c2sp.LogSigner(origin, key{private}), Guard: filepath.Join(dir, "guard")})
	if err != nil {
		t.Fatal(err)
	}
	errs := make(chan error)
	for i := range size {
		go func() {
			_, err := l.Append(t.Context(), entry(i))
			errs <- err
		}()
	}
	for range size {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(c2sp.LogKey(origin, public).String())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestRealTesseraReadsOurs lets Tessera's client and fsck read our log, over HTTP
// and from an export.
func TestRealTesseraReadsOurs(t *testing.T) {
	for _, size := range []int64{1, 255, 256, 257, 1000, 70_000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			dir := t.TempDir()
			verifier := oursOf(t, dir, size)
			r, err := ledger.OpenReader(filepath.Join(dir, "log"))
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			server := httptest.NewServer(r)
			defer server.Close()
			at, err := url.Parse(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			http, err := client.NewHTTPFetcher(at, server.Client())
			if err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(dir, "out")
			if _, err := ledger.Export(t.Context(), r, out, false); err != nil {
				t.Fatal(err)
			}
			for name, f := range map[string]fsck.Fetcher{"HTTP": http, "export": client.FileFetcher{Root: out}} {
				if err := fsck.New(origin, verifier, f, leafHashes, fsck.Opts{N: 4}).Check(t.Context()); err != nil {
					t.Errorf("%s: Tessera's fsck: %v", name, err)
				}
				sameProofs(t, r, f, verifier)
			}
			noticed(t, out, size, verifier)
		})
	}
}

// sameProofs holds what Tessera's client makes of our tiles against our proofs.
func sameProofs(t *testing.T, r *ledger.Reader, f fsck.Fetcher, verifier note.Verifier) {
	t.Helper()
	c, _, _, err := client.FetchCheckpoint(t.Context(), f.ReadCheckpoint, verifier, origin)
	if err != nil {
		t.Fatal(err)
	}
	b, err := client.NewProofBuilder(t.Context(), c.Size, f.ReadTile)
	if err != nil {
		t.Fatal(err)
	}
	size := r.Head().Size
	for _, i := range []int64{0, size / 3, size / 2, size - 1} {
		theirs, err := b.InclusionProof(t.Context(), uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		ours, err := r.Prove(i)
		if err != nil {
			t.Fatal(err)
		}
		same(t, theirs, ours.Proof)
		if i == 0 {
			continue
		}
		if theirs, err = b.ConsistencyProof(t.Context(), uint64(i), uint64(size)); err != nil {
			t.Fatal(err)
		}
		consistent, err := r.Consistent(i, r.Head())
		if err != nil {
			t.Fatal(err)
		}
		same(t, theirs, tlog.RecordProof(consistent))
	}
}

func same(t *testing.T, theirs [][]byte, ours tlog.RecordProof) {
	t.Helper()
	if len(theirs) != len(ours) {
		t.Fatalf("their proof has %d hashes, ours %d", len(theirs), len(ours))
	}
	for i, h := range ours {
		if string(h[:]) != string(theirs[i]) {
			t.Fatalf("hash %d of the proof is another", i)
		}
	}
}

// noticed changes a bit of an entry: Tessera's fsck must say so, or it said
// nothing before either.
func noticed(t *testing.T, out string, size int64, verifier note.Verifier) {
	t.Helper()
	path := filepath.Join(out, c2sp.Tile{Level: c2sp.Entries, Width: int(min(size, c2sp.TileWidth))}.Path())
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-1] ^= 1
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := fsck.New(origin, verifier, client.FileFetcher{Root: out}, leafHashes, fsck.Opts{N: 4}).Check(t.Context()); err == nil {
		t.Error("a bit was changed, and Tessera's fsck says nothing")
	}
}

// TestRealOursReadsTesseras verifies a log that Tessera's POSIX driver made, from
// its folder: the root from its bundles, its tiles, and its proofs.
func TestRealOursReadsTesseras(t *testing.T) {
	dir := t.TempDir()
	secret, vkey, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	const size = 1000
	appender, _, shutdown, err := appendTo(ctx, dir, size, secret)
	if err != nil {
		t.Fatal(err)
	}
	errs := make(chan error)
	for i := range int64(size) {
		go func() {
			_, err := appender.Add(ctx, tessera.NewEntry(entry(i)))()
			errs <- err
		}()
	}
	for range size {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	if err := shutdown(); err != nil { // waits until all of it is below a checkpoint
		t.Fatal(err)
	}
	policy, err := c2sp.ParsePolicy([]byte("log " + vkey + "\nquorum none\n"))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	opened, err := policy.Open(signed)
	if err != nil || opened.Size != size {
		t.Fatalf("%d entries, %v", opened.Size, err)
	}
	read := func(tile c2sp.Tile) ([]byte, error) { return os.ReadFile(filepath.Join(dir, tile.Path())) }
	if err := c2sp.CheckTree(opened.Checkpoint, read); err != nil {
		t.Error(err)
	}
	b, err := client.NewProofBuilder(ctx, size, client.FileFetcher{Root: dir}.ReadTile)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int64{0, 255, 256, size - 1} {
		theirs, err := b.InclusionProof(ctx, uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		bundle, err := read(c2sp.Tile{Level: c2sp.Entries, N: i / c2sp.TileWidth, Width: int(min(size-i/c2sp.TileWidth*c2sp.TileWidth, c2sp.TileWidth))})
		if err != nil {
			t.Fatal(err)
		}
		var e []byte
		for range i%c2sp.TileWidth + 1 {
			if e, bundle, err = c2sp.NextEntry(bundle); err != nil {
				t.Fatal(err)
			}
		}
		proof := c2sp.Proof{Extra: e, Index: i, Checkpoint: signed}
		for _, h := range theirs {
			proof.Hashes = append(proof.Hashes, tlog.Hash(h))
		}
		parsed, err := c2sp.ParseProof(proof.Marshal())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parsed.Verify(parsed.Extra, policy); err != nil {
			t.Error(err)
		}
		if _, err := parsed.Verify([]byte("another entry"), policy); err == nil || !strings.Contains(err.Error(), "was altered") {
			t.Errorf("another entry verifies: %v", err)
		}
	}
}
