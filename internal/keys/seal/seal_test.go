package seal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
)

var records = keys.Context{Tenant: "clinic", Purpose: "records", Jurisdiction: "DE"}

func newKey(t testing.TB) *local.Key {
	t.Helper()
	k, err := local.Create(filepath.Join(t.TempDir(), "key"), local.Options{Secret: []byte("correct horse battery"), Cheap: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

// text is n bytes of which no two segments are the same.
func text(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(n)}).Read(b)
	return b
}

func sealed(t testing.TB, k keys.Key, c keys.Context, plaintext []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(t.Context(), &b, k, c)
	if err != nil {
		t.Fatal(err)
	}
	half := plaintext[len(plaintext)*2/3:]                                               // is read from a reader
	for rest, n := plaintext[:len(plaintext)-len(half)], 1; len(rest) > 0; n = n*3 + 1 { // in parts of every size
		part := rest[:min(n, len(rest))]
		if m, err := w.Write(part); err != nil || m != len(part) {
			t.Fatalf("wrote %d of %d, %v", m, len(part), err)
		}
		rest = rest[len(part):]
	}
	if n, err := w.ReadFrom(iotest.HalfReader(bytes.NewReader(half))); err != nil || n != int64(len(half)) {
		t.Fatalf("read %d of %d, %v", n, len(half), err)
	}
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("more")); err == nil {
		t.Fatal("written after the end")
	}
	return b.Bytes()
}

// readBoth reads a file in both ways, all of it, and wants them to agree.
func readBoth(t testing.TB, k keys.Key, c keys.Context, file []byte) ([]byte, error) {
	t.Helper()
	at, err := readAll(t.Context(), k, c, file)
	var streamed []byte
	r, errStream := NewReader(t.Context(), bytes.NewReader(file), k, c)
	if errStream == nil {
		streamed, errStream = io.ReadAll(iotest.HalfReader(r))
		var copied bytes.Buffer
		r, _ := NewReader(t.Context(), bytes.NewReader(file), k, c)
		if _, err := io.Copy(&copied, r); (err == nil) != (errStream == nil) || !bytes.Equal(copied.Bytes(), streamed) {
			t.Fatalf("copied %d bytes, %v; read %d, %v", copied.Len(), err, len(streamed), errStream)
		}
	}
	if (err == nil) != (errStream == nil) || err == nil && !bytes.Equal(at, streamed) {
		t.Fatalf("as a stream: %d bytes, %v; at once: %d bytes, %v", len(streamed), errStream, len(at), err)
	}
	return at, err
}

func readAll(ctx context.Context, k keys.Key, c keys.Context, file []byte) ([]byte, error) {
	r, err := NewReaderAt(ctx, bytes.NewReader(file), int64(len(file)), k, c)
	if err != nil {
		return nil, err
	}
	b := make([]byte, r.Size())
	_, err = r.ReadAt(b, 0)
	return b, err
}

func TestSizes(t *testing.T) {
	k := newKey(t)
	for _, n := range []int{0, 1, 15, 16, 1000, SegmentSize - 1, SegmentSize, SegmentSize + 1, 2*SegmentSize - 1, 2 * SegmentSize, 3*SegmentSize + 7} {
		file := sealed(t, k, records, text(n))
		if want := headSize + n + tagSize*(n/SegmentSize+1); len(file) != want {
			t.Errorf("%d bytes are sealed as %d, want %d", n, len(file), want)
		}
		if got, err := readBoth(t, k, records, file); err != nil || !bytes.Equal(got, text(n)) {
			t.Errorf("%d bytes come back as %d, %v", n, len(got), err)
		}
	}
	if a, b := sealed(t, k, records, text(100)), sealed(t, k, records, text(100)); bytes.Equal(a[headSize:], b[headSize:]) {
		t.Error("the same was sealed the same twice")
	}
}

// TestRanges reads parts at random, many at a time.
func TestRanges(t *testing.T) {
	k, plaintext := newKey(t), text(5*SegmentSize+123)
	file := sealed(t, k, records, plaintext)
	r, err := NewReaderAt(t.Context(), bytes.NewReader(file), int64(len(file)), k, records)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for seed := range 4 {
		wait.Go(func() {
			dice := rand.New(rand.NewPCG(uint64(seed), 1))
			for range 200 {
				off, n := dice.IntN(len(plaintext)+10), dice.IntN(3*SegmentSize)
				if dice.IntN(3) == 0 {
					off -= off % SegmentSize
				}
				b := make([]byte, n)
				got, err := r.ReadAt(b, int64(off))
				want := plaintext[min(off, len(plaintext)):min(off+n, len(plaintext))]
				if !bytes.Equal(b[:got], want) || (got < n) != (err == io.EOF) || err != nil && err != io.EOF {
					t.Errorf("%d bytes at %d: %d, %v", n, off, got, err)
				}
			}
		})
	}
	wait.Wait()
	if _, err := r.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("read before the beginning")
	}
	if err := iotest.TestReader(io.NewSectionReader(r, 0, r.Size()), plaintext); err != nil {
		t.Error(err)
	}
}

// counted counts what is read of a file.
type counted struct {
	io.ReaderAt
	bytes int
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	c.bytes += len(p)
	return c.ReaderAt.ReadAt(p, off)
}

func TestRangeCostsItsSegments(t *testing.T) {
	k := newKey(t)
	file := sealed(t, k, records, text(40*SegmentSize+5))
	from := &counted{ReaderAt: bytes.NewReader(file)}
	r, err := NewReaderAt(t.Context(), from, int64(len(file)), k, records)
	if err != nil {
		t.Fatal(err)
	}
	if want := fixedHead + headSize + tagSize + 5; from.bytes != want {
		t.Errorf("opened by reading %d bytes, want %d", from.bytes, want)
	}
	for _, c := range []struct{ off, n, segments int }{
		{7 * SegmentSize, SegmentSize, 1}, {9*SegmentSize + 10, 10, 1}, {9*SegmentSize + 100, 1000, 0}, {12*SegmentSize - 1, 2, 2}, {20*SegmentSize + 1, 2 * SegmentSize, 3},
	} {
		from.bytes = 0
		if _, err := r.ReadAt(make([]byte, c.n), int64(c.off)); err != nil {
			t.Fatal(err)
		}
		if from.bytes != c.segments*fullSegment {
			t.Errorf("%d bytes at %d read %d bytes, want %d segments", c.n, c.off, from.bytes, c.segments)
		}
	}
}

// refused wants that a file does not open as anything.
func refused(t *testing.T, k keys.Key, c keys.Context, file []byte, what string) {
	t.Helper()
	got, err := readBoth(t, k, c, file)
	if !errors.Is(err, ErrCorrupt) && !errors.Is(err, keys.ErrUnwrap) {
		t.Fatalf("%s: %d bytes, %v", what, len(got), err)
	}
}

// TestEveryBit flips every bit of a small file.
func TestEveryBit(t *testing.T) {
	k := newKey(t)
	file := sealed(t, k, records, text(50))
	for bit := range 8 * len(file) {
		file[bit/8] ^= 1 << (bit % 8)
		refused(t, k, records, file, "a bit was flipped")
		file[bit/8] ^= 1 << (bit % 8)
	}
	for n := range file {
		refused(t, k, records, file[:n], "the end is missing")
		refused(t, k, records, append(bytes.Clone(file), make([]byte, n+1)...), "zeros are behind it")
	}
	if _, err := readBoth(t, k, records, file); err != nil {
		t.Errorf("unchanged: %v", err)
	}
}

// TestSomeBits flips bits of a large one.
func TestSomeBits(t *testing.T) {
	k := newKey(t)
	file := sealed(t, k, records, text(9*SegmentSize+1000))
	dice := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		bit := dice.IntN(8 * len(file))
		file[bit/8] ^= 1 << (bit % 8)
		refused(t, k, records, file, "a bit was flipped")
		file[bit/8] ^= 1 << (bit % 8)
	}
}

// TestDamageStaysInItsSegment is what random access is for: the rest of a
// damaged file can be read, and nothing of the damaged segment.
func TestDamageStaysInItsSegment(t *testing.T) {
	k, plaintext := newKey(t), text(4*SegmentSize+10)
	file := sealed(t, k, records, plaintext)
	file[headSize+2*fullSegment+77] ^= 4
	r, err := NewReaderAt(t.Context(), bytes.NewReader(file), int64(len(file)), k, records)
	if err != nil {
		t.Fatal(err)
	}
	b := bytes.Repeat([]byte{0xee}, 4*SegmentSize)
	n, err := r.ReadAt(b, 0)
	if n != 2*SegmentSize || !errors.Is(err, ErrCorrupt) || !bytes.Equal(b[:n], plaintext[:n]) || bytes.Contains(b, plaintext[n:n+16]) {
		t.Errorf("%d bytes, %v", n, err)
	}
	if n, err := r.ReadAt(b[:100], 2*SegmentSize+5); n != 0 || !errors.Is(err, ErrCorrupt) {
		t.Errorf("%d bytes of the damaged segment, %v", n, err)
	}
	if n, err := r.ReadAt(b[:SegmentSize], 3*SegmentSize); err != nil || !bytes.Equal(b[:n], plaintext[3*SegmentSize:4*SegmentSize]) {
		t.Errorf("%d bytes behind it, %v", n, err)
	}
}

// TestSegmentsMoved puts files together from good segments.
func TestSegmentsMoved(t *testing.T) {
	k := newKey(t)
	one, two := sealed(t, k, records, text(4*SegmentSize+100)), sealed(t, k, records, text(4*SegmentSize+100))
	empty, exact := sealed(t, k, records, nil), sealed(t, k, records, text(2*SegmentSize))
	parts := func(file []byte) (head []byte, segments [][]byte) {
		return file[:headSize], slices.Collect(slices.Chunk(file[headSize:], fullSegment))
	}
	h1, s1 := parts(one)
	h2, s2 := parts(two)
	hx, sx := parts(exact)
	join := func(head []byte, segments ...[]byte) []byte {
		return append(bytes.Clone(head), bytes.Join(segments, nil)...)
	}
	if _, err := readBoth(t, k, records, join(h1, s1...)); err != nil {
		t.Fatal(err)
	}
	for what, file := range map[string][]byte{
		"two are swapped":                   join(h1, s1[1], s1[0], s1[2], s1[3], s1[4]),
		"one is missing":                    join(h1, s1[0], s1[2], s1[3], s1[4]),
		"the first is missing":              join(h1, s1[1:]...),
		"one is there twice":                join(h1, s1[0], s1[1], s1[1], s1[2], s1[3], s1[4]),
		"the last is missing":               join(h1, s1[:4]...),
		"cut in the last but one":           join(h1, s1[0], s1[1], s1[2], s1[3][:1000]),
		"a whole segment as the last":       join(h1, s1[0], s1[1], s1[2]),
		"the last comes early":              join(h1, s1[0], s1[4]),
		"a segment of another file":         join(h1, s1[0], s2[1], s1[2], s1[3], s1[4]),
		"the end of another file":           join(h1, s1[0], s1[1], s1[2], s1[3], s2[4]),
		"the header of another file":        join(h2, s1...),
		"a file behind a file":              join(one, two),
		"segments behind the end":           join(h1, s1[0], s1[1], s1[2], s1[3], s1[4], s1[4]),
		"an empty end of another":           join(hx, sx[0], sx[1], empty[headSize:]),
		"the empty end is missing":          join(hx, sx[0], sx[1]),
		"the end of an empty file is twice": join(empty, empty[headSize:]),
	} {
		refused(t, k, records, file, what)
	}
}

func TestContext(t *testing.T) {
	k, other := newKey(t), newKey(t)
	file := sealed(t, k, records, text(10))
	for _, c := range []keys.Context{
		{}, {Tenant: "clinic", Purpose: "records", Jurisdiction: "US"}, {Tenant: "clinicrecords", Jurisdiction: "DE"}, {Tenant: "clinic", Purpose: "recordsDE"},
	} {
		refused(t, k, c, file, "another context")
	}
	refused(t, other, records, file, "another key")
}

func TestRewrap(t *testing.T) {
	k, other := newKey(t), newKey(t)
	plaintext := text(2*SegmentSize + 9)
	file := sealed(t, k, records, plaintext)
	size, err := HeaderSize(file)
	if err != nil || size != headSize {
		t.Fatalf("header of %d bytes, %v", size, err)
	}
	head, err := Rewrap(t.Context(), file[:size], k, other, records)
	if err != nil || len(head) != size {
		t.Fatalf("header of %d bytes, %v", len(head), err)
	}
	moved := append(head, file[size:]...)
	if got, err := readBoth(t, other, records, moved); err != nil || !bytes.Equal(got, plaintext) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	refused(t, k, records, moved, "by the old key")
	us := records
	us.Jurisdiction = "US"
	if _, err := Rewrap(t.Context(), file[:size], k, other, us); !errors.Is(err, keys.ErrUnwrap) {
		t.Errorf("wrapped anew in another context: %v", err)
	}
	if _, err := Rewrap(t.Context(), file[:size], k, long{k, 2000}, records); !errors.Is(err, ErrNoRoom) {
		t.Errorf("a wrapped key of 2000 bytes: %v", err)
	}
	// One rotated: the header changes, and the old version is not needed.
	if _, err := k.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if head, err = Rewrap(t.Context(), file[:size], k, k, records); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Destroy(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if got, err := readBoth(t, k, records, append(head, file[size:]...)); err != nil || !bytes.Equal(got, plaintext) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	refused(t, k, records, file, "by a version that is no more")
}

// A long key wraps as backends do whose answers are long.
type long struct {
	keys.Key
	bytes int
}

func (l long) Wrap(ctx context.Context, plaintext, aad []byte) ([]byte, error) {
	w, err := l.Key.Wrap(ctx, plaintext, aad)
	return append(make([]byte, l.bytes), w...), err
}

func (l long) Unwrap(ctx context.Context, wrapped, aad []byte) ([]byte, error) {
	return l.Key.Unwrap(ctx, wrapped[l.bytes:], aad)
}

func TestLongWrapped(t *testing.T) {
	k := newKey(t)
	for _, n := range []int{800, 1000, 5000, keys.MaxWrapped - 200} {
		file := sealed(t, long{k, n}, records, text(100))
		if got, err := readBoth(t, long{k, n}, records, file); err != nil || !bytes.Equal(got, text(100)) {
			t.Errorf("%d: %d bytes, %v", n, len(got), err)
		}
	}
}

// A failing writer takes so many bytes.
type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestWriteErrors(t *testing.T) {
	k := newKey(t)
	if _, err := NewWriter(t.Context(), &failing{100}, k, records); err == nil {
		t.Error("the header was lost, and nobody said so")
	}
	w, err := NewWriter(t.Context(), &failing{headSize + fullSegment}, k, records)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.Write(text(3 * SegmentSize)); err == nil || n > 2*SegmentSize {
		t.Errorf("wrote %d, %v", n, err)
	}
	if err := w.Close(); err == nil {
		t.Error("closed well after an error")
	}
	if w, err = NewWriter(t.Context(), io.Discard, k, records); err != nil {
		t.Fatal(err)
	}
	cut := io.MultiReader(bytes.NewReader(text(10)), iotest.ErrReader(io.ErrUnexpectedEOF)) // as a connection that broke
	if n, err := w.ReadFrom(cut); n != 10 || err == nil {
		t.Errorf("what was cut was taken for whole: %d, %v", n, err)
	}
	w.number, w.err, w.held = maxSegments, nil, w.held[:0]
	if _, err := w.Write(text(SegmentSize)); err == nil {
		t.Error("a number of a segment was used twice")
	}
}

func FuzzReader(f *testing.F) {
	k := newKey(f)
	file := sealed(f, k, records, text(SegmentSize+10))
	f.Add(file[:headSize+50])
	f.Add(file[:headSize])
	f.Add(sealed(f, k, records, nil))
	f.Add([]byte(magic))
	small := sealed(f, k, records, text(20))
	f.Add(small)
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := readBoth(t, k, records, b)
		if err == nil && len(got) != 0 && !bytes.Equal(got, text(20)) {
			t.Fatalf("%d bytes that nobody sealed", len(got))
		}
	})
}
