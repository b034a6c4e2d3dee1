package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// Exported is what [Export] wrote.
type Exported struct {
	Head  Head
	Tiles int // tiles and bundles
}

// Export writes a log as a folder of files that any web server can serve
// (c2sp.org/tlog-tiles): checkpoint, tile/LEVEL/INDEX, tile/entries/INDEX, the
// partial ones of the checkpoint among them. A folder that holds an earlier
// export gets what came since; anew writes everything once more. The
// checkpoint comes last, when all that it speaks of is durable: readers of the
// folder may go on meanwhile, and an export that was cut off is simply run
// again.
func Export(ctx context.Context, r *Reader, out string, anew bool) (Exported, error) {
	out = filepath.Clean(out)
	head := r.Published()
	s, _ := r.look()
	if root, err := s.rootAt(head.Size); err != nil || root != head.Root {
		return Exported{}, fmt.Errorf("the hashes of %s do not give the root of its checkpoint of %d entries: run `bailiwick ledger fsck`", head.Origin, head.Size)
	}
	held, err := exported(r, out, head)
	if err != nil {
		return Exported{}, err
	}
	before := held
	if anew {
		before = 0
	}
	e := exporter{reader: r, out: out, dirs: map[string]bool{}}
	if err := e.all(ctx, before, head.Size); err != nil {
		return Exported{}, fmt.Errorf("export to %s: %w", out, err)
	}
	if err := e.file("checkpoint", head.Signed); err != nil {
		return Exported{}, err
	}
	if err := durable.SyncDir(out); err != nil {
		return Exported{}, err
	}
	return Exported{head, e.tiles}, removeParts(out, held, head.Size)
}

// removeParts removes the partial files of those tiles that were not full at
// one size and are at another: an export each minute would leave many. Whoever
// still has the older checkpoint takes the full one (c2sp.org/tlog-tiles).
func removeParts(out string, before, size int64) error {
	var errs []error
	for level := c2sp.Entries; ; level++ {
		height := tileHeight * max(level, 0)
		if before>>height == 0 {
			return errors.Join(errs...)
		}
		if n := before >> height >> tileHeight; n < size>>height>>tileHeight {
			full := c2sp.Tile{Level: level, N: n, Width: c2sp.TileWidth}
			errs = append(errs, os.RemoveAll(filepath.Join(out, filepath.FromSlash(full.Path())+".p")))
		}
	}
}

// exported is the size of the export that the folder holds.
func exported(r *Reader, out string, head Head) (int64, error) {
	old, err := readHead(out)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	s, _ := r.look()
	if old.Origin != head.Origin || old.Size > head.Size {
		return 0, fmt.Errorf("%s holds %d entries of %s, and this is %d entries of %s: name another folder", out, old.Size, old.Origin, head.Size, head.Origin)
	}
	if root, err := s.rootAt(old.Size); err != nil || root != old.Root {
		return 0, fmt.Errorf("%w: %s holds %d entries of %s that are others than those here: one of the two was altered. Run `bailiwick ledger fsck`, and name another folder", ErrFork, out, old.Size, old.Origin)
	}
	return old.Size, nil
}

// An exporter writes files, and knows which folders are to be made durable.
type exporter struct {
	reader *Reader
	out    string

	mu    sync.Mutex
	dirs  map[string]bool
	tiles int
}

// exportWorkers is how many files are written at once: each waits for the
// disk.
const exportWorkers = 16

// all writes the tiles of all levels and the bundles between two sizes.
func (e *exporter) all(ctx context.Context, before, size int64) error {
	if err := openDir(e.out); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan c2sp.Tile)
	var done sync.WaitGroup
	for range exportWorkers {
		done.Go(func() {
			for t := range work {
				if err := e.tile(t); err != nil {
					stop(err)
				}
			}
		})
	}
	for t := range tilesBetween(before, size) {
		select {
		case work <- t:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(work)
	done.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	for dir := range e.dirs {
		if err := durable.SyncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// tilesBetween are the tiles and bundles that a tree of a size has and the one
// before had not, or had in part.
func tilesBetween(before, size int64) func(yield func(c2sp.Tile) bool) {
	return func(yield func(c2sp.Tile) bool) {
		for level := c2sp.Entries; ; level++ {
			height := tileHeight * max(level, 0)
			hashes := size >> height
			if hashes == 0 {
				return
			}
			for n := before >> height >> tileHeight; n*c2sp.TileWidth < hashes; n++ {
				if !yield(c2sp.Tile{Level: level, N: n, Width: int(min(hashes-n*c2sp.TileWidth, c2sp.TileWidth))}) {
					return
				}
			}
		}
	}
}

func (e *exporter) tile(t c2sp.Tile) error {
	b, err := e.reader.Tile(t)
	if err != nil {
		return err
	}
	if err := e.file(t.Path(), b); err != nil {
		return err
	}
	e.mu.Lock()
	e.tiles++
	e.mu.Unlock()
	return nil
}

// file writes one file that everybody may read, whole or not at all.
func (e *exporter) file(name string, content []byte) error {
	path := filepath.Join(e.out, filepath.FromSlash(name))
	dir := filepath.Dir(path)
	e.mu.Lock()
	known := e.dirs[dir]
	e.mu.Unlock()
	if !known {
		if err := openDir(dir); err != nil {
			return err
		}
		e.mu.Lock()
		for up := dir; len(up) >= len(e.out) && !e.dirs[up]; up = filepath.Dir(up) {
			e.dirs[up] = true
		}
		e.mu.Unlock()
	}
	f, err := os.CreateTemp(dir, durable.Unfinished)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func openDir(path string) error { return os.MkdirAll(path, 0o755) }
