package traffic

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Bounds of one file.
const (
	headBytes     = 64 << 10
	maxLine       = 4 << 20   // a longer line is broken
	maxDocument   = 256 << 20 // a document that is no list of lines is held
	maxUnpacked   = 16 << 30  // of an archive
	hopelessLines = 10_000    // broken ones at the beginning, after which a file is given up
)

var gzipMagic = []byte{0x1f, 0x8b}

// unpacked is the beginning of what an archive holds, and anything else itself.
func unpacked(head []byte) []byte {
	if !bytes.HasPrefix(head, gzipMagic) {
		return head
	}
	z, err := gzip.NewReader(bytes.NewReader(head))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(io.LimitReader(z, headBytes)) // the archive is cut off here: what came out counts
	return out
}

func headOf(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, unreadable(err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, headBytes))
	if err != nil {
		return nil, unreadable(err)
	}
	return head, nil
}

func unreadable(err error) error {
	return fmt.Errorf("it cannot be read: %w", tree.Plain(err))
}

// An input is one file that is read from the beginning to the end.
type input struct {
	buf    *bufio.Reader
	line   int    // of what was given last, from 1
	cut    string // why the end is missing
	pieces bool   // something was given
	scrap  []byte
	size   int // of the buffer; a megabyte when 0

	src     []byte // of a document that is held as a whole
	counted int    // up to where its lines were counted
}

func (in *input) open(file string) (io.Closer, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, unreadable(err)
	}
	if err := in.start(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// start reads from the beginning; an archive is unpacked on the way.
func (in *input) start(r io.Reader) error {
	size := cmp.Or(in.size, 1<<20)
	in.buf = bufio.NewReaderSize(r, size)
	if magic, _ := in.buf.Peek(2); bytes.Equal(magic, gzipMagic) {
		z, err := gzip.NewReader(in.buf)
		if err != nil {
			return fmt.Errorf("the archive cannot be opened: %w", err)
		}
		in.buf = bufio.NewReaderSize(&bounded{z, maxUnpacked}, size)
	}
	if bom, _ := in.buf.Peek(3); bytes.Equal(bom, []byte{0xef, 0xbb, 0xbf}) {
		in.buf.Discard(3)
	}
	return nil
}

var errBound = errors.New("the archive holds more than is read of one")

type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBound
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// next gives a line without its end, until it returns false. The bytes are
// valid until the next call. A line that is too long is given as nothing.
func (in *input) next() ([]byte, bool) {
	b, err := in.buf.ReadSlice('\n')
	if err == nil {
		in.line++
		return bytes.TrimRight(b, "\r\n"), true
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return in.last(b, err)
	}
	in.scrap = append(in.scrap[:0], b...)
	for errors.Is(err, bufio.ErrBufferFull) {
		b, err = in.buf.ReadSlice('\n')
		if len(in.scrap) <= maxLine {
			in.scrap = append(in.scrap, b...)
		}
	}
	b = in.scrap
	if len(b) > maxLine {
		b = nil
	}
	if err != nil {
		return in.last(b, err)
	}
	in.line++
	return bytes.TrimRight(b, "\r\n"), true
}

// last gives what stands after the last end of a line.
func (in *input) last(b []byte, err error) ([]byte, bool) {
	if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		in.cut = "the archive ends in the middle"
		if errors.Is(err, errBound) {
			in.cut = fmt.Sprintf("the archive holds more than %d GiB, the rest was not read", maxUnpacked>>30)
		}
		return nil, false // half of a line is no record
	}
	if len(b) == 0 {
		return nil, false
	}
	in.line++
	in.pieces = true // the last line has no end: whoever cannot read it takes it as cut
	return bytes.TrimRight(b, "\r\n"), true
}

// document gives the whole file.
func (in *input) document() ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(in.buf, maxDocument+1))
	switch {
	case len(src) > maxDocument:
		return nil, fmt.Errorf("the document is larger than %d MiB and was not read: split it, or write it as lines", maxDocument>>20)
	case err != nil:
		in.cut = "the archive ends in the middle"
	}
	return tree.Decode(src), nil
}
