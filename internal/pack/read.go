package pack

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// A Pack is an archive that is read.
type Pack struct {
	files map[string]*zip.File
	order []string // sorted
	// unpack is used for one file after the other: there may be many.
	unpack io.Reader
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
	d, err := findDirectory(r, size)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("it is no whole zip archive: %w", err)
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
		case !isPlain(f):
			p.fault(f.Name, "it is no plain file: a link, a folder, encrypted, or packed as packs are not")
		case !isNamedOnce(f):
			p.fault(f.Name, "its entry in the directory has more than a name: other programs would unpack it under another one")
		default:
			p.files[f.Name] = f
			p.order = append(p.order, f.Name)
		}
		folded[low] = true
	}
	slices.Sort(p.order)
	p.layout(r, d, z)
	return p, nil
}

func (p *Pack) fault(file, format string, args ...any) {
	if len(p.Faults) < maxFaults {
		p.Faults = append(p.Faults, Fault{finding.Tame(file), finding.Tame(fmt.Sprintf(format, args...))})
	}
}

// maxFaults bounds what is told about one pack.
const maxFaults = 1000

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
	raw, err := f.OpenRaw()
	if err != nil {
		return err
	}
	packed := bufio.NewReader(raw) // flate takes no byte more than it needs from one
	content := io.Reader(packed)
	if f.Method == zip.Deflate {
		if content, err = p.inflate(packed); err != nil {
			return err
		}
	}
	check := crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(w, check), io.LimitReader(content, int64(f.UncompressedSize64)+1))
	switch {
	case err != nil:
		return fmt.Errorf("it cannot be unpacked: %w", err)
	case uint64(n) != f.UncompressedSize64:
		return errTooLong
	case check.Sum32() != f.CRC32:
		return errors.New("it was altered: its checksum is not the one in the directory")
	}
	if _, err := packed.ReadByte(); err != io.EOF {
		return errors.New("bytes follow the end of its content, in which other programs would find other files")
	}
	return nil
}

func (p *Pack) inflate(packed io.Reader) (io.Reader, error) {
	if again, ok := p.unpack.(flate.Resetter); ok {
		return p.unpack, again.Reset(packed, nil)
	}
	p.unpack = flate.NewReader(packed)
	return p.unpack, nil
}

// sum is the SHA-256 of a file.
func (p *Pack) sum(name string) (string, error) {
	h := sha256.New()
	err := p.copy(h, name, maxFile)
	return hex.EncodeToString(h.Sum(nil)), err
}
