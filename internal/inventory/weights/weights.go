// Package weights reads what files of weights, and what stands beside them, say
// of a model: its name, what it was made from, its licence and data, and whether
// loading it runs code. It reads heads and opcodes; the numbers themselves are
// not read, since they name nobody, and nothing is ever run.
package weights

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A Model is a file of weights, or several that are parts of one.
type Model struct {
	Path         string
	Layer        int    // of an image
	Format       string // gguf, safetensors, pytorch, onnx, keras, tensorflow, tflite, pickle
	Size         int64
	Parts        int
	Name         string   // as the file or what stands beside it says: org/name where known
	Base         []string // what it was made from, as it says
	Derived      bool     // it was made from another one, whether it says which or not
	Architecture string
	Developer    string
	License      string
	Source       string   // the address that it says it comes from
	Datasets     []string // what it was trained on, as it says
	Described    bool     // a card stands beside it
	SHA256       string   // of the file; "" of a model in several parts
	Signature    Signature
	Why          string // why nothing could be read, for a person
	Code         Code
}

// Code is what loading a model runs.
type Code struct {
	Runs []string // what it runs, for a person; empty where nothing was found
	Open string   // why that may not be all
}

// Add puts together what two files of one model run.
func (c *Code) Add(o Code) {
	for _, r := range o.Runs {
		if !slices.Contains(c.Runs, r) && len(c.Runs) < 8 {
			c.Runs = append(c.Runs, r)
		}
	}
	if c.Open == "" {
		c.Open = o.Open
	}
}

// Format is the format of a file of weights by its name; "" when it is none.
// Names that are also those of other things are not taken.
func Format(base string) string {
	lower := strings.ToLower(base)
	switch path.Ext(lower) {
	case ".gguf", ".ggml":
		return "gguf"
	case ".safetensors":
		return "safetensors"
	case ".pt", ".pth", ".ckpt":
		return "pytorch"
	case ".onnx":
		return "onnx"
	case ".keras", ".h5", ".hdf5":
		return "keras"
	case ".tflite":
		return "tflite"
	case ".joblib", ".pkl", ".pickle":
		return "pickle"
	case ".bin":
		if strings.HasPrefix(lower, "pytorch_model") || strings.HasPrefix(lower, "adapter_model") || strings.HasPrefix(lower, "diffusion_pytorch_model") {
			return "pytorch"
		}
	}
	if lower == "saved_model.pb" {
		return "tensorflow"
	}
	return ""
}

// oldPickle is how the oldest form of a pickle begins, which is text. The
// configuration language Pkl has the same name.
var oldPickle = regexp.MustCompile(`^(?:\(|c[\w.]+\n[\w.]+\n|S['"]|V[\w.]*\n|[\])}]|I\d+\n)`)

// Begins reports whether a file that begins so may be of the format: .pth is
// also a list of paths, and .pt a text in Portuguese.
func Begins(format string, head []byte) bool {
	begins := func(magic ...string) bool {
		return slices.ContainsFunc(magic, func(m string) bool { return bytes.HasPrefix(head, []byte(m)) })
	}
	switch format {
	case "pickle":
		if oldPickle.Match(head[:min(len(head), 512)]) {
			return true
		}
		fallthrough
	case "pytorch":
		return begins("PK\x03\x04", "\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05", "\x1f\x8b", "x\x9c")
	case "keras":
		return begins("\x89HDF", "PK\x03\x04")
	case "onnx", "tensorflow":
		return begins("\x08", "\x0a")
	case "tflite":
		return len(head) > 8 && string(head[4:8]) == "TFL3"
	}
	return format != "" // gguf and safetensors are read, and say it when they are broken
}

// HeadLimit is more than any head has; vocabularies stand there.
const HeadLimit = 256 << 20

// Head reads the head of a file into the model, as its format has one.
func (m *Model) Head(r io.Reader) error {
	switch m.Format {
	case "gguf":
		return gguf(r, m)
	case "safetensors":
		return safetensors(r, m)
	}
	return nil
}

// Bounded reads at most [HeadLimit] bytes, and remembers an error of the stream.
type Bounded struct {
	R   io.Reader
	Err error
	n   int64
}

// Read implements [io.Reader].
func (b *Bounded) Read(p []byte) (int, error) {
	if b.n >= HeadLimit {
		return 0, fmt.Errorf("its head has more than %d MiB", HeadLimit>>20)
	}
	n, err := b.R.Read(p[:min(int64(len(p)), HeadLimit-b.n)])
	b.n += int64(n)
	if err != nil && err != io.EOF {
		b.Err = err
	}
	return n, err
}

// shard is how names of parts of one model differ.
var shard = regexp.MustCompile(`-\d{5}-of-\d{5}`)

// Whole is the path that all parts of one model have in common.
func Whole(p string) string { return shard.ReplaceAllString(p, "") }

// hubPath is how the cache of the Hugging Face client lays out what it fetched.
var hubPath = regexp.MustCompile(`(?:^|/)models--([^/]+?)--([^/]+)/`)

// Hub is the name of a model that the cache of the Hugging Face client holds at
// a path; "" for any other path.
func Hub(p string) string {
	if x := hubPath.FindStringSubmatch(p); x != nil {
		return x[1] + "/" + x[2]
	}
	return ""
}
