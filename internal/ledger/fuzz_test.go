package ledger

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// FuzzSegment opens a log whose segment holds any bytes. It is refused, or what
// it has can be read, proven and written on.
func FuzzSegment(f *testing.F) {
	one, _ := frames(nil, 0, 0, c2sp.AppendEntry(c2sp.AppendEntry(nil, []byte("a")), []byte("bc")), 2)
	two, _ := frames(bytes.Clone(one), 0, 2, c2sp.AppendEntry(nil, nil), 1)
	many, _ := frames(nil, 0, 0, bytes.Repeat(c2sp.AppendEntry(nil, []byte("x")), 300), 300)
	for _, seed := range [][]byte{nil, one, two, two[:len(two)-1], many, append(bytes.Clone(one), make([]byte, 64)...), {0xff, 0xff, 0xff, 0xff}} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, segment []byte) {
		dir := t.TempDir()
		g, err := OpenGuard(filepath.Join(dir, "guard"), testOrigin)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, "log", "entries"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(segmentFile(dir), segment, 0o600); err != nil {
			t.Fatal(err)
		}
		o := testOptions(t, filepath.Join(dir, "guard"))
		o.Warn = nil
		l, err := Open(filepath.Join(dir, "log"), o)
		if err != nil {
			return
		}
		size := l.Head().Size
		for _, i := range []int64{0, size / 2, size - 1} {
			if _, err := l.Prove(i); err != nil && size > 0 {
				t.Fatalf("entry %d of %d: %v", i, size, err)
			}
		}
		if r, err := l.Append(t.Context(), []byte("more")); err != nil || r.Index != size {
			t.Fatalf("entry %d behind %d: %v", r.Index, size, err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if r, err := Fsck(filepath.Join(dir, "log"), []c2sp.Checkpoint{l.Head().Checkpoint}); err != nil || len(r.Faults) > 0 || r.Entries != size+1 {
			t.Fatalf("%+v, %v", r, err)
		}
	})
}

// FuzzState opens a log of 300 entries whose state and offsets are any bytes:
// it is the same log.
func FuzzState(f *testing.F) {
	from := f.TempDir()
	l := openTest(f, from)
	grow(f, l, 300)
	head := l.Head().Checkpoint
	if err := l.Close(); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(filepath.Join(from, "log", "state"))
	if err != nil {
		f.Fatal(err)
	}
	offsets, err := os.ReadFile(filepath.Join(from, "log", "bundles"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, offsets)
	f.Add([]byte(`{"size":9223372036854775807}`), offsets)
	f.Add([]byte(`{"size":256,"offset":1}`), []byte{})
	f.Add(bytes.Replace(good, []byte(`"offset":`), []byte(`"offset":1`), 1), offsets)
	f.Fuzz(func(t *testing.T, text, offsets []byte) {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string][]byte{"state": text, "bundles": offsets} {
			if err := os.WriteFile(filepath.Join(dir, "log", name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		o := testOptions(t, filepath.Join(dir, "guard"))
		o.Warn = nil
		l, err := Open(filepath.Join(dir, "log"), o)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if l.Head().Checkpoint != head {
			t.Fatalf("opened with %v", l.Head().Checkpoint)
		}
		for _, i := range []int64{0, 255, 256, 299} {
			if _, err := l.Prove(i); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzGuard reads any bytes as the slots of a guard: a checkpoint that is
// written as it was read, or an error.
func FuzzGuard(f *testing.F) {
	good, err := slotOf(c2sp.Checkpoint{Origin: testOrigin, Size: 7, Root: c2sp.EmptyRoot})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(bytes.Clone(good), good...))
	f.Add(append(make([]byte, slotSize), good...))
	f.Add(good[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		slots := make([]byte, 2*slotSize)
		copy(slots, b)
		c, at, err := newest(slots)
		if err != nil {
			return
		}
		again, err := slotOf(c)
		if err != nil {
			t.Fatal(err)
		}
		copy(slots[(1-at)*slotSize:], again)
		if got, _, err := newest(slots); err != nil || got != c {
			t.Fatalf("%v is written, and read as %v, %v", c, got, err)
		}
	})
}

// FuzzFrames reads any bytes as a segment, by the reader of segments and by
// that of bundles: both find the same entries, which are framed again as the
// same bytes when each frame is whole.
func FuzzFrames(f *testing.F) {
	one, _ := frames(nil, 0, 0, c2sp.AppendEntry(c2sp.AppendEntry(nil, []byte("a")), []byte("bc")), 2)
	two, _ := frames(bytes.Clone(one), 0, 2, c2sp.AppendEntry(nil, nil), 1)
	for _, seed := range [][]byte{nil, one, two, two[:len(two)-1], append(bytes.Clone(one), make([]byte, 64)...)} {
		f.Add(seed)
	}
	file, err := os.CreateTemp(f.TempDir(), "")
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := file.Truncate(0); err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteAt(b, 0); err != nil {
			t.Fatal(err)
		}
		s := segment{file: file}
		var entries []byte
		var n int64
		end, torn, err := s.scan(0, 0, func(_, _ int64, entry []byte) error {
			entries = c2sp.AppendEntry(entries, entry)
			n++
			return nil
		})
		if err != nil {
			return
		}
		if end+torn != int64(len(b)) {
			t.Fatalf("%d bytes are read and %d torn, of %d", end, torn, len(b))
		}
		if n == 0 || n > c2sp.TileWidth {
			return
		}
		joined, left, err := joinFrames(bytes.Clone(b), 0, n)
		if err != nil || !bytes.Equal(joined, entries) || int64(left) != torn {
			t.Fatalf("%d entries are %x, and as a bundle %x, %v; %d bytes are left", n, entries, joined, err, left)
		}
	})
}

// FuzzConfig reads any text as ledger.yaml: what is read is written and read
// again as the same.
func FuzzConfig(f *testing.F) {
	f.Add([]byte(goodConfig))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("origin: !!int 3\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ParseConfig("ledger.yaml", text)
		if err != nil {
			return
		}
		again, err := ParseConfig("ledger.yaml", c.Text())
		a, _ := json.Marshal(c)
		b, _ := json.Marshal(again)
		if err != nil || !bytes.Equal(a, b) {
			t.Fatalf("%s is read as %s, written and read again as %s: %v", text, a, b, err)
		}
	})
}
