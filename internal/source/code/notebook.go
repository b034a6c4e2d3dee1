package code

import (
	"path"

	text "github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/internal/tree/notebook"
)

// notebook reads the cells of a notebook as one program, unless it is a test.
// What is wrong with the file itself, and which cells are not read, the source of
// the commands in it says.
func (r *reader) notebook(name, slash string, out *result) {
	if test(path.Dir(slash) + "/x") {
		return
	}
	src, err := tree.Load(name, notebook.MaxBytes)
	if err != nil || !r.know.words.In(src) {
		return
	}
	nb, err := notebook.Read(src)
	if err != nil {
		return
	}
	lang := text.OfKernel(nb.Language)
	if lang == "" {
		return
	}
	f, _ := text.Parse(lang, []byte(nb.Program.Text)) // a cell may be in half: the others count
	p := &program{reader: r, file: f, name: slash, out: out, ecosystem: ecosystems[lang], lines: nb.Program.At}
	p.read()
}
