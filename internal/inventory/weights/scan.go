package weights

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Bounds of what is opened to look for code.
const (
	scanLimit   = 4 << 30   // of an archive or a packed pickle, unpacked
	scanEntries = 200_000   // of an archive
	configLimit = 16 << 20  // of the configuration in an archive of Keras
	graphLimit  = 256 << 20 // of a graph, and of the part of an HDF5 file that is searched
	scanNames   = 12        // that are told
)

// Scan says what loading a file of weights runs. Formats that hold numbers and
// names only run nothing.
func Scan(format string, r io.ReaderAt, size int64) Code {
	whole := io.NewSectionReader(r, 0, size)
	switch format {
	case "pytorch", "pickle":
		head := make([]byte, 4)
		n, _ := r.ReadAt(head, 0)
		if bytes.HasPrefix(head[:n], []byte("PK\x03\x04")) {
			return scanZip(r, size)
		}
		return scanPickles(whole, "")
	case "keras":
		head := make([]byte, 4)
		n, _ := r.ReadAt(head, 0)
		if bytes.HasPrefix(head[:n], []byte("PK\x03\x04")) {
			return scanKeras(r, size)
		}
		return search(whole, []string{`"class_name": "Lambda"`, `"class_name":"Lambda"`}, "a Lambda layer of Keras")
	case "tensorflow":
		return search(whole, []string{"PyFunc", "ReadFile", "WriteFile"}, "an operation of its graph that runs Python or reaches files")
	}
	return Code{}
}

// Stream is [Scan] for a file that goes by once, as in a layer of an image.
func Stream(format string, r io.Reader) Code {
	b := bufio.NewReaderSize(r, 64<<10)
	head, _ := b.Peek(4)
	switch {
	case format == "gguf" || format == "safetensors" || format == "onnx" || format == "tflite":
		return Code{}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return Code{Open: "an archive of weights within an image is not opened: check the file beside it"}
	case format == "pytorch" || format == "pickle":
		return scanPickles(b, "")
	case format == "keras":
		return search(b, []string{`"class_name": "Lambda"`, `"class_name":"Lambda"`}, "a Lambda layer of Keras")
	case format == "tensorflow":
		return search(b, []string{"PyFunc", "ReadFile", "WriteFile"}, "an operation of its graph that runs Python or reaches files")
	}
	return Code{Open: "what loading the format " + format + " runs is not known"}
}

// A finder gathers what pickles import.
type finder struct {
	code    Code
	unknown []string
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

// read reads the pickles that follow each other in a stream: older files of
// PyTorch have five. What follows the last is numbers.
func (f *finder) read(r *bufio.Reader, where string) {
	odd := func(what string) { f.open("its pickle imports %s%s", what, where) }
	most := 8
	if head, _ := r.Peek(len(torchMagic)); string(head) == torchMagic {
		most = 5 // after them stand numbers, whatever they look like
	}
	for n := range most {
		if head, err := r.Peek(1); err != nil || n > 0 && head[0] != 0x80 {
			return
		}
		if err := imports(r, f.name(where), odd); err != nil {
			f.open("its pickle cannot be read to its end%s: %v", where, err)
			return
		}
	}
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
func scanPickles(r io.Reader, where string) Code {
	f := &finder{}
	b := bufio.NewReaderSize(r, 64<<10)
	head, _ := b.Peek(2)
	var err error
	var inner io.Reader = b
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		inner, err = gzip.NewReader(b)
	case bytes.HasPrefix(head, []byte("x")):
		inner, err = zlib.NewReader(b)
	}
	if err != nil {
		f.open("it cannot be unpacked: %v", err)
		return f.result()
	}
	if inner != io.Reader(b) {
		b = bufio.NewReaderSize(io.LimitReader(inner, scanLimit), 64<<10)
	}
	f.read(b, where)
	return f.result()
}

// scanZip reads every entry of an archive of PyTorch that is a pickle by its name
// or by how it begins: what is loaded is not what the name promises.
func scanZip(r io.ReaderAt, size int64) Code {
	f := &finder{}
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
		b := bufio.NewReaderSize(io.LimitReader(rc, scanLimit), 64<<10)
		if head, _ := b.Peek(2); named || len(head) == 2 && head[0] == 0x80 && head[1] <= 5 {
			f.read(b, " ("+e.Name+")")
		}
		rc.Close()
	}
	return f.result()
}

// scanKeras looks for layers that hold code in an archive of Keras 3.
func scanKeras(r io.ReaderAt, size int64) Code {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return Code{Open: "its archive cannot be read: " + err.Error()}
	}
	var c Code
	found := false
	for _, e := range z.File {
		if e.Name != "config.json" {
			continue
		}
		found = true
		rc, err := e.Open()
		if err != nil {
			return Code{Open: "its config.json cannot be read: " + err.Error()}
		}
		src, err := io.ReadAll(io.LimitReader(rc, configLimit+1))
		rc.Close()
		var doc any
		if err == nil && len(src) <= configLimit {
			err = json.Unmarshal(src, &doc)
		}
		if err != nil || len(src) > configLimit {
			return Code{Open: "its config.json cannot be read"}
		}
		layers(doc, &c, 0)
	}
	if !found {
		c.Open = "its archive holds no config.json, so which layers it has is not known"
	}
	return c
}

// layers finds what Keras makes of a configuration that runs code.
func layers(x any, c *Code, depth int) {
	if depth > 200 {
		c.Open = "its configuration is nested deeper than any model is"
		return
	}
	switch x := x.(type) {
	case []any:
		for _, e := range x {
			layers(e, c, depth+1)
		}
	case map[string]any:
		switch class, _ := x["class_name"].(string); class {
		case "Lambda", "TorchModuleWrapper", "__lambda__":
			c.Add(Code{Runs: []string{"a layer of the class " + class}})
		}
		for _, k := range sorted(x) {
			layers(x[k], c, depth+1)
		}
	}
}

// search looks for words in a file of which only some parts are text.
func search(r io.Reader, words []string, what string) Code {
	const overlap = 64
	buf := make([]byte, 256<<10)
	kept := 0
	for total := 0; total < graphLimit; {
		n, err := io.ReadFull(r, buf[kept:])
		total += n
		for _, w := range words {
			if bytes.Contains(buf[:kept+n], []byte(w)) {
				return Code{Runs: []string{what}}
			}
		}
		if err != nil {
			return Code{}
		}
		copy(buf, buf[len(buf)-overlap:])
		kept = overlap
	}
	return Code{Open: fmt.Sprintf("it has more than %d MiB and was not searched to its end", graphLimit>>20)}
}
