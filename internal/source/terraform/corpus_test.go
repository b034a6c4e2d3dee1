//go:build unix

package terraform

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"golang.org/x/tools/txtar"
)

// TestCorpus reads every tree below the directory that BAILIWICK_CORPUS names
// (make corpus), else the archives of testdata/read, and accounts for every
// resource block: it is among the assets, or it has no instance.
func TestCorpus(t *testing.T) {
	trees := map[string]string{}
	if dir := os.Getenv("BAILIWICK_CORPUS"); dir != "" {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() {
				trees[e.Name()] = filepath.Join(dir, e.Name())
			}
		}
	} else {
		archives, err := filepath.Glob("testdata/read/*.txtar")
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range archives {
			trees[strings.TrimSuffix(filepath.Base(a), ".txtar")] = unarchive(t, a)
		}
	}
	if len(trees) == 0 {
		t.Fatal("there is nothing to read")
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "tree\tfiles\tblocks\tabsent\tassets\tpartial\tproblems\treadings\tunknown\tCPU\t")
	for _, name := range sortedKeys(trees) {
		fmt.Fprintln(w, name+"\t"+measure(t, trees[name]))
	}
	w.Flush()
	t.Logf("\n%s", table.String())
}

func unarchive(t *testing.T, archive string) string {
	t.Helper()
	ar, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range ar.Files {
		if f.Name != "want" {
			write(t, filepath.Join(dir, f.Name), string(f.Data))
		}
	}
	return dir
}

// measure reads one tree and every attribute that stands in it.
func measure(t *testing.T, dir string) string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".terraform" {
			return filepath.SkipDir
		}
		if !d.IsDir() && Match(p) {
			files = append(files, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	start := cpu(t)
	f := Read(files, Options{})
	blocks, partial, readings, unknown := map[string]bool{}, 0, 0, 0
	for _, a := range f.Assets {
		if a.Origin.IsZero() || a.Attrs == nil {
			t.Errorf("%s: %s has no origin or no attributes", dir, a.Address)
		}
		if a.Partial != "" {
			partial++
		}
		in, ok := a.Attrs.(*instance)
		if !ok {
			continue // a backend, or a module that is not there
		}
		blocks[fmt.Sprintf("%s:%d:%s", a.Origin.File, a.Origin.Line, in.x.res.id())] = true
		for _, at := range in.x.res.body.attrs {
			for _, r := range a.Attrs.Read(at.name) {
				readings++
				if r.Unknown != "" {
					unknown++
				}
				if r.Origin.IsZero() {
					t.Errorf("%s: %s.%s has no origin", dir, a.Address, at.name)
				}
			}
		}
	}
	if len(blocks)+f.Absent != f.Blocks {
		t.Errorf("%s: %d blocks, but %d are assets and %d have no instance", dir, f.Blocks, len(blocks), f.Absent)
	}
	return fmt.Sprintf("%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%v\t", len(f.Files), f.Blocks, f.Absent, len(f.Assets), partial,
		len(f.Problems), readings, unknown, (cpu(t) - start).Round(time.Millisecond))
}

// cpu is the processor time that this process has used.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
