// Package model is the source of models that stand in a tree as files: weights
// with their cards and configurations as hubs lay them out, adapters, recipes by
// which models are merged, cards of data, and programs that let a model bring
// code of its own. It reads heads and opcodes, and runs nothing.
package model

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/internal/tree/notebook"
)

// maxText is how large a card, a recipe or a program may be; notebooks are the largest.
const maxText = notebook.MaxBytes

// Match reports whether a file belongs to this source; head is its beginning.
func Match(file string, head func() []byte) bool {
	file = filepath.ToSlash(file)
	k := kindOf(path.Base(file), head)
	return k != other && !((k == program || k == cells) && test(file))
}

// test reports whether a program runs in tests only.
func test(file string) bool {
	base := path.Base(file)
	return strings.HasPrefix(base, "test_") || strings.HasSuffix(base, "_test.py") || base == "conftest.py" || strings.Contains("/"+file, "/tests/") || strings.Contains("/"+file, "/test/")
}

// A kind of file.
type kind int

const (
	other   kind = iota
	weight       // weights, or the pointer to them
	card         // what stands beside weights
	recipe       // by which models are merged
	program      // code that loads a model
	cells        // the same in a notebook
	facts        // data described as Croissant
)

func kindOf(base string, head func() []byte) kind {
	if f := weights.Format(base); f != "" {
		h := head()
		if _, pointer := weights.ReadPointer(h); pointer {
			return weight
		}
		if ext := path.Ext(strings.ToLower(base)); (ext == ".h5" || ext == ".hdf5") && !has(h, "keras", "layer_names", "model_weights", "model_config") || !weights.Begins(f, h) {
			return other // tables are kept in the same container
		}
		return weight
	}
	switch {
	case base == "README.md":
		if h := head(); bytes.HasPrefix(h, []byte("---")) && has(h, "license:", "datasets:", "base_model:", "pipeline_tag:", "library_name:", "task_categories:", "dataset_info:") {
			return card
		}
	case base == "config.json" || base == "adapter_config.json":
		if has(head(), `"architectures"`, `"model_type"`, `"base_model_name_or_path"`, `"_name_or_path"`, `"auto_map"`, `"peft_type"`) {
			return card
		}
	case path.Ext(base) == ".json":
		if has(head(), "mlcommons.org/croissant/") {
			return facts
		}
	case path.Ext(base) == ".yaml" || path.Ext(base) == ".yml":
		if h := head(); has(h, "merge_method:") && has(h, "models:", "slices:", "base_model:") {
			return recipe
		}
	case notebook.Match(base):
		return cells // outputs stand before what counts
	case code.LanguageOf(base) == code.LangPython:
		if has(head(), trust) {
			return program
		}
	}
	return other
}

func has(head []byte, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(head, []byte(w)) })
}

// Read reads the files.
func Read(files []string) graph.Facts {
	r := &reader{folders: map[string]*folder{}}
	files = slices.Clone(files)
	slices.Sort(files)
	for _, f := range files {
		file := filepath.ToSlash(filepath.Clean(f))
		r.facts.Files = append(r.facts.Files, file)
		r.file(file)
	}
	for _, dir := range r.dirs {
		r.folder(r.folders[dir])
	}
	return r.facts
}

// A reader gathers what is read.
type reader struct {
	facts   graph.Facts
	folders map[string]*folder
	dirs    []string // in the order in which they were met
}

// A folder is what stands beside each other.
type folder struct {
	dir     string
	weights []*weights.Model
	card    weights.Card
	cards   []string // the files that the card is from
}

func (r *reader) at(dir string) *folder {
	if r.folders[dir] == nil {
		r.folders[dir] = &folder{dir: dir}
		r.dirs = append(r.dirs, dir)
	}
	return r.folders[dir]
}

func (r *reader) problem(file string, line int, format string, args ...any) {
	r.facts.Problems = append(r.facts.Problems, graph.Problem{Origin: graph.Origin{File: file, Line: line}, Message: fmt.Sprintf(format, args...)})
}

// broken notes that a document is none.
func (r *reader) broken(file string, err error) {
	line, message := tree.Fault(err)
	r.problem(file, line, "%s", message)
}

func (r *reader) file(file string) {
	base := path.Base(file)
	if weights.Format(base) != "" {
		r.weights(file)
		return
	}
	src, err := tree.Load(filepath.FromSlash(file), maxText)
	if err != nil {
		r.problem(file, 0, "it cannot be read: %v", err)
		return
	}
	switch kindOf(base, func() []byte { return src }) {
	case card:
		f := r.at(path.Dir(file))
		before := f.card.Fault
		if f.card.Read(base, src) {
			f.cards = append(f.cards, file)
		} else if f.card.Fault != before {
			r.problem(file, 0, "%s", f.card.Fault)
		}
	case recipe:
		r.recipe(file, src)
	case program:
		r.program(file, src)
	case cells:
		if has(src, trust) {
			r.cells(file, src)
		}
	case facts:
		r.croissant(file, src)
	}
}

// place is the root and address of something that stands at a path: the folder
// above its own, and the path from there.
func place(file string) (root string, address graph.Address) {
	dir := path.Dir(file)
	if dir == "." || dir == "/" || strings.HasSuffix(dir, "..") {
		return dir, graph.Address(path.Base(file))
	}
	return path.Dir(dir), graph.Address(path.Join(path.Base(dir), path.Base(file)))
}

func (r *reader) add(a graph.Asset) {
	a.Language = weights.Language
	r.facts.Blocks++
	r.facts.Assets = append(r.facts.Assets, a)
}
