package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
)

const testData = 1 << 20

// isWeights reports whether a file holds a model. What is small and part of a
// package, or a pickle of whatever, is data of its tests.
func isWeights(name string, size int64, head []byte) bool {
	format := weights.Format(path.Base(name))
	if size >= 0 && size < testData && (format == "pickle" || vendored(name)) {
		return false
	}
	return weights.Begins(format, head)
}

// weights reads a file of weights as it goes by.
func (s *scanner) weights(name string, size int64, r io.Reader) error {
	m := weights.Model{Path: name, Layer: s.layer, Format: weights.Format(path.Base(name)), Size: size, Parts: 1}
	sum := sha256.New()
	src := &weights.Bounded{R: io.TeeReader(r, sum)}
	if m.Format == "" {
		m.Format = "gguf"
	}
	err := m.Head(src)
	switch {
	case src.Err != nil:
		return src.Err // the layer itself ends here
	case err != nil:
		m.Why = err.Error()
		s.problem(name, "the head of the model cannot be read: %v", err)
	}
	rest := &watched{r: io.TeeReader(r, sum)}
	m.Code = weights.Stream(m.Format, rest)
	if rest.err != nil {
		return rest.err
	}
	if _, err := io.CopyBuffer(sum, struct{ io.Reader }{r}, s.hosts.buf); err != nil {
		return err
	}
	m.SHA256 = hex.EncodeToString(sum.Sum(nil))
	s.models[name] = m
	return nil
}

// watched remembers an error of the stream, which those who read a file in it
// take for one of the file.
type watched struct {
	r   io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// symlink takes a link whose name tells of weights: clients of hubs keep files
// under their digest, and link to them by name.
func (s *scanner) symlink(name, target string) {
	if f := weights.Format(path.Base(name)); f != "" && weights.Hub(name) != "" && strings.Contains(target, "blobs/") {
		m := weights.Model{Path: name, Layer: s.layer, Format: f, Parts: 1}
		if f != "gguf" && f != "safetensors" {
			m.Code.Open = "it is a link to a file that is not read under its name"
		}
		if sum := path.Base(target); len(sum) == 64 { // large files are kept under their SHA-256
			m.SHA256 = sum
		}
		s.models[name] = m
	}
}

// card reads what stands beside weights.
func (s *scanner) card(name string, src []byte) {
	dir := path.Dir(name)
	c := s.cards[dir]
	if c.Read(name, src) {
		s.cards[dir] = c
	}
}

// joined puts the parts of one model together, and what stands beside them.
func (s *scanner) joined() []weights.Model {
	byName := map[string]*weights.Model{}
	var paths []string
	for p := range s.models {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	var out []*weights.Model
	for _, p := range paths {
		m := s.models[p]
		key := weights.Whole(p)
		if first := byName[key]; first != nil && key != p {
			first.Part(&m)
			continue
		}
		c := s.cards[path.Dir(p)]
		m.Join(&c)
		byName[key] = &m
		out = append(out, &m)
	}
	models := make([]weights.Model, len(out))
	for i := range out {
		models[i] = *out[i]
	}
	return models
}
