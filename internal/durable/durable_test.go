package durable

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// whole wants a file with that content that only the owner may read, and
// nothing unfinished beside it.
func whole(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v", path, got, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%s: %v, %v", path, info.Mode(), err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), Unfinished)); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	for _, content := range []string{"first", "second", ""} {
		if err := Replace(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		whole(t, path, content)
	}
	// A folder cannot be replaced by a file: what was there stays, and nothing is left.
	dir := filepath.Join(filepath.Dir(path), "folder")
	if err := os.MkdirAll(filepath.Join(dir, "in it"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(dir, []byte("x")); err == nil {
		t.Error("a folder is replaced")
	}
	whole(t, path, "")
}

func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := Create(path, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, []byte("second")); !errors.Is(err, os.ErrExist) {
		t.Errorf("a file that is there is created: %v", err)
	}
	whole(t, path, "first")
}

func TestDir(t *testing.T) {
	root := t.TempDir()
	path := filepath.Join(root, "a", "b")
	for range 2 {
		if err := Dir(path); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Dir(file); err == nil {
		t.Error("a file is taken for a folder")
	}
	if err := Dir(filepath.Join(file, "below")); err == nil {
		t.Error("a folder is made below a file")
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	open := func() *os.File {
		t.Helper()
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	first, second := open(), open()
	if err := Lock(first); err != nil {
		t.Fatal(err)
	}
	if err := Lock(second); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("it is lent twice: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Lock(second); err != nil {
		t.Errorf("it is not given back: %v", err)
	}
}

func TestSync(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Sync(f), SyncDir(filepath.Dir(f.Name()))); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Sync(f); err == nil {
		t.Error("a closed file is synced")
	}
}
