// Package notebook reads what notebooks of Jupyter run besides their program:
// commands of a shell and installers; and of the program what it fetches by name
// from a hub, opens in an object store, and runs. Whom the program calls the
// source code says.
package notebook

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
	cells "github.com/bailiwick-dev/bailiwick/internal/tree/notebook"
)

// Options says what the files alone do not.
type Options struct {
	shell.Around
	// Clients are the modules of the libraries whose calls the source code reads;
	// nil when it reads none.
	Clients func() []string
}

// Match reports whether a file is a notebook by its name.
func Match(file string) bool { return cells.Match(filepath.ToSlash(file)) }

// Read reads the files; each calls for itself, by its name in its folder.
func Read(files []string, o Options) graph.Facts {
	var f graph.Facts
	r := &reader{f: &f, o: &o, modules: map[string]bool{}}
	if o.Clients != nil && len(files) > 0 {
		for _, m := range o.Clients() {
			r.modules[m] = true
		}
	}
	for _, file := range files {
		name := filepath.ToSlash(file)
		f.Files = append(f.Files, name)
		src, err := tree.Load(file, cells.MaxBytes)
		var nb *cells.Notebook
		if err == nil {
			nb, err = cells.Read(src)
		}
		if err != nil {
			line, text := tree.Fault(err)
			f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: name, Line: line}, Message: text})
			continue
		}
		r.read(nb, name)
	}
	shell.Tidy(&f)
	return f
}

type reader struct {
	f       *graph.Facts
	o       *Options
	modules map[string]bool // of the libraries that the source code knows
}

// elsewhere reports whether the source code says more of a call: it calls an
// address, or is of a library that it knows.
func (r *reader) elsewhere(c shell.Call) bool {
	if c.Tool == "print" {
		return true
	}
	if r.o.Clients == nil || !strings.Contains(c.Tool, ".") {
		return false
	}
	if strings.Contains(c.To, "://") && c.Purpose == "data" {
		return true
	}
	for name := c.Tool; name != ""; {
		if c.Purpose != "data" && r.modules[name] {
			return true
		}
		name = name[:max(strings.LastIndexByte(name, '.'), 0)]
	}
	return false
}

func (r *reader) read(nb *cells.Notebook, name string) {
	f, o := r.f, r.o
	if code.OfKernel(nb.Language) == "" { // nor does the source code read it
		f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: name}, Message: "its cells are for the kernel " + nb.Language + ", whose language is not read: look at whom they call"})
	}
	for _, p := range nb.Unread {
		f.Problems = append(f.Problems, graph.Problem{Origin: graph.Origin{File: name, Line: p.Line}, Message: p.What})
	}
	site := shell.Site{From: graph.Address(path.Base(name)), Root: path.Dir(name), File: name, Line: 1, By: "cell"}
	env := map[string]string{}
	if nb.Language == "python" {
		env = constants(nb.Program.Text)
		if o.Python != nil {
			site.Add(f, moved(slices.DeleteFunc(o.Python(nb.Program.Text, 1), r.elsewhere), &nb.Program), nil)
		}
	}
	for i := range nb.Scripts {
		s := &nb.Scripts[i]
		calls, faults := shell.Read(s.Text, shell.Options{Env: env, Around: o.Around, Unset: "NAME is a value of the program that is not known here"})
		for j := range faults {
			faults[j].Line = s.At(faults[j].Line)
		}
		site.Add(f, moved(calls, s), faults)
	}
}

// moved gives calls the lines of the file.
func moved(calls []shell.Call, t *cells.Text) []shell.Call {
	for i := range calls {
		calls[i].Line = t.At(calls[i].Line)
	}
	return calls
}

// constants are the texts that a program gives a name once, which commands in
// its cells may name.
func constants(program string) map[string]string {
	file, _ := code.Python([]byte(program))
	out, twice := map[string]string{}, map[string]bool{}
	for _, a := range file.Assigns {
		v, ok := a.Value.Known()
		if _, had := out[a.Name]; had || twice[a.Name] || !ok {
			delete(out, a.Name)
			twice[a.Name] = true
			continue
		}
		out[a.Name] = v
	}
	return out
}
