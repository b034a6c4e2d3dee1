package kbs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/seal"
)

// A Store keeps resources in a folder, one file each: DIR/REPO/TYPE/TAG.sealed.
// A file is sealed under the key and for its id, so nothing stands there in the
// clear, and a file that was carried to another name does not open. It is not
// known which of two files of one name is the newer: who can write the folder
// can bring an old one back.
type Store struct {
	dir string
	key keys.Key
}

// MaxResource bounds a resource in bytes.
const MaxResource = 1 << 20

const suffix = ".sealed"

// NewStore uses a folder, which is made when it is not there. Without a key it
// can only list.
func NewStore(dir string, key keys.Key) *Store { return &Store{dir, key} }

func (s *Store) path(id ID) string {
	return filepath.Join(s.dir, id.Repository, id.Type, id.Tag+suffix)
}

// purpose is the context that a resource is sealed for.
func purpose(id ID) keys.Context { return keys.Context{Purpose: "kbs-resource " + id.String()} }

// Put seals a resource, in the place of one that is there.
func (s *Store) Put(ctx context.Context, id ID, content []byte) error {
	if len(content) == 0 || len(content) > MaxResource {
		return fmt.Errorf("resource %s: %d bytes; 1 to %d are kept", id, len(content), MaxResource)
	}
	var sealed bytes.Buffer
	w, err := seal.NewWriter(ctx, &sealed, s.key, purpose(id))
	if err != nil {
		return fmt.Errorf("resource %s: %w", id, err)
	}
	_, err = w.Write(content)
	if err := errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("resource %s: %w", id, err)
	}
	path := s.path(id)
	if err := durable.Dir(filepath.Dir(path)); err != nil {
		return err
	}
	return durable.Replace(path, sealed.Bytes())
}

// maxSealed is more than a resource makes.
const maxSealed = MaxResource + 64<<10

// Open opens a resource.
func (s *Store) Open(ctx context.Context, id ID) ([]byte, error) {
	f, err := os.Open(s.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoResource
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := seal.NewReader(ctx, io.LimitReader(f, maxSealed), s.key, purpose(id))
	if err != nil {
		return nil, fmt.Errorf("resource %s: %w", id, err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("resource %s: %w", id, err)
	}
	return content, nil
}

// Has says whether there is a resource of that name.
func (s *Store) Has(id ID) bool {
	info, err := os.Stat(s.path(id))
	return err == nil && info.Mode().IsRegular()
}

// Remove deletes a resource. What the disk keeps of it is sealed.
func (s *Store) Remove(id ID) error {
	if err := os.Remove(s.path(id)); errors.Is(err, fs.ErrNotExist) {
		return ErrNoResource
	} else if err != nil {
		return err
	}
	return durable.SyncDir(filepath.Dir(s.path(id)))
}

// List gives the ids of all resources, sorted.
func (s *Store) List() ([]ID, error) {
	var out []ID
	err := fs.WalkDir(os.DirFS(s.dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if name, ok := strings.CutSuffix(path, suffix); ok {
			if id, err := ParseID(name); err == nil {
				out = append(out, id)
			}
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	slices.SortFunc(out, func(a, b ID) int { return strings.Compare(a.String(), b.String()) })
	return out, err
}
