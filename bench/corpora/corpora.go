// Package corpora finds the repositories that the programs of bench read.
package corpora

import (
	"fmt"
	"os"
	"strings"
)

// Repositories lists the folders of dir, each a repository, by name. It is an
// error when there are none.
func Repositories(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, e.Name())
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no folders: fetch repositories into it, docs/corpus.md names them", dir)
	}
	return out, nil
}
