package contents_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/contents"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/pack"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// A key is one in memory.
type key struct{}

func (key) private() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
}
func (k key) Public() ed25519.PublicKey           { return k.private().Public().(ed25519.PublicKey) }
func (k key) Sign(message []byte) ([]byte, error) { return ed25519.Sign(k.private(), message), nil }

// options are those of a pack of a case, in a language.
func options(t testing.TB, c *evidence.Case, language string) contents.Options {
	t.Helper()
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(c.Perimeter.File)
	if err != nil {
		t.Fatal(err)
	}
	o := contents.Options{Case: c, Rules: set, Language: language, Version: "1", Perimeter: src}
	for i := range c.Result.Summary.Files {
		o.Inputs = append(o.Inputs, pack.Digest{Name: fmt.Sprintf("file%06d", i), Digest: pack.Set{SHA256: strings.Repeat("0", 64)}})
	}
	return o
}

// BenchmarkPack writes the pack of 10,000 assets and 50,000 flows, and verifies it:
//
//	go test ./internal/evidence/contents -run '^$' -bench Pack -benchtime 1x
func BenchmarkPack(b *testing.B) {
	c := evidencetest.Case(b, evidencetest.Example("clinic-assistant", 3), nil)
	evidencetest.Grow(c, 10_000, 50_000)
	o := options(b, c, "en")
	path := filepath.Join(b.TempDir(), "pack.zip")
	for b.Loop() {
		f, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		begun, took := time.Now(), evidencetest.CPU(b)
		if _, err := contents.Write(f, o, key{}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(begun).Seconds(), "s/write")
		b.ReportMetric(evidencetest.CPU(b)-took, "cpu-s/write")
		b.ReportMetric(evidencetest.Memory(b, "VmHWM"), "MiB/write")
		info, err := f.Stat()
		if err != nil {
			b.Fatal(err)
		}
		begun, took = time.Now(), evidencetest.CPU(b)
		p, err := pack.Open(f, info.Size())
		if err != nil {
			b.Fatal(err)
		}
		pack.Verify(p, pack.Trust{Public: key{}.Public(), Now: evidencetest.Day})
		b.ReportMetric(time.Since(begun).Seconds(), "s/verify")
		b.ReportMetric(evidencetest.CPU(b)-took, "cpu-s/verify")
		b.ReportMetric(float64(info.Size())/1e6, "MB")
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(evidencetest.Memory(b, "VmHWM"), "MiB/both")
	b.ReportMetric(float64(len(c.Result.Findings)), "findings")
}
