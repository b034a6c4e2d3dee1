package ingest

import (
	"context"
	"crypto/ed25519"
	"flag"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/vault"
)

var many = flag.Int("records", 20_000, "records of the benchmark: a million is what it is held against")

// testKey signs checkpoints.
type testKey struct{}

var private = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

func (testKey) Public() ed25519.PublicKey           { return private.Public().(ed25519.PublicKey) }
func (testKey) Sign(message []byte) ([]byte, error) { return ed25519.Sign(private, message), nil }

// onDisk is a ledger with its vault.
func onDisk(t testing.TB) (Book, *ledger.Log, *vault.Vault) {
	t.Helper()
	dir := t.TempDir()
	log, err := ledger.Open(filepath.Join(dir, "ledger"), ledger.Options{Signer: c2sp.LogSigner("ledger.example", testKey{}), Guard: filepath.Join(dir, "guard")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	key, err := local.Create(filepath.Join(dir, "key"), local.Options{Secret: []byte("correct horse battery staple"), Cheap: true})
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(context.Background(), filepath.Join(dir, "vault"), vault.Options{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return OneLog(log, v, time.Now), log, v
}

// BenchmarkKubernetes brings an audit log into a ledger on the disk: seconds of
// CPU and the most memory that the process had, for as many records as
// -records says.
func BenchmarkKubernetes(b *testing.B) {
	file := auditFile(b, 0, *many)
	defer Streaming()()
	for b.Loop() {
		b.StopTimer()
		book, log, _ := onDisk(b)
		known := openKnown(b, book)
		b.StartTimer()
		peak, stop := watchMemory()
		before := cpu(b)
		sum, err := Run(context.Background(), book, known, Options{Kind: "kubernetes", Files: []string{file}})
		stop()
		if err != nil || sum.Logged != int64(*many) || log.Head().Size != int64(*many) {
			b.Fatalf("%v: %+v", err, sum)
		}
		spent := (cpu(b) - before).Seconds()
		b.ReportMetric(spent, "cpu-s/op")
		b.ReportMetric(spent*1e6/float64(*many), "cpu-µs/record")
		b.ReportMetric(float64(peak.Load())/1e6, "heap-MB")
		b.ReportMetric(resident(b)/1e6, "rss-MB")
		b.StopTimer()
		if sum, err = Run(context.Background(), book, known, Options{Kind: "kubernetes", Files: []string{file}}); err != nil || sum.Already != int64(*many) {
			b.Fatalf("%v: %+v", err, sum)
		}
		b.StartTimer()
	}
}

// BenchmarkParse is what reading alone costs.
func BenchmarkParse(b *testing.B) {
	line := []byte(auditLine(7))
	into := newLine(b.Context(), &page{}, openKnown(b, &page{}))
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		t := &taker{kind: kubernetesAudit, options: &Options{}, into: into, sum: &Summary{}}
		t.record(line)
		if t.sum.Read != 1 {
			b.Fatal(t.sum)
		}
	}
}

// watchMemory looks at the heap until it is stopped.
func watchMemory() (peak *atomic.Uint64, stop func()) {
	peak = &atomic.Uint64{}
	done := make(chan struct{})
	go func() {
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapInuse))
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return peak, func() { close(done) }
}
