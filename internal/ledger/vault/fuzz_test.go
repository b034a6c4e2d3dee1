package vault

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/framed"
)

func FuzzUnpack(f *testing.F) {
	f.Add(pack([]entry.Opening{{Field: "actor", Salt: entry.Salt{1}, Value: "Dr. No"}, {Field: "subject", Value: "erika"}}))
	f.Add([]byte{255})
	f.Fuzz(func(t *testing.T, b []byte) {
		openings, err := unpack(b)
		if err == nil && !bytes.Equal(pack(openings), b) {
			t.Fatalf("%x becomes %x", b, pack(openings))
		}
	})
}

func FuzzSlot(f *testing.F) {
	table := &table{head: header{Slot: 256}}
	whole, err := table.append(nil, slot{head: 7, state: live, id: entry.KeyID{1}, tag: tag{2}, wrapped: []byte("wrapped")})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < slotFixed {
			return
		}
		table.head.Slot = int64(len(b))
		if s, ok := parse(b); ok && b[13] == 0 && len(bytes.Trim(b[slotFixed+len(s.wrapped):], "\x00")) == 0 {
			if again, err := table.append(nil, s); err != nil || !bytes.Equal(again, b) {
				t.Fatalf("%x becomes %x (%v)", b, again, err)
			}
		}
	})
}

// Whatever a segment holds, it is read to its end, and what is whole in it is
// found.
func FuzzSegment(f *testing.F) {
	frames := appendFrame(nil, 0, record{subject: 1, sealed: make([]byte, 40)})
	f.Add(frames, []byte{})
	f.Add(frames[:20], frames)
	f.Add([]byte{1, 0, 0, 0}, []byte("x"))
	f.Fuzz(func(t *testing.T, before, behind []byte) {
		dir := t.TempDir()
		good := appendFrame(nil, int64(len(before)), record{subject: 7, sealed: make([]byte, 50)})
		if err := os.WriteFile(filepath.Join(dir, segmentName(0)), append(append(bytes.Clone(before), good...), behind...), 0o600); err != nil {
			t.Fatal(err)
		}
		o, err := openOpenings(dir, true)
		if err != nil {
			t.Fatal(err)
		}
		defer o.close()
		found, size := false, int64(0)
		lost, end, err := o.scan(0, func(at int64, r record) {
			found = found || at == int64(len(before)) && r.subject == 7
			size += r.size()
		})
		if err != nil || lost < 0 || lost+size > o.size || end > o.size {
			t.Fatalf("lost %d, end %d, records %d of %d (%v)", lost, end, size, o.size, err)
		}
		if !found && !swallowed(before, good) {
			t.Fatalf("a whole record is not found behind %x", before)
		}
	})
}

// swallowed says whether a frame before claims the bytes of the one behind it,
// with a checksum that holds.
func swallowed(before, good []byte) bool {
	all := append(bytes.Clone(before), good...)
	for i := range before {
		if payload, _, err := framed.Next(all[i:], int64(i)); err == nil && i+framed.Header+len(payload) > len(before) {
			return true
		}
	}
	return false
}
