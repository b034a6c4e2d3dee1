// Package dockerfile reads Dockerfiles and Containerfiles: the images that each
// stage is built from, and what its commands fetch while they run.
//
// A stage is an asset of the language "dockerfile", named FILE#STAGE within its folder. Images
// that it starts from or copies from are its attributes; what RUN, ADD, CMD and
// ENTRYPOINT reach are flows. Build arguments count with their defaults: who
// builds may give others, and those without a default are not known.
package dockerfile

import (
	"bytes"
	"path"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Options says what the files alone do not.
type Options = shell.Around

// maxBytes bounds one file; those that people and tools write stay below 100 KB.
const maxBytes = 4 << 20

// Match reports whether a file is a Dockerfile by its name.
func Match(file string) bool {
	name := strings.ToLower(filepath.Base(file))
	switch {
	case strings.HasSuffix(name, ".dockerignore"), strings.HasSuffix(name, ".md"), strings.HasSuffix(name, ".go"), strings.HasSuffix(name, ".py"), strings.HasSuffix(name, ".sh"), strings.HasSuffix(name, ".ts"), strings.HasSuffix(name, ".js"),
		strings.HasSuffix(name, ".txt"), strings.HasSuffix(name, ".json"), strings.HasSuffix(name, ".yml"), strings.HasSuffix(name, ".yaml"), strings.HasSuffix(name, ".j2"), strings.HasSuffix(name, ".tmpl"), strings.HasSuffix(name, ".tpl"), strings.HasSuffix(name, ".template"):
		return false
	}
	for _, word := range []string{"dockerfile", "containerfile"} {
		if name == word || strings.HasPrefix(name, word+".") || strings.HasPrefix(name, word+"-") || strings.HasPrefix(name, word+"_") || strings.HasSuffix(name, "."+word) {
			return true
		}
	}
	return false
}

// Read reads the files, each as a unit of its own.
func Read(files []string, o Options) graph.Facts {
	var f graph.Facts
	for _, file := range files {
		name := filepath.ToSlash(file)
		f.Files = append(f.Files, name)
		src, err := tree.Load(file, maxBytes)
		if err != nil {
			f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: name}, Message: err.Error()})
			continue
		}
		read(&f, name, src, &o)
	}
	shell.Tidy(&f)
	return f
}

func read(f *graph.Facts, name string, src []byte, o *Options) {
	r := &reader{f: f, o: o, file: name, root: path.Dir(name), name: path.Base(name), global: map[string]string{}, stages: map[string]*stage{}}
	for _, in := range split(string(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")))) {
		r.instruction(&in)
	}
	r.finish()
}
