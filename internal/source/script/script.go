// Package script reads scripts of shells and of PowerShell that stand in files of their
// own: what they fetch and send when somebody runs them. Who does, no file says.
package script

import (
	"bytes"
	"path"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Options says what the files alone do not.
type Options = shell.Around

const maxBytes = 4 << 20

// Match reports whether a file is a script by its name.
func Match(file string) bool {
	return readers[strings.ToLower(filepath.Ext(file))] != nil
}

// readers are what reads a script, by the end of its name.
var readers = map[string]func(string, shell.Options) ([]shell.Call, []shell.Fault){
	".sh": shell.Read, ".bash": shell.Read, ".ps1": shell.PowerShell, ".psm1": shell.PowerShell,
}

// Read reads the files; each calls for itself, by its name in its folder.
func Read(files []string, o Options) graph.Facts {
	var f graph.Facts
	for _, file := range files {
		name := filepath.ToSlash(file)
		f.Files = append(f.Files, name)
		src, err := tree.Load(file, maxBytes)
		if err != nil {
			f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: name}, Message: err.Error()})
			continue
		}
		calls, faults := readers[strings.ToLower(filepath.Ext(file))](string(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))),
			shell.Options{Around: o, Unset: "NAME is set by whoever runs the script, if at all"})
		site := shell.Site{From: graph.Address(path.Base(name)), Root: path.Dir(name), File: name, Line: 1}
		site.Add(&f, calls, faults)
	}
	shell.Tidy(&f)
	return f
}
