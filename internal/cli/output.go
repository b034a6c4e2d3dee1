package cli

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// toFile writes a file as a whole or not at all. What is there and no regular
// file, such as /dev/stdout or a pipe, is written to and never replaced; of a
// link, the file that it leads to is replaced. A file that is there keeps its
// mode, and is refused when its owner may not write to it.
func toFile(path string, write func(io.Writer) error) error {
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		if mode = info.Mode().Perm(); mode&0o200 == 0 {
			return fmt.Errorf("write %s: it is read-only: chmod u+w it, or name another file with -o", path)
		}
	}
	return toFileOf(path, mode, write)
}

// toFileOf is toFile for a file with that mode.
func toFileOf(path string, mode fs.FileMode, write func(io.Writer) error) error {
	return toFileUntil(context.Background(), path, mode, write)
}

// toFileUntil is toFileOf for what takes long: whoever interrupts it finds nothing of it.
func toFileUntil(ctx context.Context, path string, mode fs.FileMode, write func(io.Writer) error) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		info, err := os.Stat(real)
		switch {
		case err != nil:
			return fmt.Errorf("write %s: %w", path, tree.Plain(err))
		case info.IsDir():
			return fmt.Errorf("write %s: it is a folder: name a file in it", path)
		case !info.Mode().IsRegular():
			return through(path, write)
		}
		return whole(ctx, path, real, mode, write)
	}
	if _, err := os.Lstat(path); err == nil {
		return through(path, write) // a link such as /dev/stdout that leads to no path
	}
	return whole(ctx, path, path, mode, write)
}

func through(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, tree.Plain(err))
	}
	if err := write(f); err != nil {
		f.Close()
		return fmt.Errorf("write %s: %w", path, tree.Plain(err))
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write %s: %w", path, tree.Plain(err))
	}
	return nil
}

// whole writes beside the file and renames. Messages say path, as it was typed.
func whole(ctx context.Context, path, real string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(real), "."+filepath.Base(real)+".*")
	if err != nil {
		return fmt.Errorf("write %s: its folder cannot be written to: %w", path, tree.Plain(err))
	}
	defer os.Remove(f.Name())
	defer context.AfterFunc(ctx, func() { os.Remove(f.Name()) })() // the program may end before write does
	if err := write(f); err != nil {
		f.Close()
		return fmt.Errorf("write %s: %w", path, tree.Plain(err))
	}
	if err := f.Chmod(mode); err != nil {
		f.Close()
		return fmt.Errorf("write %s: %w", path, tree.Plain(err))
	}
	if err := f.Sync(); err != nil { // a name that is durable before its bytes would be an empty file after a crash
		f.Close()
		return fmt.Errorf("write %s: %w", path, tree.Plain(err))
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write %s: %w", path, tree.Plain(err))
	}
	if err := os.Rename(f.Name(), real); err != nil {
		return fmt.Errorf("write %s: %w", path, tree.Plain(err))
	}
	return nil
}

// readResult reads a result document; - is standard input.
func readResult(e *env, path string) (*finding.Result, error) {
	var src []byte
	var err error
	if path == "-" {
		path = "standard input"
		src, err = tree.ReadAll(e.in, tree.MaxBytes)
	} else {
		src, err = tree.Load(path, tree.MaxBytes)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r, err := finding.Decode(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}
