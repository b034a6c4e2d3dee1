//go:build real

package cases

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/kb"
)

// Run with -tags real: the dialects read configuration that others wrote, the
// examples in providers' documentation and the test inputs of other scanners, in
// place in their pinned modules (go mod download fetches what is missing).
// CORPUS names a folder of repositories, whose fixtures then count too.
func TestDocumentedReal(t *testing.T) {
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../kb/providers/*/documented.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	dirs := map[string]string{}
	fixtures, left, assets := 0, 0, 0
	dir := func(d *documented) (string, error) {
		if name := d.repository(); name != "" {
			at := filepath.Join(os.Getenv("CORPUS"), name)
			if _, err := os.Stat(at); os.Getenv("CORPUS") == "" || err != nil {
				left++
				return "", nil
			}
			dirs[d.Module] = at
		}
		if dirs[d.Module] == "" {
			at, err := moduleDir(t, d.Module)
			if err != nil {
				return "", err
			}
			dirs[d.Module] = at
		}
		fixtures++
		assets += len(d.Want)
		return dirs[d.Module], nil
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list, err := parseDocumented(file, src)
		if err != nil {
			t.Fatal(err)
		}
		failures, err := runDocumented(k, file, list, dir)
		if err != nil {
			t.Error(err)
		}
		for _, f := range failures {
			t.Error(f)
		}
	}
	if fixtures == 0 {
		t.Error("no fixture was read")
	}
	t.Logf("%d fixtures that others wrote, %d assets labelled; %d fixtures are in repositories that are not here (make corpus)", fixtures, assets, left)
}

// moduleDir downloads a module.
func moduleDir(t *testing.T, module string) (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	if err != nil {
		return "", err
	}
	var mod struct{ Dir string }
	err = json.Unmarshal(out, &mod)
	return mod.Dir, err
}
