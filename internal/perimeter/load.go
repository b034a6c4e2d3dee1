package perimeter

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// FileName is the name under which [Find] looks for a perimeter.
const FileName = "perimeter.yaml"

// MaxBytes bounds a perimeter. Those that people write have a few KiB.
const MaxBytes = 4 << 20

// Load reads the perimeter at path. The error is of type [Errors].
func Load(path string) (*Perimeter, error) {
	file := filepath.ToSlash(path)
	fail := func(format string, args ...any) (*Perimeter, error) {
		return nil, Errors{{File: file, Message: fmt.Sprintf(format, args...)}}
	}
	info, err := os.Stat(path)
	switch {
	case err != nil && strings.Contains(path, "://"):
		return fail("a perimeter is a file, and none is fetched: save it beside the code, and name that file")
	case errors.Is(err, os.ErrNotExist):
		return fail("there is no such file: write one with bailiwick init, or name another with --perimeter")
	case err != nil:
		return fail("read perimeter: %v", bare(err))
	case info.IsDir():
		return fail("this is a directory, not a perimeter: name the file, as in %s", filepath.ToSlash(filepath.Join(path, FileName)))
	}
	f, err := os.Open(path)
	if err != nil {
		return fail("read perimeter: %v", bare(err))
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err != nil {
		return fail("read perimeter: %v", bare(err))
	}
	p, err := Parse(file, src)
	if err != nil {
		return nil, err
	}
	if p.Metadata.Name == "" {
		p.Metadata.Name = DefaultName(path)
	}
	return p, nil
}

// DefaultName is what the perimeter at path is called when it has no name of
// its own: its folder. It is "" when the working directory is not known.
func DefaultName(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	return filepath.Base(filepath.Dir(abs))
}

// bare drops the path from an error: the message begins with it.
func bare(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Find returns the nearest perimeter.yaml: in start, or in the directory of
// start when it is a file, or in a directory above. The path is relative when
// start is.
func Find(start string) (path string, ok bool) {
	abs, err := filepath.Abs(start)
	if err != nil {
		return "", false
	}
	dir := abs
	if info, err := os.Stat(abs); err == nil && !info.IsDir() {
		dir = filepath.Dir(abs)
	}
	for {
		at := filepath.Join(dir, FileName)
		if info, err := os.Stat(at); err == nil && !info.IsDir() {
			return asTyped(start, at), true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

// asTyped makes path relative to the working directory when start is.
func asTyped(start, path string) string {
	if filepath.IsAbs(start) {
		return path
	}
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(wd, path); err == nil {
		return rel
	}
	return path
}

// digest is the digest of a document as results show it.
func digest(src []byte) string {
	sum := sha256.Sum256(src)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// OriginOf returns where a path such as "spec.gate.fail_on" is written; for
// what is not, where the part around it is.
func (p *Perimeter) OriginOf(path string) graph.Origin {
	for {
		if n, ok := p.lines[path]; ok {
			return graph.Origin{File: p.File, Line: n}
		}
		up := parent(path)
		if up == "" {
			return graph.Origin{File: p.File, Line: 1}
		}
		path = up
	}
}

// Writes reports whether a path is written, whatever its value ("spec.systems.triage.critical").
func (p *Perimeter) Writes(path string) bool {
	_, ok := p.lines[path]
	return ok
}

// parent drops the last step of a path; "" for a path of one step. A class
// name may hold dots, and then the path above may not exist; its parent does.
func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return path[:i]
		}
	}
	return ""
}
