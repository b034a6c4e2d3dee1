package logs

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Bounds of one file.
const (
	HeadBytes   = 64 << 10
	MaxLine     = 4 << 20   // a longer line is broken
	MaxDocument = 256 << 20 // a document that is no list of lines is held
	MaxUnpacked = 16 << 30  // of an archive
)

var gzipMagic = []byte{0x1f, 0x8b}

// Unpacked is the beginning of what an archive holds, and anything else itself.
func Unpacked(head []byte) []byte {
	if !bytes.HasPrefix(head, gzipMagic) {
		return head
	}
	z, err := gzip.NewReader(bytes.NewReader(head))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(io.LimitReader(z, HeadBytes)) // the archive is cut off here: what came out counts
	return out
}

// Unreadable says why a file cannot be read.
func Unreadable(err error) error {
	return fmt.Errorf("it cannot be read: %w", tree.Plain(err))
}

// An Input is one file that is read from the beginning to the end.
type Input struct {
	Line   int    // of what was given last, from 1
	Cut    string // why the end is missing
	Pieces bool   // the last line has no end: whoever cannot read it takes it as cut
	Size   int    // of the buffer; a megabyte when 0
	Live   bool   // the end is still being written: nothing waits for more than there is

	buf   *bufio.Reader
	scrap []byte

	src     []byte // of a document that is held as a whole
	counted int    // up to where its lines were counted
}

// Open opens a file and reads from its beginning.
func (in *Input) Open(file string) (io.Closer, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, Unreadable(err)
	}
	if err := in.Start(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Start reads from the beginning; an archive is unpacked on the way.
func (in *Input) Start(r io.Reader) error {
	size := cmp.Or(in.Size, 1<<20)
	in.buf = bufio.NewReaderSize(r, size)
	if in.Live {
		return nil
	}
	if magic, _ := in.buf.Peek(2); bytes.Equal(magic, gzipMagic) {
		z, err := gzip.NewReader(in.buf)
		if err != nil {
			return fmt.Errorf("the archive cannot be opened: %w", err)
		}
		in.buf = bufio.NewReaderSize(&bounded{z, MaxUnpacked}, size)
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

// Next gives a line without its end, until it returns false. The bytes are
// valid until the next call. A line that is too long is given as nothing.
func (in *Input) Next() ([]byte, bool) {
	b, err := in.buf.ReadSlice('\n')
	if err == nil {
		in.Line++
		return bytes.TrimRight(b, "\r\n"), true
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return in.last(b, err)
	}
	in.scrap = append(in.scrap[:0], b...)
	for errors.Is(err, bufio.ErrBufferFull) {
		b, err = in.buf.ReadSlice('\n')
		if len(in.scrap) <= MaxLine {
			in.scrap = append(in.scrap, b...)
		}
	}
	b = in.scrap
	if err != nil {
		if b, ok := in.last(b, err); len(b) <= MaxLine {
			return b, ok
		}
		return nil, true
	}
	in.Line++
	if len(b) > MaxLine {
		return nil, true
	}
	return bytes.TrimRight(b, "\r\n"), true
}

// last gives what stands after the last end of a line.
func (in *Input) last(b []byte, err error) ([]byte, bool) {
	if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		in.Cut = cutBy(err)
		return nil, false // half of a line is no record
	}
	if len(b) == 0 {
		return nil, false
	}
	in.Line++
	in.Pieces = true
	return bytes.TrimRight(b, "\r\n"), true
}

// cutBy says why the rest of a file could not be read.
func cutBy(err error) string {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, errBound):
		return fmt.Sprintf("the archive holds more than %d GiB, the rest was not read", MaxUnpacked>>30)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the archive ends in the middle"
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return "the archive is damaged, what follows was not read"
	}
	return Unreadable(err).Error()
}

// Document gives the whole file.
func (in *Input) Document() ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(in.buf, MaxDocument+1))
	switch {
	case len(src) > MaxDocument:
		return nil, fmt.Errorf("the document is larger than %d MiB and was not read: split it, or write it as lines", MaxDocument>>20)
	case err != nil:
		in.Cut = cutBy(err)
	}
	return tree.Decode(src), nil
}

// Begin is the beginning of what has not been read yet.
func (in *Input) Begin() []byte {
	n := HeadBytes
	if in.Live {
		in.buf.Peek(1)
		n = min(n, in.buf.Buffered())
	}
	b, _ := in.buf.Peek(n)
	return b
}

// Hold makes a document that is held as a whole the one that [Input.At] counts lines of.
func (in *Input) Hold(src []byte) { in.src, in.counted, in.Line = src, 0, 1 }

// At notes the line where a part of the document begins.
func (in *Input) At(v []byte) {
	if to := cap(in.src) - cap(v); in.src != nil && to >= in.counted && to < len(in.src) {
		in.Line += bytes.Count(in.src[in.counted:to], []byte{'\n'})
		in.counted = to
	}
}
