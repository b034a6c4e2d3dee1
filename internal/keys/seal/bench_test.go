//go:build unix

package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"io"
	"syscall"
	"testing"
	"time"
)

// BenchmarkBeside encrypts and decrypts the same bytes bare, by AES-256-GCM in
// segments, and sealed, one after the other in each round, and reports how many
// percent of the bare speed is left. It counts the time of the processor, so
// that others on the machine do not matter.
//
//	go test -run xx -bench Beside -cpu 1 ./internal/keys/seal
func BenchmarkBeside(b *testing.B) {
	const size = 256 * SegmentSize
	k, plaintext := newKey(b), text(size)
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		b.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		b.Fatal(err)
	}
	file, out, nonce := sealed(b, k, records, plaintext), make([]byte, 0, fullSegment), make([]byte, 12)
	bare := make([]byte, 0, size+256*tagSize)
	for i := range 256 {
		bare = gcm.Seal(bare, nonce, plaintext[i*SegmentSize:][:SegmentSize], nil)
	}
	var times [5]time.Duration
	ranges := make([]byte, 8*SegmentSize)
	measure := func(i int, do func() error) {
		at := processorTime(b)
		if err := do(); err != nil {
			b.Fatal(err)
		}
		times[i] += processorTime(b) - at
	}
	b.SetBytes(size)
	for b.Loop() {
		measure(0, func() error {
			for i := range 256 {
				out = gcm.Seal(out[:0], nonce, plaintext[i*SegmentSize:][:SegmentSize], nil)
			}
			return nil
		})
		measure(1, func() error {
			w, err := NewWriter(b.Context(), io.Discard, k, records)
			if err != nil {
				return err
			}
			if _, err := io.Copy(w, struct{ io.Reader }{bytes.NewReader(plaintext)}); err != nil {
				return err
			}
			return w.Close()
		})
		measure(2, func() error {
			for i := range 256 {
				if _, err := gcm.Open(out[:0], nonce, bare[i*fullSegment:][:fullSegment], nil); err != nil {
					return err
				}
			}
			return nil
		})
		measure(3, func() error {
			r, err := NewReaderAt(b.Context(), bytes.NewReader(file), int64(len(file)), k, records)
			if err != nil {
				return err
			}
			for off := int64(0); off < size; off += int64(len(ranges)) {
				if _, err := r.ReadAt(ranges, off); err != nil {
					return err
				}
			}
			return nil
		})
		measure(4, func() error {
			r, err := NewReader(b.Context(), bytes.NewReader(file), k, records)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, r)
			return err
		})
	}
	b.ReportMetric(size*float64(b.N)/times[0].Seconds()/1e6, "bare-MB/s")
	b.ReportMetric(100*times[0].Seconds()/times[1].Seconds(), "%write")
	b.ReportMetric(100*times[2].Seconds()/times[3].Seconds(), "%readat")
	b.ReportMetric(100*times[2].Seconds()/times[4].Seconds(), "%stream")
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRange reads 4 KiB of a large file at random.
func BenchmarkRange(b *testing.B) {
	k := newKey(b)
	file := sealed(b, k, records, text(256*SegmentSize))
	r, err := NewReaderAt(b.Context(), bytes.NewReader(file), int64(len(file)), k, records)
	if err != nil {
		b.Fatal(err)
	}
	p := make([]byte, 4096)
	for i := int64(0); b.Loop(); i += 7 * SegmentSize {
		if _, err := r.ReadAt(p, i%(255*SegmentSize)); err != nil {
			b.Fatal(err)
		}
	}
}
