package model

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// digestLimit is how large a file may be of which the digest is computed: more
// than that takes minutes.
const digestLimit = 64 << 30

// weights reads one file of weights, or the pointer to it.
func (r *reader) weights(file string) {
	f, err := os.Open(filepath.FromSlash(file))
	if err != nil {
		r.problem(file, 0, "it cannot be read: %v", tree.Plain(err))
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		r.problem(file, 0, "it is no regular file")
		return
	}
	m := &weights.Model{Path: file, Format: weights.Format(path.Base(file)), Size: info.Size(), Parts: 1}
	r.at(path.Dir(file)).add(m)
	head := make([]byte, min(info.Size(), weights.PointerLimit+1))
	if _, err := io.ReadFull(f, head); err != nil {
		r.problem(file, 0, "it cannot be read: %v", tree.Plain(err))
		return
	}
	if p, ok := weights.ReadPointer(head); ok {
		m.SHA256, m.Size = p.SHA256, p.Size
		if m.Format == "pytorch" || m.Format == "pickle" || m.Format == "keras" || m.Format == "tensorflow" {
			m.Code.Open = "the file itself is not here, only a pointer of Git LFS: git lfs pull fetches it"
		}
		return
	}
	if err := m.Head(&weights.Bounded{R: io.NewSectionReader(f, 0, info.Size())}); err != nil {
		m.Why = err.Error()
		r.problem(file, 0, "the head of the model cannot be read: %v", err)
	}
	m.Code = weights.Scan(m.Format, f, info.Size())
}

// digest is the SHA-256 of a file of weights. It reads the whole file, so it is
// asked for only where something compares or tells it; once a file.
func digest(m *weights.Model) (string, error) {
	if m.SHA256 != "" {
		return m.SHA256, nil
	}
	if m.Size > digestLimit {
		return "", fmt.Errorf("it has more than %d GiB, and its digest was not computed", digestLimit>>30)
	}
	f, err := os.Open(filepath.FromSlash(m.Path))
	if err != nil {
		return "", tree.Plain(err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("it cannot be read to its end: %w", tree.Plain(err))
	}
	m.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return m.SHA256, nil
}

func (f *folder) add(m *weights.Model) { f.weights = append(f.weights, m) }

// standard are the names under which libraries keep one model in several forms.
var standard = regexp.MustCompile(`^(?:(?:diffusion_)?pytorch_model|model|tf_model|adapter_model|open_clip_(?:pytorch_)?model|consolidated)(?:-\d{5}-of-\d{5}|\.\d{2})?(?:\.fp16|\.bf16|\.int8)?\.(?:safetensors|bin|h5|pt|pth|onnx|keras)$`)

// folder makes an asset of every model of a folder: parts are one, and so are
// the forms in which a library keeps it.
func (r *reader) folder(f *folder) {
	if len(f.weights) == 0 {
		r.alone(f)
		return
	}
	var out []*weights.Model
	files := map[*weights.Model][]*weights.Model{}
	for _, m := range f.weights {
		at := slices.IndexFunc(out, func(o *weights.Model) bool { return f.same(o.Path, m.Path) })
		if at < 0 {
			out = append(out, m)
			files[m] = []*weights.Model{m}
			continue
		}
		files[out[at]] = append(files[out[at]], m)
	}
	for _, m := range out {
		parts := files[m]
		signature := signed(parts)
		own := *m
		for _, p := range parts[1:] {
			own.Part(p)
		}
		own.Join(&f.card)
		own.Signature = signature
		root, address := place(m.Path)
		r.asset(f, &own, root, address, m.Path)
	}
}

// same reports whether two files are one model.
func (f *folder) same(a, b string) bool {
	if weights.Whole(a) == weights.Whole(b) {
		return true
	}
	return len(f.cards) > 0 && standard.MatchString(path.Base(a)) && standard.MatchString(path.Base(b)) && adapter(a) == adapter(b)
}

func adapter(file string) bool { return strings.HasPrefix(path.Base(file), "adapter_model") }

func (r *reader) asset(f *folder, m *weights.Model, root string, address graph.Address, file string) {
	a := m.Attrs("", graph.Origin{File: file, Line: 1})
	if m.Parts == 1 {
		a.Later("sha256", func() (string, error) { return digest(m) })
	}
	for key, names := range map[string][]string{"base_model": {"base_named", "base_model"}, "datasets": {"data_named", "datasets"}, "license": {"lacks"}} {
		if line := f.card.Lines[key]; line > 0 && len(f.cards) > 0 {
			for _, n := range names {
				a.Move(n, path.Join(f.dir, "README.md"), line)
			}
		}
	}
	typ := weights.Type
	if m.Format == "pickle" && path.Ext(m.Path) != ".joblib" && len(f.cards) == 0 {
		typ = "pickle" // of whatever: what it runs counts, who made it nobody asks
	}
	r.add(graph.Asset{Address: address, Type: typ, Root: root, Partial: m.Why, Attrs: a, Origin: a.At})
}

// alone makes an asset of a card without weights beside it: of data, or of a
// model whose weights are elsewhere.
func (r *reader) alone(f *folder) {
	if len(f.cards) == 0 {
		return
	}
	file := f.cards[0]
	root, address := place(file)
	if f.card.Dataset {
		r.data(f, root, address, file)
		return
	}
	if !f.card.Derived && f.card.Architecture == "" && len(f.card.Datasets) == 0 {
		return // a page with a licence
	}
	m := &weights.Model{Path: file, Format: "card", Parts: 0}
	m.Join(&f.card)
	r.asset(f, m, root, address, file)
}
