package weights

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Bounds of what is opened to look for code.
const (
	scanLimit   = 4 << 30 // of an archive or a packed pickle, unpacked
	scanEntries = 200_000 // of an archive
	scanNames   = 12      // that are told
)

// zipMagic is how an archive begins.
const zipMagic = "PK\x03\x04"

// Scan says what loading a file of weights runs.
func Scan(format string, r io.ReaderAt, size int64) Code {
	head := make([]byte, len(zipMagic))
	if n, _ := r.ReadAt(head, 0); string(head[:n]) != zipMagic {
		return Stream(format, io.NewSectionReader(r, 0, size))
	}
	switch format {
	case "pytorch", "pickle":
		return scanZip(r, size)
	case "keras":
		return scanKeras(r, size)
	}
	return Stream(format, io.NewSectionReader(r, 0, size))
}

// Stream is [Scan] for a file that goes by once, as in a layer of an image.
// Formats that hold numbers and names only run nothing.
func Stream(format string, r io.Reader) Code {
	b := bufio.NewReaderSize(r, 64<<10)
	head, _ := b.Peek(len(zipMagic))
	switch {
	case format == "gguf" || format == "safetensors" || format == "onnx" || format == "tflite":
		return Code{}
	case string(head) == zipMagic:
		return Code{Open: "an archive of weights within an image is not opened: check the file beside it"}
	case format == "pytorch" || format == "pickle":
		return scanPickles(b)
	case format == "keras":
		return search(b, lambdas)
	case format == "tensorflow":
		return search(b, operations)
	}
	return Code{Open: "what loading the format " + format + " runs is not known"}
}

// A finder gathers what pickles import.
type finder struct {
	code    Code
	unknown []string
	left    int64 // of what it may unpack, in bytes
}

func (f *finder) name(where string) func(module, name string) {
	return func(module, name string) {
		harms, known := weigh(module, name)
		full := strings.ToValidUTF8(module+"."+name, "�")
		switch {
		case harms:
			f.code.Add(Code{Runs: []string{full + where}})
		case !known && len(f.unknown) < scanNames && !slices.Contains(f.unknown, full):
			f.unknown = append(f.unknown, full)
		}
	}
}

func (f *finder) open(format string, args ...any) {
	if f.code.Open == "" {
		f.code.Open = fmt.Sprintf(format, args...)
	}
}

// torchMagic is the first pickle of a file of PyTorch before version 1.6.
const torchMagic = "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."

// most is how many pickles may follow each other in one file.
const most = 64

// read reads the pickles that follow each other in a stream, to its end: a
// program may load one after the other. In older files of PyTorch numbers follow
// the fifth, whatever they look like.
func (f *finder) read(r *bufio.Reader, where string) {
	odd := func(what string) { f.open("its pickle imports %s%s", what, where) }
	head, _ := r.Peek(len(torchMagic))
	torch := string(head) == torchMagic
	for n := range most {
		rest, err := r.Peek(16)
		if torch && n == 5 || err == io.EOF && len(bytes.TrimSpace(rest)) == 0 {
			return
		}
		if err := imports(r, f.name(where), odd); err != nil {
			f.open("its pickle cannot be read to its end%s: %v", where, err)
			return
		}
	}
	f.open("more than %d pickles follow each other%s", most, where)
}

func (f *finder) result() Code {
	if len(f.unknown) > 0 {
		slices.Sort(f.unknown)
		f.open("its pickle imports names that are not known to be harmless: %s", strings.Join(f.unknown, ", "))
	}
	slices.Sort(f.code.Runs)
	return f.code
}

// scanPickles reads pickles that are plain, or packed as joblib does.
func scanPickles(b *bufio.Reader) Code {
	f := &finder{left: scanLimit}
	inner, err := unpack(b)
	if err != nil {
		f.open("it cannot be unpacked: %v", err)
		return f.result()
	}
	f.read(f.bounded(inner), "")
	return f.result()
}

// unpack undoes what joblib packs with; what it does not know is read as it is,
// and is no pickle then.
func unpack(b *bufio.Reader) (io.Reader, error) {
	head, _ := b.Peek(tarHeader)
	switch {
	case isTar(head):
		return nil, errors.New("it is a tar archive, as PyTorch before 0.1.10 wrote them: write it anew")
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return gzip.NewReader(b)
	case bytes.HasPrefix(head, []byte("BZh")):
		return bzip2.NewReader(b), nil
	case isZlib(head):
		return zlib.NewReader(b)
	}
	return b, nil
}

// bounded is a reader of which all that a finder unpacks together has a bound:
// a small file may hold very much.
func (f *finder) bounded(r io.Reader) *bufio.Reader {
	return bufio.NewReaderSize(&budget{r, &f.left}, 64<<10)
}

type budget struct {
	r    io.Reader
	left *int64
}

func (b *budget) Read(p []byte) (int, error) {
	if *b.left <= 0 {
		return 0, fmt.Errorf("it has more than %d GiB when it is unpacked", scanLimit>>30)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), *b.left)])
	*b.left -= int64(n)
	return n, err
}

// scanZip reads every entry of an archive of PyTorch that is a pickle by its name
// or by how it begins: what is loaded is not what the name promises.
func scanZip(r io.ReaderAt, size int64) Code {
	f := &finder{left: scanLimit}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return Code{Open: "its archive cannot be read: " + err.Error()}
	}
	if len(z.File) > scanEntries {
		return Code{Open: fmt.Sprintf("its archive has %d entries", len(z.File))}
	}
	for _, e := range z.File {
		named := path.Ext(e.Name) == ".pkl" || path.Ext(e.Name) == ".pickle"
		if !named && strings.Contains(e.Name, "/data/") { // the numbers of a tensor
			continue
		}
		rc, err := e.Open()
		if err != nil {
			f.open("%s in its archive cannot be read: %v", e.Name, err)
			continue
		}
		b := f.bounded(rc)
		if head, _ := b.Peek(2); named || len(head) == 2 && head[0] == 0x80 && head[1] <= 5 {
			f.read(b, " ("+e.Name+")")
		}
		rc.Close()
	}
	return f.result()
}
