package vault

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// cpu is the time that the process computed. On a machine that others use too
// it says more than the clock.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// inference has three sealed fields, and the subject is the fourth.
func inference(subject string) entry.Record {
	return entry.Record{Subject: subject, Facts: &entry.Inference{Model: "mistral-small-2506", Result: "completed", Countries: []string{"FR"}, System: "triage", TokensIn: 412, TokensOut: 96},
		Sealed: map[string]string{"actor": "dr-house", "input": strings.Repeat("x", 300), "output": strings.Repeat("y", 300)}}
}

// BenchmarkSeal is what an entry costs beside the disk: commitments, entry,
// encryption.
func BenchmarkSeal(b *testing.B) {
	r, id := inference("patient-4711"), entry.KeyID{1}
	s, err := newSealer(make([]byte, keySize))
	if err != nil {
		b.Fatal(err)
	}
	v := &Vault{id: strings.Repeat("0", 32)}
	b.ReportAllocs()
	began := cpu()
	for b.Loop() {
		e, openings, err := r.Commit(id, noon)
		if err != nil {
			b.Fatal(err)
		}
		text, err := e.Marshal()
		if err != nil {
			b.Fatal(err)
		}
		s.Seal(make([]byte, nonceSize), make([]byte, nonceSize), pack(openings), v.openingAAD(id, refOf(text)))
	}
	b.ReportMetric(float64((cpu()-began).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// BenchmarkBare is what the same takes with nothing but the standard library's
// primitives: as many HMACs over the same values, JSON of the same size, one
// AES-GCM. Nothing is checked.
func BenchmarkBare(b *testing.B) {
	s, err := newSealer(make([]byte, keySize))
	if err != nil {
		b.Fatal(err)
	}
	r := inference("patient-4711")
	b.ReportAllocs()
	began := cpu()
	for b.Loop() {
		leaf := map[string]any{"kind": "inference", "at": "2026-11-29T12:00:00Z", "subject": "01000000000000000000000000000000", "facts": r.Facts}
		var plain []byte
		for _, value := range []string{r.Sealed["actor"], r.Sealed["input"], r.Sealed["output"], r.Subject} {
			salt := make([]byte, 16)
			rand.Read(salt)
			mac := hmac.New(sha256.New, salt)
			mac.Write([]byte(value))
			leaf[value[:1]] = mac.Sum(nil)
			plain = append(append(plain, salt...), value...)
		}
		if _, err := json.Marshal(leaf); err != nil {
			b.Fatal(err)
		}
		nonce := make([]byte, nonceSize)
		rand.Read(nonce)
		s.Seal(nonce, nonce, plain, nil)
	}
	b.ReportMetric(float64((cpu()-began).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// instant is a log that takes entries and keeps none: what is measured is the
// vault.
type instant struct{}

func (instant) Append(context.Context, []byte) (ledger.Receipt, error) { return ledger.Receipt{}, nil }

// BenchmarkRecord is a record, durable in the vault and, of log, in a ledger.
func BenchmarkRecord(b *testing.B) {
	for _, writers := range []int{1, 64} {
		for _, with := range []string{"vault", "log"} {
			b.Run(fmt.Sprintf("%s/%d", with, writers), func(b *testing.B) {
				s := open(b, b.TempDir())
				r := *s.Recorder
				if with == "vault" {
					r.Log = instant{}
				}
				for i := range 100 {
					if _, err := r.Record(context.Background(), inference(fmt.Sprint("patient-", i))); err != nil {
						b.Fatal(err)
					}
				}
				b.SetParallelism(max(1, writers/runtime.GOMAXPROCS(0)))
				if writers == 1 {
					b.SetParallelism(1)
					runtime.GOMAXPROCS(1)
					defer runtime.GOMAXPROCS(runtime.NumCPU())
				}
				b.ResetTimer()
				b.RunParallel(func(p *testing.PB) {
					for i := 0; p.Next(); i++ {
						if _, err := r.Record(context.Background(), inference(fmt.Sprint("patient-", i%100))); err != nil {
							b.Error(err)
							return
						}
					}
				})
				b.StopTimer()
				s.close(b)
			})
		}
	}
}

// BenchmarkOpen opens a vault of a million subjects with an opening each.
func BenchmarkOpen(b *testing.B) {
	const subjects = 1_000_000
	dir := b.TempDir()
	s := open(b, dir)
	million(b, s.Vault, subjects)
	s.close(b)
	for _, state := range []string{"saved", "unsaved"} {
		b.Run(state, func(b *testing.B) {
			var memory float64
			for b.Loop() {
				if state == "unsaved" {
					os.Remove(filepath.Join(dir, "vault", "state"))
				}
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				began, computed := time.Now(), cpu()
				v, err := Open(context.Background(), filepath.Join(dir, "vault"), Options{Key: s.key, ReadOnly: true})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(began).Seconds(), "s/open")
				b.ReportMetric((cpu() - computed).Seconds(), "cpu-s/open")
				runtime.GC()
				runtime.ReadMemStats(&after)
				memory = float64(after.HeapAlloc-before.HeapAlloc) / subjects
				if v.Subjects() != subjects {
					b.Fatal(v.Subjects())
				}
				v.Close()
			}
			b.ReportMetric(memory, "B/subject")
		})
	}
}

// million fills a vault as the committer would, but for one key for all: what
// is measured is how it opens.
func million(b *testing.B, v *Vault, subjects int) {
	wrapped, err := v.key.Wrap(context.Background(), make([]byte, keySize), nil)
	if err != nil {
		b.Fatal(err)
	}
	v.writing.Lock()
	defer v.writing.Unlock()
	const each = 10_000
	for at := 0; at < subjects; at += each {
		var slots []*newSlot
		var records []*newRecord
		for n := range each {
			name, err := v.tagOf(fmt.Sprint(at + n))
			if err != nil {
				b.Fatal(err)
			}
			id, err := v.tagOf(fmt.Sprint("id", at+n))
			if err != nil {
				b.Fatal(err)
			}
			s := &newSlot{slot: slot{state: live, wrapped: wrapped, tag: name}}
			s.slot.id = entry.KeyID(id)
			slots = append(slots, s)
			records = append(records, &newRecord{record: record{subject: uint32(at + n), sealed: make([]byte, 300)}})
		}
		v.write(&batch{slots: slots, records: records})
		if slots[0].err != nil || records[0].err != nil {
			b.Fatal(slots[0].err, records[0].err)
		}
	}
}
