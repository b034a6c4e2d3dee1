package pack

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// An archive can be read in more ways than one: from its directory, or as a stream from
// its beginning, by the names of the directory or by those in extra fields. Packs have
// but one reading: each byte belongs to one file or to the directory, and both say the same.

const (
	localHeader = 30
	entryHeader = 46 // of an entry of the directory
	descriptor  = 16 // signature, checksum, two sizes of four bytes
	endRecord   = 22
	locator64   = 20
	endRecord64 = 56

	maxExtra = 64 // of an entry: its time, and sizes that need eight bytes

	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3 // sizes and checksum follow the content
	flagUTF8       = 1 << 11
	knownFlags     = 3<<1 | flagDescriptor | flagUTF8 // the first two say how well it was packed

	regularMode, folderAttribute = 8, 1 << 4 // the kind of file of Unix, without which there is none; DOS's folder
)

// Ids of extra fields that name nothing.
const (
	extraZip64 = 0x0001
	extraTime  = 0x5455
	extraOwner = 0x7875
)

// A directory is where the list of files of an archive stands: before its last records.
type directory struct {
	begin, length int64
	files         uint64
}

// findDirectory finds it, and refuses one that has more than packs have before it is read.
func findDirectory(r io.ReaderAt, size int64) (directory, error) {
	whole := errors.New("it is no whole zip archive, or something stands before or behind it")
	end := make([]byte, endRecord)
	if size < endRecord {
		return directory{}, whole
	}
	if _, err := r.ReadAt(end, size-endRecord); err != nil {
		return directory{}, fmt.Errorf("its end cannot be read: %w", err)
	}
	le := binary.LittleEndian
	if !bytes.HasPrefix(end, []byte("PK\x05\x06\x00\x00\x00\x00")) || le.Uint16(end[8:]) != le.Uint16(end[10:]) || le.Uint16(end[20:]) != 0 {
		return directory{}, whole
	}
	d := directory{begin: int64(le.Uint32(end[16:])), length: int64(le.Uint32(end[12:])), files: uint64(le.Uint16(end[10:]))}
	at := size - endRecord
	if d.files == 1<<16-1 || d.length == 1<<32-1 || d.begin == 1<<32-1 { // larger than 4 GiB
		var err error
		if d, at, err = directory64(r, at); err != nil {
			return directory{}, whole
		}
	}
	switch {
	case d.files > maxFiles || d.length > int64(d.files)*(entryHeader+maxName+maxExtra):
		return directory{}, fmt.Errorf("its directory has %d files and %d bytes; a pack has %d files at most", d.files, d.length, maxFiles)
	case d.begin < 0 || d.length < 0 || d.begin+d.length != at:
		return directory{}, whole
	}
	return d, nil
}

// directory64 reads the two records that stand before the last one in large archives.
func directory64(r io.ReaderAt, end int64) (d directory, at int64, err error) {
	b := make([]byte, endRecord64+locator64)
	at = end - int64(len(b))
	if at < 0 {
		return d, 0, io.ErrUnexpectedEOF
	}
	if _, err := r.ReadAt(b, at); err != nil {
		return d, 0, err
	}
	le := binary.LittleEndian
	record, locator := b[:endRecord64], b[endRecord64:]
	if !bytes.HasPrefix(record, []byte("PK\x06\x06")) || le.Uint64(record[4:]) != endRecord64-12 || !bytes.HasPrefix(locator, []byte("PK\x06\x07")) || le.Uint64(locator[8:]) != uint64(at) {
		return d, 0, zip.ErrFormat
	}
	return directory{begin: int64(le.Uint64(record[48:])), length: int64(le.Uint64(record[40:])), files: le.Uint64(record[32:])}, at, nil
}

// isPlain reports whether it is a file, packed as packs are, whatever system it is read on.
func isPlain(f *zip.File) bool {
	kind := f.ExternalAttrs >> 28
	return f.Mode().IsRegular() && (kind == regularMode || kind == 0) && f.ExternalAttrs&folderAttribute == 0 &&
		(f.Method == zip.Deflate || f.Method == zip.Store) && f.Flags&^knownFlags == 0
}

// isNamedOnce reports whether the entry of the directory names its file once: no comment,
// no second name in an extra field, and none that depends on the code page.
func isNamedOnce(f *zip.File) bool {
	ascii := !slices.ContainsFunc([]byte(f.Name), func(b byte) bool { return b >= 0x80 })
	return f.Comment == "" && namesNothing(f.Extra) && (ascii || f.Flags&flagUTF8 != 0)
}

// namesNothing reports whether extra fields are whole and of the kinds that packs have.
func namesNothing(extra []byte) bool {
	for len(extra) > 0 {
		if len(extra) < 4 {
			return false
		}
		id, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if len(extra) < 4+n || id != extraZip64 && id != extraTime && id != extraOwner {
			return false
		}
		extra = extra[4+n:]
	}
	return true
}

// layout finds bytes that the directory does not speak of, and what it says otherwise than
// the files themselves do.
func (p *Pack) layout(r io.ReaderAt, d directory, z *zip.Reader) {
	type at struct {
		f    *zip.File
		data int64
	}
	all := make([]at, 0, len(z.File))
	length := int64(0)
	for _, f := range z.File {
		length += entryHeader + int64(len(f.Name)+len(f.Extra)+len(f.Comment))
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
		if !begins(r, a.f, end, a.data) {
			p.fault(a.f.Name, "bytes before it belong to no file of the directory, or its own beginning says otherwise than the directory")
			return
		}
		end = a.data + int64(a.f.CompressedSize64)
		if a.f.Flags&flagDescriptor != 0 {
			if !described(r, a.f, end) {
				p.fault(a.f.Name, "its end says otherwise than the directory")
				return
			}
			end += descriptor
		}
	}
	if end != d.begin || length != d.length {
		p.fault("the archive", "bytes behind its last file, or in its directory, belong to no file")
	}
}

// begins reports whether the header of a file stands between the two offsets, says what
// the directory says, and nothing else stands there.
func begins(r io.ReaderAt, f *zip.File, from, data int64) bool {
	n := data - from
	if n < localHeader || n > localHeader+maxName+maxExtra {
		return false
	}
	head := make([]byte, n)
	if _, err := r.ReadAt(head, from); err != nil {
		return false
	}
	le := binary.LittleEndian
	name := localHeader + int64(le.Uint16(head[26:]))
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) || name+int64(le.Uint16(head[28:])) != n || string(head[localHeader:name]) != f.Name ||
		le.Uint16(head[6:]) != f.Flags || le.Uint16(head[8:]) != f.Method || !namesNothing(head[name:]) {
		return false
	}
	sums := head[14:26]
	if f.Flags&flagDescriptor != 0 {
		return bytes.Equal(sums, make([]byte, len(sums)))
	}
	return bytes.Equal(sums, sizes(f))
}

// described reports whether a file is followed by what the directory says of it.
func described(r io.ReaderAt, f *zip.File, at int64) bool {
	b := make([]byte, descriptor)
	_, err := r.ReadAt(b, at)
	return err == nil && bytes.Equal(b, append([]byte("PK\x07\x08"), sizes(f)...))
}

// sizes are the checksum and the sizes of a file as its own header says them.
func sizes(f *zip.File) []byte {
	b := binary.LittleEndian.AppendUint32(nil, f.CRC32)
	b = binary.LittleEndian.AppendUint32(b, uint32(min(f.CompressedSize64, 1<<32-1)))
	return binary.LittleEndian.AppendUint32(b, uint32(min(f.UncompressedSize64, 1<<32-1)))
}
