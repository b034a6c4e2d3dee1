// Package cloudinit reads what a machine is given to run when it starts, in the forms
// that cloud-init, the agents of clouds and Windows take: scripts of shells and of
// PowerShell, #cloud-config, #include, and several of them in one message. It tells
// what they fetch and send, as package shell does, which reads the scripts.
//
// Such a text stands in a file of its own ([Read]), or in the configuration of a machine
// ([Text]), where a dialect says which attribute it is.
package cloudinit

import (
	"bytes"
	"path"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Name reports whether a file may be one by its name.
func Name(file string) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".yaml", ".yml", ".cfg", ".txt", ".tftpl", ".tpl", ".tmpl", ".cloud-config", ".jinja", "":
		return true
	}
	return false
}

// Match reports whether a file is a #cloud-config; head is its beginning. Scripts are
// read by others.
func Match(file string, head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	head = head[len(templated().Find(head)):]
	return Name(file) && bytes.HasPrefix(head, []byte("#cloud-config"))
}

// Read reads the files; each calls for itself, by its name in its folder.
func Read(files []string, o shell.Around) graph.Facts {
	var f graph.Facts
	for _, file := range files {
		name := filepath.ToSlash(file)
		f.Files = append(f.Files, name)
		src, err := tree.Load(file, maxText)
		if err != nil {
			f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: name}, Message: err.Error()})
			continue
		}
		site := shell.Site{From: graph.Address(path.Base(name)), Root: path.Dir(name), File: name, Line: 1, By: "cloud-init"}
		calls, faults := Text(string(src), "", shell.Options{Around: o})
		site.Add(&f, calls, faults)
	}
	shell.Tidy(&f)
	return f
}
