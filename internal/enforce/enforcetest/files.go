package enforcetest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
)

// Written writes a target's files below a new folder, which comes back.
func Written(t testing.TB, target enforce.Target, perimeter string) string {
	t.Helper()
	files, err := target.Write(Bounds(t, perimeter))
	if err != nil {
		t.Fatal(err)
	}
	return Laid(t, files)
}

// Laid writes files below a new folder, which comes back.
func Laid(t testing.TB, files []enforce.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Clinics are the perimeters of both bundled clinics, for tests in the folder of a
// target.
func Clinics(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "examples", "clinic-assistant*", "perimeter.yaml"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	out := make([]string, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = string(text)
	}
	return out
}
