package ledger

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// OpenFiles opens a folder to be served, beside the process that writes it: a
// ledger with its ledger.yaml, each shard below its name as [Shards.ServeHTTP]
// has it; one log; or files in the layout of tlog-tiles, as `bailiwick ledger
// export` and Tessera write them.
func OpenFiles(dir string) (Files, error) {
	if _, err := os.Stat(filepath.Join(dir, ConfigName)); err == nil {
		c, err := LoadConfig(dir)
		return &shardFiles{config: c, open: map[string]Files{}}, err
	}
	if _, err := os.Stat(filepath.Join(dir, "entries")); err == nil {
		return openShard(dir, false, OpenReader)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := laidOut{root}
	if _, err := f.Get("checkpoint"); err != nil {
		root.Close()
		return nil, fmt.Errorf("%s: no ledger (`%s`), no log (`entries/`) and no log in files (`checkpoint`, `tile/`): %w", dir, ConfigName, err)
	}
	return f, nil
}

// shardFiles are those of all shards of a ledger, opened as they are asked for.
type shardFiles struct {
	config Config

	mu   sync.Mutex
	open map[string]Files // by the shard's name
}

// Get implements [Files]. The name of a shard is checked before the disk is
// asked.
func (f *shardFiles) Get(path string) ([]byte, error) {
	name, rest := "", path
	if first, below, ok := strings.Cut(path, "/"); ok && (monthly.MatchString(first) || endless.MatchString(first)) {
		name, rest = first, below
	}
	files, err := f.shard(name)
	if err != nil {
		return nil, err
	}
	return files.Get(rest)
}

func (f *shardFiles) shard(name string) (Files, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	dir := f.config.shard(name).Dir
	if _, err := os.Stat(filepath.Join(dir, "checkpoint")); err != nil {
		return nil, ErrAbsent // not yet, or never
	}
	// Of a shard that was dropped the final checkpoint is left. One that we had
	// open could still be read, but must not be.
	_, err := os.Stat(filepath.Join(dir, "entries"))
	dropped := err != nil
	switch old := f.open[name].(type) {
	case *living:
		if !dropped {
			return old, nil
		}
		old.close()
	case laidOut:
		if dropped {
			return old, nil
		}
		old.root.Close()
	}
	delete(f.open, name)
	files, err := openShard(dir, dropped, func(string) (*Reader, error) { return f.config.OpenReader(name) })
	if err == nil {
		f.open[name] = files
	}
	return files, err
}

func openShard(dir string, dropped bool, open func(dir string) (*Reader, error)) (Files, error) {
	if dropped {
		root, err := os.OpenRoot(dir)
		return laidOut{root}, err
	}
	f := &living{dir: dir, open: open}
	return f, f.look()
}

// laidOut is a folder whose files are already those of the log.
type laidOut struct{ root *os.Root }

// largest is the size of a bundle of the largest entries.
const largest = c2sp.TileWidth * (2 + c2sp.MaxEntry)

// Get implements [Files]. Nothing but what a log has is given out, whatever
// else lies in the folder.
func (f laidOut) Get(path string) ([]byte, error) {
	if path != "checkpoint" {
		if _, err := c2sp.ParseTile(path); err != nil {
			return nil, errors.Join(ErrAbsent, err)
		}
	}
	file, err := f.root.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrAbsent
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, largest+1))
	if err == nil && len(b) > largest {
		return nil, fmt.Errorf("%s has more than %d bytes", path, largest)
	}
	return b, err
}

// living is the folder of a ledger that another process may be writing: a new
// checkpoint is noticed, and what belongs to it is read.
type living struct {
	dir  string
	open func(dir string) (*Reader, error)

	mu     sync.RWMutex // held while the reader is used
	reader *Reader

	looking sync.Mutex
	looked  time.Time
	failed  error // of that look
	seen    os.FileInfo
}

// lookEvery is how often the checkpoint's file is looked at.
const lookEvery = time.Second

// Get implements [Files].
func (f *living) Get(path string) ([]byte, error) {
	if path == "checkpoint" {
		if err := f.look(); err != nil {
			return nil, err
		}
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.reader.Get(path)
}

// look opens the folder anew when its checkpoint is another. When that fails
// it says so, instead of giving out what was there before as the newest.
func (f *living) look() error {
	f.looking.Lock()
	defer f.looking.Unlock()
	if f.reader == nil || time.Since(f.looked) >= lookEvery {
		f.failed = f.renew()
		f.looked = time.Now()
	}
	return f.failed
}

// renew opens the folder anew, unless its checkpoint is the one that was seen.
func (f *living) renew() error {
	info, err := os.Stat(filepath.Join(f.dir, "checkpoint"))
	if err != nil {
		return err
	}
	if f.seen != nil && os.SameFile(info, f.seen) && info.ModTime().Equal(f.seen.ModTime()) {
		return nil // it is replaced, never written on; a number of a file may come again
	}
	reader, err := f.open(f.dir)
	if err != nil {
		return err
	}
	f.mu.Lock()
	old := f.reader
	f.reader, f.seen = reader, info
	f.mu.Unlock()
	if old != nil {
		return old.Close()
	}
	return nil
}

// close ends the reading; what is being read is read to its end.
func (f *living) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reader.Close()
}
