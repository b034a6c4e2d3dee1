package pack

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// A Pack is an archive that is read.
type Pack struct {
	files map[string]*zip.File
	order []string // sorted
	// Faults are what the archive itself has that no pack has.
	Faults []Fault
}

// A Fault is one thing that is wrong, or that could not be established, and the file
// of the pack that it is about.
type Fault struct {
	File    string `json:"file"`
	Message string `json:"message"`
}

func (f Fault) String() string { return f.File + ": " + f.Message }

// Open reads the directory of an archive of that size. What is no archive, or is larger
// than packs are, is an error; what no pack has is among the faults.
func Open(r io.ReaderAt, size int64) (*Pack, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("it is no whole zip archive: %w", err)
	}
	if len(z.File) > maxFiles {
		return nil, fmt.Errorf("it has %d files; a pack has %d at most", len(z.File), maxFiles)
	}
	p := &Pack{files: map[string]*zip.File{}}
	var total uint64
	folded := map[string]bool{}
	for _, f := range z.File {
		if total += f.UncompressedSize64; total > maxTotal || f.UncompressedSize64 > maxTotal {
			return nil, fmt.Errorf("%s: unpacked, the files have more than %d GiB: that is no pack", finding.Tame(f.Name), maxTotal>>30)
		}
		if f.CompressedSize64 > uint64(size) {
			return nil, fmt.Errorf("%s: it claims more bytes than the archive has: was the archive cut?", finding.Tame(f.Name))
		}
		low := strings.ToLower(f.Name)
		switch err := checkName(f.Name); {
		case err != nil:
			p.fault(f.Name, "%v", err)
		case folded[low]:
			p.fault(f.Name, "it is there twice: two readers would see two files")
		case !f.Mode().IsRegular() || f.Method != zip.Deflate && f.Method != zip.Store || f.Flags&1 != 0:
			p.fault(f.Name, "it is no plain file: a link, a folder, encrypted, or packed as packs are not")
		default:
			p.files[f.Name] = f
			p.order = append(p.order, f.Name)
		}
		folded[low] = true
	}
	slices.Sort(p.order)
	p.gaps(r, size, z)
	return p, nil
}

func (p *Pack) fault(file, format string, args ...any) {
	if len(p.Faults) < maxFaults {
		p.Faults = append(p.Faults, Fault{finding.Tame(file), finding.Tame(fmt.Sprintf(format, args...))})
	}
}

// maxFaults bounds what is told about one pack.
const maxFaults = 1000

// gaps finds bytes that the directory does not speak of: other tools read an archive from
// its beginning, or from another end, and would see other files.
func (p *Pack) gaps(r io.ReaderAt, size int64, z *zip.Reader) {
	files := slices.Clone(z.File)
	type at struct {
		f    *zip.File
		data int64
	}
	var all []at
	for _, f := range files {
		off, err := f.DataOffset()
		if err != nil {
			p.fault(f.Name, "its beginning cannot be read: %v", err)
			return
		}
		all = append(all, at{f, off})
	}
	slices.SortStableFunc(all, func(a, b at) int { return int(min(max(a.data-b.data, -1), 1)) })
	end := int64(0)
	for _, a := range all {
		if !p.begins(r, a.f, end, a.data) {
			p.fault(a.f.Name, "bytes before it belong to no file of the directory, or its own beginning names another file")
			return
		}
		end = a.data + int64(a.f.CompressedSize64)
		if a.f.Flags&8 != 0 {
			end += descriptor
		}
	}
	if !ends(r, size, end) || z.Comment != "" {
		p.fault("the archive", "bytes behind its last file, or behind its end, belong to no file")
	}
}

const (
	localHeader = 30
	descriptor  = 16 // signature, checksum, two sizes of four bytes
	endRecord   = 22
)

// begins reports whether the header of a file stands between the two offsets, and
// nothing else does.
func (p *Pack) begins(r io.ReaderAt, f *zip.File, from, data int64) bool {
	n := data - from
	if n < localHeader || n > localHeader+2<<16 {
		return false
	}
	head := make([]byte, n)
	if _, err := r.ReadAt(head, from); err != nil {
		return false
	}
	name, extra := int64(binary.LittleEndian.Uint16(head[26:])), int64(binary.LittleEndian.Uint16(head[28:]))
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) && localHeader+name+extra == n && string(head[localHeader:localHeader+name]) == f.Name &&
		binary.LittleEndian.Uint16(head[6:]) == f.Flags && binary.LittleEndian.Uint16(head[8:]) == f.Method
}

// ends reports whether the directory begins at the offset and the file ends with it.
func ends(r io.ReaderAt, size, from int64) bool {
	tail := make([]byte, endRecord)
	if _, err := r.ReadAt(tail, size-endRecord); err != nil || !bytes.HasPrefix(tail, []byte("PK\x05\x06")) {
		return false
	}
	length, begin := int64(binary.LittleEndian.Uint32(tail[12:])), int64(binary.LittleEndian.Uint32(tail[16:]))
	if begin == 1<<32-1 { // larger than 4 GiB: the record of zip64 stands between
		return true
	}
	return begin == from && begin+length == size-endRecord
}

// Names are the files, sorted.
func (p *Pack) Names() []string { return p.order }

// errTooLong says that a file has more bytes than such files have.
var errTooLong = errors.New("it has more bytes than the directory says, or than such files have")

// read holds a small file in memory.
func (p *Pack) read(name string, most int64) ([]byte, error) {
	var b bytes.Buffer
	if f := p.files[name]; f != nil && f.UncompressedSize64 <= uint64(most) {
		// What it claims is believed as far as it is likely, so that a large result is not copied as it grows.
		b.Grow(int(min(f.UncompressedSize64, 32*f.CompressedSize64)) + bytes.MinRead)
	}
	err := p.copy(&b, name, most)
	return b.Bytes(), err
}

func (p *Pack) copy(w io.Writer, name string, most int64) error {
	f := p.files[name]
	if f == nil {
		return errors.New("it is missing")
	}
	if f.UncompressedSize64 > uint64(most) {
		return errTooLong
	}
	rc, err := f.Open()
	if err != nil {
		return err
	}
	defer rc.Close()
	n, err := io.Copy(w, io.LimitReader(rc, int64(f.UncompressedSize64)+1))
	if err == nil && uint64(n) != f.UncompressedSize64 {
		err = errTooLong
	}
	return err
}

// sum is the SHA-256 of a file.
func (p *Pack) sum(name string) (string, error) {
	h := sha256.New()
	err := p.copy(h, name, maxTotal)
	return hex.EncodeToString(h.Sum(nil)), err
}
