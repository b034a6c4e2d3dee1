package terraform

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// fileHashes are the functions that hash a file.
var fileHashes = map[string]struct {
	make        func() hash.Hash
	hexadecimal bool
}{
	"filemd5": {md5.New, true}, "filesha1": {sha1.New, true}, "filesha256": {sha256.New, true}, "filesha512": {sha512.New, true},
	"filebase64sha256": {sha256.New, false}, "filebase64sha512": {sha512.New, false},
}

// fileFunction returns the function of that name if it is one about files.
// Paths are relative to the root, where the tool runs.
func fileFunction(name string) (specialFunc, bool) {
	if h, ok := fileHashes[name]; ok {
		return onPath(func(s *scope, p string) (cty.Value, error) {
			data, err := s.m.root.ld.text(p)
			if err != nil {
				return cty.NilVal, err
			}
			return cty.StringVal(digest(h.make(), []byte(data), h.hexadecimal)), nil
		}), true
	}
	switch name {
	case "file":
		return onPath(func(s *scope, p string) (cty.Value, error) {
			data, err := s.m.root.ld.text(p)
			if err == nil && !utf8.ValidString(data) {
				err = faultf("%s is not UTF-8 text", p)
			}
			return cty.StringVal(data), err
		}), true
	case "filebase64":
		return onPath(func(s *scope, p string) (cty.Value, error) {
			data, err := s.m.root.ld.text(p)
			return cty.StringVal(base64.StdEncoding.EncodeToString([]byte(data))), err
		}), true
	case "fileexists":
		return onPath(func(_ *scope, p string) (cty.Value, error) {
			info, err := os.Stat(p)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return cty.False, nil
			case err != nil:
				return cty.NilVal, faultf("%s: %s", p, tree.Plain(err))
			case !info.Mode().IsRegular():
				return cty.NilVal, faultf("%s is not a regular file", p)
			}
			return cty.True, nil
		}), true
	case "abspath":
		return onPath(func(_ *scope, p string) (cty.Value, error) {
			abs, err := filepath.Abs(p)
			return cty.StringVal(filepath.ToSlash(abs)), err
		}), true
	case "pathexpand":
		return specialFunc{1, 1, pathExpand}, true
	case "fileset":
		return specialFunc{2, 2, fileSet}, true
	}
	return specialFunc{}, false
}

// constText returns a text argument, or ok false and what to answer instead.
func constText(v cty.Value, want cty.Type) (string, cty.Value, bool, error) {
	raw, marks := settle(v).Unmark()
	if raw.IsNull() {
		return "", cty.NilVal, false, fault("an argument is null")
	}
	raw, err := convertTo(raw, cty.String)
	if err != nil {
		return "", cty.NilVal, false, err
	}
	if !raw.IsKnown() {
		return "", withMarks(cty.UnknownVal(want).RefineNotNull(), marks), false, nil
	}
	return raw.AsString(), cty.NilVal, true, nil
}

// inHome words why a path is not followed.
const inHome = "the path starts in the home directory of whoever runs the tool"

// onPath makes a function of one path.
func onPath(f func(s *scope, p string) (cty.Value, error)) specialFunc {
	return specialFunc{1, 1, func(s *scope, args []cty.Value) (cty.Value, error) {
		p, open, ok, err := constText(args[0], cty.DynamicPseudoType)
		if err != nil || !ok {
			return open, err
		}
		if strings.HasPrefix(p, "~") {
			return withMarks(unknown(inHome), settled(args[0].Marks())), nil
		}
		v, err := f(s, s.m.root.path(p))
		if err != nil {
			return cty.NilVal, err
		}
		return withMarks(v, settled(args[0].Marks())), nil
	}}
}

// path makes a path of the configuration one that can be opened from here.
func (r *rootEval) path(p string) string {
	p = filepath.FromSlash(p)
	if !filepath.IsAbs(p) {
		p = filepath.Join(filepath.FromSlash(r.dir), p)
	}
	return p
}

func pathExpand(_ *scope, args []cty.Value) (cty.Value, error) {
	p, open, ok, err := constText(args[0], cty.String)
	if err != nil || !ok {
		return open, err
	}
	if strings.HasPrefix(p, "~") {
		return withMarks(cty.UnknownVal(cty.String).RefineNotNull().Mark(cause(inHome)), settled(args[0].Marks())), nil
	}
	return settle(args[0]), nil
}

// maxTexts bounds what file functions keep in memory, for all roots.
const maxTexts = 256 << 20

// text reads a file once.
func (ld *loader) text(name string) (string, error) {
	ld.mu.Lock()
	defer ld.mu.Unlock()
	if t, ok := ld.texts[name]; ok {
		return t.data, t.err
	}
	var t text
	if ld.textSize > maxTexts {
		return "", faultf("file functions read more than %d MiB", maxTexts>>20)
	}
	src, err := readBounded(name, ld.max)
	if err != nil {
		t.err = faultf("%s: %s", filepath.ToSlash(name), err)
	}
	t.data = string(src)
	ld.textSize += int64(len(src))
	ld.texts[name] = t
	return t.data, t.err
}

// maxDirs bounds the directories that one fileset looks into.
const maxDirs = 20_000

// A boundedFS counts the directories that are read.
type boundedFS struct {
	fs.FS
	dirs int
}

var errTooMany = fault("fileset looks into too many directories")

func (b *boundedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if b.dirs++; b.dirs > maxDirs {
		return nil, errTooMany
	}
	return fs.ReadDir(b.FS, name)
}

func (b *boundedFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(b.FS, name) }

// fileSet lists the regular files below a directory that a pattern matches.
func fileSet(s *scope, args []cty.Value) (cty.Value, error) {
	ty := cty.Set(cty.String)
	dir, open, ok, err := constText(args[0], ty)
	if err != nil || !ok {
		return open, err
	}
	pattern, open, ok, err := constText(args[1], ty)
	if err != nil || !ok {
		return open, err
	}
	marks := union(settled(args[0].Marks()), settled(args[1].Marks()))
	if strings.HasPrefix(dir, "~") {
		return withMarks(cty.UnknownVal(ty).Mark(cause(inHome)), marks), nil
	}
	if strings.Count(pattern, "{") > 8 || strings.Count(pattern, "*") > 32 {
		return cty.NilVal, fault("the pattern is too complicated")
	}
	vals, err := s.m.root.ld.glob(s.m.root.path(dir), pattern)
	if err != nil {
		return cty.NilVal, err
	}
	if len(vals) == 0 {
		return withMarks(cty.SetValEmpty(cty.String), marks), nil
	}
	return withMarks(cty.SetVal(vals), marks), nil
}

// A globbed is what a pattern matches, looked for once for all roots.
type globbed struct {
	names []cty.Value
	err   error
}

func (ld *loader) glob(dir, pattern string) ([]cty.Value, error) {
	g := remember(ld, ld.globs, dir+"\x00"+pattern, func() (g globbed) {
		g.names, g.err = glob(dir, pattern)
		return g
	})
	return g.names, g.err
}

// glob returns the regular files below dir, by their paths from there.
func glob(dir, pattern string) (vals []cty.Value, err error) {
	base, rest := doublestar.SplitPattern(filepath.ToSlash(filepath.Join(dir, pattern)))
	err = doublestar.GlobWalk(&boundedFS{FS: os.DirFS(base)}, rest, func(p string, _ fs.DirEntry) error {
		full := filepath.Join(base, filepath.FromSlash(p))
		info, err := os.Stat(full)
		if err != nil {
			return faultf("%s: %s", filepath.ToSlash(full), tree.Plain(err))
		}
		if !info.Mode().IsRegular() {
			return nil
		}
		rel, err := filepath.Rel(dir, full)
		if err != nil {
			return faultf("%s is not below %s", full, dir)
		}
		vals = append(vals, cty.StringVal(filepath.ToSlash(rel)))
		if len(vals) > maxElements {
			return errTooMany
		}
		return nil
	}, doublestar.WithFailOnIOErrors())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return vals, nil
}
