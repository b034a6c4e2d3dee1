// Package code reads programs, the settings of agents and the variables of
// environments: whom they call, and which model they ask there. It knows words
// of languages and shapes of files; what a library calls comes in as [Options].
//
// A flow begins at the file, by its path below the nearest folder that says that
// it is a program of its own (pyproject.toml, package.json, go.mod, …). How
// strong the evidence is decides what counts: the making of a client and the
// argument of a call count, a literal counts where its host is a service for
// data or models, a comment or a docstring never. Tests are not read: they run
// where there is no data of anybody.
package code

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	text "github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/internal/tree/notebook"
)

// maxFile is how large a file may be.
const maxFile = 8 << 20

// Match reports whether a file belongs to this source; head is its beginning.
func Match(file string, head func() []byte) bool {
	base := path.Base(filepath.ToSlash(file))
	if lang := text.LanguageOf(base); lang != "" {
		return !built(base)
	}
	if notebook.Match(filepath.ToSlash(file)) {
		return true
	}
	return envFile(base) || configName(filepath.ToSlash(file)) && configHead(base, head())
}

// built reports whether a program made the file of another one.
func built(base string) bool {
	return strings.Contains(base, ".min.") || strings.Contains(base, ".bundle.") || strings.HasSuffix(base, ".d.ts") || strings.HasSuffix(base, ".pb.go") || strings.HasSuffix(base, "_pb2.py")
}

// test reports whether a file runs in tests only.
func test(file string) bool {
	base := path.Base(file)
	stem := strings.TrimSuffix(base, path.Ext(base))
	if strings.HasPrefix(base, "test_") || strings.HasSuffix(stem, "_test") || strings.HasSuffix(stem, ".test") || strings.HasSuffix(stem, ".spec") || strings.HasSuffix(stem, ".vitest") || base == "conftest.py" {
		return true
	}
	for _, dir := range strings.Split(path.Dir(file), "/") {
		switch dir {
		case "test", "tests", "__tests__", "__mocks__", "testdata", "e2e":
			return true
		}
	}
	return false
}

// Read reads the files.
func Read(files []string, o Options) graph.Facts {
	if o.Clients == nil {
		return graph.Facts{} // nobody asks for flows: remarks of the own files alone are wanted
	}
	files = slices.Clone(files)
	slices.Sort(files)
	r := &reader{know: o.knowledge(), roots: map[string]string{}, env: map[string]map[string]setting{}}
	got := make([]result, len(files))
	for i, f := range files {
		got[i].root = r.root(filepath.ToSlash(filepath.Clean(f)))
		if base := path.Base(filepath.ToSlash(f)); envFile(base) {
			r.readEnv(f, &got[i])
		}
	}
	var wg sync.WaitGroup
	next := make(chan int)
	for range max(runtime.GOMAXPROCS(0), 1) {
		wg.Go(func() {
			for i := range next {
				r.file(files[i], &got[i])
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	wg.Wait()
	return merge(files, got)
}

// A result is what one file gave.
type result struct {
	root     string
	flows    []graph.Flow
	problems []graph.Problem
}

// A reader holds what is the same for all files. After the variables of the
// environment are read nothing of it changes.
type reader struct {
	know  *knowledge
	roots map[string]string             // of each folder
	env   map[string]map[string]setting // of each root: variables of its env files
}

// file reads one file.
func (r *reader) file(name string, out *result) {
	slash := filepath.ToSlash(filepath.Clean(name))
	base := path.Base(slash)
	lang := text.LanguageOf(base)
	if envFile(base) || lang != "" && test(slash) {
		return
	}
	if notebook.Match(slash) {
		r.notebook(name, slash, out)
		return
	}
	src, err := tree.Load(name, maxFile)
	if err != nil {
		out.problem(slash, 0, fmt.Sprintf("it cannot be read: %v", err))
		return
	}
	if lang == "" {
		r.config(slash, src, out)
		return
	}
	if !r.know.words.In(src) || generated(src) {
		return
	}
	if ext := path.Ext(base); ext == ".vue" || ext == ".svelte" {
		src = scripts(src)
	}
	f, err := text.Parse(lang, src)
	p := &program{reader: r, file: f, name: slash, out: out, ecosystem: ecosystems[lang]}
	p.read()
	if err != nil && len(out.flows) > 0 {
		out.problem(slash, 0, fmt.Sprintf("%v: what follows may be read wrongly; mend it, or leave the file out", err))
	}
}

// generated reports whether a file is one line that a program wrote.
func generated(src []byte) bool {
	return len(src) > 200_000 && bytes.Count(src, []byte("\n")) < len(src)/2000
}

// scripts blanks all of a page but its scripts; lines stay.
func scripts(src []byte) []byte {
	out := make([]byte, len(src))
	inside := false
	for i := 0; i < len(src); i++ {
		switch {
		case !inside && bytes.HasPrefix(src[i:], []byte("<script")):
			end := bytes.IndexByte(src[i:], '>')
			if end < 0 {
				return out
			}
			for j := i; j <= i+end; j++ {
				out[j] = blank(src[j])
			}
			i += end
			inside = true
			continue
		case inside && bytes.HasPrefix(src[i:], []byte("</script")):
			inside = false
		}
		if inside {
			out[i] = src[i]
		} else {
			out[i] = blank(src[i])
		}
	}
	return out
}

func blank(c byte) byte {
	if c == '\n' {
		return c
	}
	return ' '
}

func (out *result) problem(file string, line int, message string) {
	out.problems = append(out.problems, graph.Problem{Origin: graph.Origin{File: file, Line: line}, Message: message})
}

// ends is what tells flows of one file apart.
type ends struct {
	to, unknown string
	purpose     string
	model       string
}

// merge puts together what the files gave, in their order. Of flows that are the
// same the first stays; one without a model says nothing beside one with.
func merge(files []string, got []result) graph.Facts {
	facts := graph.Facts{}
	for i, f := range files {
		facts.Files = append(facts.Files, filepath.ToSlash(filepath.Clean(f)))
		facts.Problems = append(facts.Problems, got[i].problems...)
		named, seen := map[ends]bool{}, map[ends]bool{}
		for _, fl := range got[i].flows {
			named[ends{to: string(fl.To), purpose: fl.Purpose}] = named[ends{to: string(fl.To), purpose: fl.Purpose}] || fl.Model != ""
		}
		for _, fl := range got[i].flows {
			k := ends{string(fl.To), fl.Unknown, fl.Purpose, fl.Model}
			if seen[k] || fl.Model == "" && fl.To != "" && named[ends{to: string(fl.To), purpose: fl.Purpose}] {
				continue
			}
			seen[k] = true
			facts.Flows = append(facts.Flows, fl)
		}
		facts.Blocks += len(got[i].flows)
	}
	return facts
}
