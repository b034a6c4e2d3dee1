//go:build real

package cloudformation_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/source/cloudformation"
)

// TestCorpus reads every template below the folder CORPUS_CLOUDFORMATION, and
// logs what it came to.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("CORPUS_CLOUDFORMATION")
	if dir == "" {
		t.Skip("CORPUS_CLOUDFORMATION names no folder with templates")
	}
	var files []string
	filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && cloudformation.MayMatch(p) {
			if head, err := os.ReadFile(p); err == nil && cloudformation.Match(p, head[:min(len(head), 64<<10)]) {
				files = append(files, p)
			}
		}
		return nil
	})
	f := cloudformation.Read(files, cloudformation.Options{})
	if err := f.Check(); err != nil || len(f.Assets) == 0 {
		t.Fatal(err, len(f.Assets))
	}
	types, modules, partial := map[string]int{}, 0, 0
	for _, a := range f.Assets {
		types[a.Type]++
		if a.Type == "module" {
			modules++
		} else if a.Partial != "" {
			partial++
		}
	}
	for _, p := range f.Problems {
		t.Logf("%s:%d: %s", p.Origin.File, p.Origin.Line, p.Message)
	}
	t.Logf("%d files, %d blocks, %d absent, %d assets of %d types, %d modules, %d partial, %d problems", len(files), f.Blocks, f.Absent, len(f.Assets), len(types), modules, partial, len(f.Problems))
}
