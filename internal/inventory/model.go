package inventory

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	Layer        int
	Format       string // gguf, safetensors, pytorch, onnx, keras, tensorflow, tflite, pickle
	Size         int64
	Parts        int
	Name         string   // as the file or what stands beside it says: org/name where known
	Base         []string // what it was made from, as it says
	Architecture string
	Developer    string
	License      string
	Source       string // the address that it says it comes from
	SHA256       string // of the file; "" of a model in several parts
	Why          string // why nothing could be read, for a person
}

// weightsByName is the format of a file of weights; "" when it is none. Names
// that are also those of other things are not taken.
func weightsByName(base string) string {
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
	case ".joblib", ".pkl":
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

const testData = 1 << 20

// isWeights reports whether a file holds a model. What is small and part of a
// package, or a pickle of whatever, is data of its tests.
func isWeights(name string, size int64, head []byte) bool {
	format := weightsByName(path.Base(name))
	if size >= 0 && size < testData && (format == "pickle" || vendored(name)) {
		return false
	}
	return weightsHead(format, head)
}

// weightsHead reports whether a file that begins so may be of the format: .pth
// is also a list of paths, and .pt a text in Portuguese.
func weightsHead(format string, head []byte) bool {
	begins := func(magic ...string) bool {
		return slices.ContainsFunc(magic, func(m string) bool { return bytes.HasPrefix(head, []byte(m)) })
	}
	switch format {
	case "pytorch", "pickle":
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

// hubPath is how the cache of the Hugging Face client lays out what it fetched.
var hubPath = regexp.MustCompile(`(?:^|/)models--([^/]+?)--([^/]+)/`)

// weights reads the head of a file of weights. The numbers themselves are not
// read: they name nobody.
func (s *scanner) weights(name string, size int64, r io.Reader) error {
	m := Model{Path: name, Layer: s.layer, Format: weightsByName(path.Base(name)), Size: size, Parts: 1}
	sum := sha256.New()
	src := &bounded{r: io.TeeReader(r, sum), left: headLimit}
	var err error
	switch m.Format {
	case "gguf", "":
		m.Format = "gguf"
		err = readGGUF(src, &m)
	case "safetensors":
		err = readSafetensors(src, &m)
	}
	switch {
	case src.err != nil:
		return src.err // the layer itself ends here
	case err != nil:
		m.Why = err.Error()
		s.problem(name, "the head of the model cannot be read: %v", err)
	}
	if _, err := io.CopyBuffer(sum, struct{ io.Reader }{r}, s.hosts.buf); err != nil {
		return err
	}
	m.SHA256 = hex.EncodeToString(sum.Sum(nil))
	s.models[name] = m
	return nil
}

// symlink takes a link whose name tells of weights: clients of hubs keep files
// under their digest, and link to them by name.
func (s *scanner) symlink(name, target string) {
	if f := weightsByName(path.Base(name)); f != "" && hubPath.MatchString(name) && strings.Contains(target, "blobs/") {
		m := Model{Path: name, Layer: s.layer, Format: f, Parts: 1}
		if sum := path.Base(target); len(sum) == 64 { // large files are kept under their SHA-256
			m.SHA256 = sum
		}
		s.models[name] = m
	}
}

// bounded reads at most so many bytes, and remembers an error of the stream.
type bounded struct {
	r    io.Reader
	left int64
	err  error
}

const headLimit = 256 << 20 // more than any head; vocabularies stand there

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("its head has more than %d MiB", headLimit>>20)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

// A card is what stands beside weights about them.
type card struct {
	name, architecture string
	base               []string
	license            string
}

func isCard(base string) bool {
	return base == "config.json" || base == "adapter_config.json" || base == "README.md"
}

// card reads config.json and adapter_config.json as the libraries of Hugging
// Face write them, and the front matter of README.md.
func (s *scanner) card(name string, src []byte) {
	dir := path.Dir(name)
	c := s.cards[dir]
	if path.Base(name) == "README.md" {
		frontMatter(&c, src)
	} else {
		if !bytes.Contains(src, []byte("architectures")) && !bytes.Contains(src, []byte("model_name_or_path")) && !bytes.Contains(src, []byte("_name_or_path")) {
			return
		}
		var doc struct {
			Name          string   `json:"_name_or_path"`
			Base          string   `json:"base_model_name_or_path"`
			Architectures []string `json:"architectures"`
		}
		if json.Unmarshal(src, &doc) != nil {
			return // of something else
		}
		if doc.Base != "" && !slices.Contains(c.base, doc.Base) {
			c.base = append(c.base, doc.Base)
		}
		if len(doc.Architectures) > 0 {
			c.architecture = doc.Architectures[0]
		}
		if doc.Name != "" && !strings.HasPrefix(doc.Name, ".") && !strings.HasPrefix(doc.Name, "/") {
			c.name = doc.Name
		}
	}
	if len(c.base) > 0 || c.name != "" || c.architecture != "" || c.license != "" {
		s.cards[dir] = c
	}
}

// frontMatter reads base_model and license between the lines of dashes at the
// beginning of a model card: a value, or a list below.
func frontMatter(c *card, src []byte) {
	text, ok := strings.CutPrefix(string(src), "---")
	if !ok {
		return
	}
	text, _, ok = strings.Cut(text, "\n---")
	if !ok {
		return
	}
	key := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n ")
		if item, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok && key == "base_model" {
			c.addBase(item)
			continue
		}
		k, v, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, " ") {
			continue
		}
		key = k
		switch v = strings.TrimSpace(v); {
		case key == "base_model":
			c.addBase(v)
		case key == "license":
			c.license = strings.Trim(v, `"'`)
		}
	}
}

func (c *card) addBase(v string) {
	if v = strings.Trim(strings.TrimSpace(v), `"'`); v != "" && !slices.Contains(c.base, v) {
		c.base = append(c.base, v)
	}
}

var shard = regexp.MustCompile(`-\d{5}-of-\d{5}`)

// joined puts the parts of one model together, and what stands beside them.
func (s *scanner) joined() []Model {
	byName := map[string]*Model{}
	var paths []string
	for p := range s.models {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	var out []*Model
	for _, p := range paths {
		m := s.models[p]
		key := shard.ReplaceAllString(p, "")
		if first := byName[key]; first != nil && key != p {
			first.Size += m.Size
			first.Parts++
			first.SHA256 = ""
			continue
		}
		c := s.cards[path.Dir(p)]
		if m.Name == "" {
			m.Name = c.name
		}
		if x := hubPath.FindStringSubmatch(p); x != nil {
			m.Name = x[1] + "/" + x[2]
		}
		if m.Architecture == "" {
			m.Architecture = c.architecture
		}
		if m.License == "" {
			m.License = c.license
		}
		for _, b := range c.base {
			if !slices.Contains(m.Base, b) {
				m.Base = append(m.Base, b)
			}
		}
		byName[key] = &m
		out = append(out, &m)
	}
	models := make([]Model, len(out))
	for i := range out {
		models[i] = *out[i]
	}
	return models
}
