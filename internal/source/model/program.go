package model

import (
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/tree/notebook"
)

// trust is the argument by which a program lets a model bring code.
const trust = "trust_remote_code"

// program reads a file in Python.
func (r *reader) program(file string, src []byte) {
	f, err := code.Python(src)
	if err != nil {
		r.problem(file, 0, "%v: what follows may be read wrongly", err)
	}
	r.calls(file, f, func(line int) int { return line })
}

// cells reads the cells of a notebook as one program. What is wrong with the
// file, and which cells are not read, the source of the commands in it says.
func (r *reader) cells(file string, src []byte) {
	nb, err := notebook.Read(src)
	if err != nil || code.OfKernel(nb.Language) != code.LangPython {
		return
	}
	f, _ := code.Python([]byte(nb.Program.Text)) // a cell may be in half: the others count
	r.calls(file, f, nb.Program.At)
}

// calls makes an asset of every model that a program lets bring its own code. Of
// several calls for one model that counts which is known to let it run whatever comes.
func (r *reader) calls(file string, f *code.File, line func(int) int) {
	taken := map[graph.Address]int{} // of the assets
	for i := range f.Calls {
		c := &f.Calls[i]
		v, ok := c.Arg(trust)
		if !ok || v.Kind == code.Number && (v.Text == "False" || v.Text == "None" || v.Text == "0") {
			continue
		}
		at := graph.Origin{File: file, Line: max(line(c.Line), 1)}
		a := weights.NewAttrs(at)
		name := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
		loaded := ""
		for _, arg := range c.Args {
			if arg.Name == "" || arg.Name == "pretrained_model_name_or_path" || arg.Name == "model" || arg.Name == "path" {
				if s, ok := arg.Value.Known(); ok {
					loaded = s
				}
				break
			}
		}
		what := fmt.Sprintf("the code that comes with %s (%s with %s)", orAny(loaded), name, trust)
		switch {
		case v.Kind != code.Number && !loads[name]:
			continue // it is handed on to somebody who loads
		case v.Kind != code.Number:
			a.Unknown("code", "whether "+name+" of "+orAny(loaded)+" is called with "+trust+" is decided when it runs")
		case pinned(c):
			a.Unknown("code", what+": it is fixed to a commit, and that somebody has read that commit no file tells")
		default:
			a.Text("code", what)
		}
		root, address := place(file)
		address += graph.Address(" loads " + orAny(loaded))
		if before, twice := taken[address]; twice {
			if was := &r.facts.Assets[before]; open(was.Attrs) && !open(a) {
				was.Attrs, was.Origin = a, at
			}
			continue
		}
		taken[address] = len(r.facts.Assets)
		r.add(graph.Asset{Address: address, Type: "loader", Root: root, Attrs: a, Origin: at})
	}
}

// open reports whether nobody can tell which code a call runs.
func open(call graph.Reader) bool { return call.Read("code")[0].Unknown != "" }

// loads are functions of libraries that load a model or data, and take the argument.
var loads = map[string]bool{"from_pretrained": true, "from_config": true, "load_dataset": true, "pipeline": true, "LLM": true, "EngineArgs": true, "AsyncEngineArgs": true,
	"SentenceTransformer": true, "CrossEncoder": true}

func orAny(name string) string {
	if name == "" {
		return "whatever model is named"
	}
	return name
}

// pinned reports whether a call fixes the code that it fetches to a commit.
func pinned(c *code.Call) bool {
	for _, name := range []string{"code_revision", "revision"} {
		if v, ok := c.Arg(name); ok {
			s, known := v.Known()
			return known && len(s) == 40 && strings.Trim(s, "0123456789abcdef") == ""
		}
	}
	return false
}
