// Package compose reads Compose files: services with their images, environment,
// ports, networks and logging, and the volumes that they keep data in.
//
// A service is an asset of the language "compose", named FILE#SERVICE. What it
// says in several forms (a list or a map of variables, short and long ports) is
// one form here, so that a dialect has one path for it. Variables count with
// their defaults and with .env beside the file; others are not known.
package compose

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Options says what the files alone do not.
type Options = shell.Around

const maxBytes = 8 << 20

// Match reports whether a file is a Compose file, by its name and by what its
// beginning says.
func Match(path string, head func() []byte) bool {
	name := strings.ToLower(filepath.Base(path))
	if ext := filepath.Ext(name); ext != ".yml" && ext != ".yaml" {
		return false
	}
	if !strings.HasPrefix(name, "docker-compose") && !strings.HasPrefix(name, "compose") && !strings.HasPrefix(name, "podman-compose") && !strings.Contains(name, ".compose.") && !strings.HasSuffix(name, "-compose.yml") && !strings.HasSuffix(name, "-compose.yaml") {
		return false
	}
	for line := range bytes.Lines(head()) {
		for _, key := range []string{"services:", "version:", "volumes:", "networks:", "include:", "x-", "name:", "models:"} {
			if bytes.HasPrefix(line, []byte(key)) {
				return !bytes.Contains(head(), []byte("\napiVersion:"))
			}
		}
	}
	return false
}

// Read reads the files, each as a unit of its own.
func Read(files []string, o Options) graph.Facts {
	var f graph.Facts
	for _, path := range files {
		name := filepath.ToSlash(path)
		f.Files = append(f.Files, name)
		doc, p := load(path)
		if p != nil {
			f.Problems = append(f.Problems, *p)
			continue
		}
		if doc.Get("services") == nil && doc.Get("volumes") == nil {
			continue
		}
		r := &reader{f: &f, o: &o, path: path, file: name, root: filepath.ToSlash(filepath.Dir(path)), env: dotenv(filepath.Join(filepath.Dir(path), ".env"))}
		r.read(doc)
	}
	shell.Tidy(&f)
	return f
}

// load reads the first document of a file.
func load(path string) (*tree.Node, *graph.Problem) {
	fail := func(line int, text string) (*tree.Node, *graph.Problem) {
		return nil, &graph.Problem{Origin: graph.Origin{File: filepath.ToSlash(path), Line: line}, Message: text}
	}
	src, err := tree.Load(path, maxBytes)
	if err != nil {
		return fail(0, err.Error())
	}
	docs, err := tree.YAML(src)
	if err != nil {
		return fail(tree.Fault(err))
	}
	if len(docs) == 0 {
		return &tree.Node{Kind: tree.Object, Line: 1}, nil
	}
	return docs[0], nil
}

// dotenv reads a file of NAME=value lines; none is no variable.
func dotenv(path string) map[string]string {
	out := map[string]string{}
	src, err := tree.Load(path, 1<<20)
	if err != nil {
		return out
	}
	for line := range strings.Lines(string(src)) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		name, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		value = strings.TrimSpace(value)
		if len(value) > 1 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
			value = value[1 : len(value)-1]
		} else if i := strings.Index(value, " #"); i >= 0 {
			value = strings.TrimSpace(value[:i])
		}
		out[strings.TrimSpace(name)] = value
	}
	return out
}
