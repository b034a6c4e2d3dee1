package ledger

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// testKey is a key in memory, made of one byte.
type testKey byte

func (k testKey) private() ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = byte(k)
	return ed25519.NewKeyFromSeed(seed)
}
func (k testKey) Public() ed25519.PublicKey           { return k.private().Public().(ed25519.PublicKey) }
func (k testKey) Sign(message []byte) ([]byte, error) { return ed25519.Sign(k.private(), message), nil }

const testOrigin = "ledger.clinic.example/2026-11"

func testOptions(t testing.TB, guard string) Options {
	return Options{Signer: c2sp.LogSigner(testOrigin, testKey(1)), Guard: guard, Warn: t.Logf}
}

func testPolicy(t testing.TB) *c2sp.Policy {
	t.Helper()
	p, err := c2sp.ParsePolicy([]byte("log " + c2sp.LogKey(testOrigin, testKey(1).Public()).String() + "\nquorum none\n"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func openTest(t testing.TB, dir string) *Log {
	t.Helper()
	l, err := Open(filepath.Join(dir, "log"), testOptions(t, filepath.Join(dir, "guard")))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestReceiptsHold(t *testing.T) {
	dir, policy := t.TempDir(), testPolicy(t)
	const writers, each = 16, 60
	seen := map[int64]bool{}
	for round := range 3 {
		l := openTest(t, dir)
		var mu sync.Mutex
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					entry := fmt.Appendf(nil, "round %d writer %d entry %d", round, w, i)
					r, err := l.Append(t.Context(), entry)
					if err != nil {
						t.Error(err)
						return
					}
					proof, err := c2sp.ParseProof(r.Text(entry))
					if err != nil {
						t.Error(err)
					} else if _, err := proof.Verify(proof.Extra, policy); err != nil {
						t.Errorf("entry %d of size %d: %v", r.Index, r.Head.Size, err)
					}
					mu.Lock()
					if seen[r.Index] {
						t.Errorf("index %d twice", r.Index)
					}
					seen[r.Index] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for _, i := range []int64{0, 1, 255, 256, l.Head().Size - 1} {
			entry, err := l.Entry(i)
			if err != nil {
				t.Fatal(err)
			}
			r, err := l.Prove(i)
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckRecord(r.Proof, r.Head.Size, r.Head.Root, i, tlog.RecordHash(entry)); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := l.Head().Size, int64((round+1)*writers*each); got != want {
			t.Fatalf("size %d, want %d", got, want)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReadWhileItGrows reads by what there was when the reading began, while more
// than a bundle can hold came since.
func TestReadWhileItGrows(t *testing.T) {
	l := openTest(t, t.TempDir())
	defer l.Close()
	appendAll(t, l, 1)
	s, head := l.look()
	var wg sync.WaitGroup
	for range maxBundle/c2sp.MaxEntry + 2 {
		wg.Go(func() {
			if _, err := l.Append(t.Context(), make([]byte, c2sp.MaxEntry)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if entry, err := s.entry(0, head.Size); err != nil || string(entry) != "entry 0 after 0" {
		t.Errorf("%q, %v", entry, err)
	}
}

// BenchmarkAppend prints appends per second at one, 64 and 1,024 writers.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 64, 1024} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			dir := b.TempDir()
			l := openTest(b, dir)
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range writers {
				wg.Go(func() {
					entry := make([]byte, 500)
					for {
						i := next.Add(1)
						if i > int64(b.N) {
							return
						}
						binary.LittleEndian.PutUint64(entry, uint64(i))
						if _, err := l.Append(context.Background(), append([]byte(nil), entry...)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
			if err := l.Close(); err != nil {
				b.Fatal(err)
			}
			var bytes int64
			filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
				if err == nil && !info.IsDir() {
					bytes += info.Size()
				}
				return err
			})
			b.ReportMetric(float64(bytes)/float64(b.N), "bytes/entry")
		})
	}
}

// BenchmarkProve proves entries of a log of 100,000 from its files.
func BenchmarkProve(b *testing.B) {
	const size = 100_000
	dir := b.TempDir()
	l := openTest(b, dir)
	grow(b, l, size)
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	r, err := OpenReader(filepath.Join(dir, "log"))
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	var i int64
	for b.Loop() {
		if _, err := r.Prove(i % size); err != nil {
			b.Fatal(err)
		}
		i += 7919
	}
}
