// Package weights reads what files of weights, and what stands beside them, say
// of a model: its name, what it was made from, its licence and data, and whether
// loading it runs code. It reads heads and opcodes; the numbers themselves are
// not read, since they name nobody, and nothing is ever run.
package weights

import (
	"fmt"
	"io"
	"regexp"
	"slices"
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

// Part adds another file of the same model.
func (m *Model) Part(p *Model) {
	m.Size += p.Size
	m.Parts++
	m.SHA256 = ""
	m.Code.Add(p.Code)
	if m.Why == "" {
		m.Why = p.Why
	}
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
