package cli

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// holds DIR TEXT: some file below the folder holds the text; ! holds: none.
func holds(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: holds dir text")
	}
	looked, found := 0, ""
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		looked++
		if content := ts.ReadFile(path); strings.Contains(content, args[1]) {
			found = path
		}
		return nil
	}))
	if looked == 0 || neg != (found == "") {
		ts.Fatalf("%d files; %q stands in %q", looked, args[1], found)
	}
}
