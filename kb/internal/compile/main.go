// Compile writes the knowledge base's canonical JSON, compressed, beside its YAML. It is
// run by go generate in the folder kb, and nowhere else.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/bailiwick-dev/bailiwick/kb"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// run compiles the tree in dir and replaces what was compiled before.
func run(dir string) error {
	knowledge, err := kb.Compile(os.DirFS(dir))
	if err != nil {
		return err
	}
	files, err := knowledge.Pack()
	if err != nil {
		return err
	}
	out := filepath.Join(dir, "compiled")
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil {
		return err
	}
	for _, f := range old {
		if _, ok := files[filepath.Base(f)]; !ok {
			if err := os.Remove(f); err != nil {
				return err
			}
		}
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(out, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
