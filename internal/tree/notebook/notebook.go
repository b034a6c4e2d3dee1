// Package notebook takes the programs out of notebooks of Jupyter: the text of
// the cells in the language of the kernel, and the commands that cells hand to a
// shell. What cells printed is not read. It knows the words of IPython and no
// library.
package notebook

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// MaxBytes bounds a file: pictures stand in notebooks as text.
const MaxBytes = 64 << 20

// A Notebook is what the cells of one file hold.
type Notebook struct {
	Language string // of the kernel, in lower case; "python" where nothing says it
	Program  Text   // all cells in that language, one after the other
	Scripts  []Text // what a shell runs, one for each cell that has any
	Unread   []Part // what is in another language
}

// A Text is a part of the file whose lines are not those of the file.
type Text struct {
	Text  string
	Lines []int // Lines[i] is the line of the file on which line i+1 stands
}

// A Part is something that was not read.
type Part struct {
	Line int
	What string
}

// At is the line of the file on which a line of the text stands.
func (t *Text) At(line int) int {
	if line < 1 || len(t.Lines) == 0 {
		return max(line, 1)
	}
	return t.Lines[min(line, len(t.Lines))-1]
}

// Match reports whether a file is a notebook by its name. What an editor saved
// by itself is a copy.
func Match(file string) bool {
	return strings.EqualFold(path.Ext(file), ".ipynb") && !strings.Contains("/"+file, "/.ipynb_checkpoints/")
}

// Read reads a notebook of any format from 3 on.
func Read(src []byte) (*Notebook, error) {
	doc, err := tree.JSON(src)
	if err != nil {
		return nil, err
	}
	cells := doc.Get("cells").Elements()
	for _, sheet := range doc.Get("worksheets").Elements() {
		cells = append(cells, sheet.Get("cells").Elements()...)
	}
	if doc.Get("cells") == nil && doc.Get("worksheets") == nil {
		return nil, errors.New("it has no cells: save it again as a notebook, or leave it out")
	}
	nb := &Notebook{Language: language(doc)}
	r := &reader{nb: nb, said: map[string]bool{}}
	for _, cell := range cells {
		if cell.Get("cell_type").Str() != "code" {
			continue
		}
		if l := strings.ToLower(cell.Get("language").Str()); l != "" && nb.Language == "" {
			nb.Language = l
		}
		source := cell.Get("source")
		if source == nil {
			source = cell.Get("input") // of format 3
		}
		r.cell(linesOf(source))
	}
	if nb.Language == "" {
		nb.Language = "python"
	}
	r.finish()
	return nb, nil
}

// language is the one that the kernel runs.
func language(doc *tree.Node) string {
	meta := doc.Get("metadata")
	for _, at := range []*tree.Node{meta.Get("kernelspec", "language"), meta.Get("language_info", "name"), meta.Get("kernel_info", "name"), meta.Get("kernelspec", "name")} {
		switch l := strings.ToLower(at.Str()); {
		case l == "":
		case strings.HasPrefix(l, "python"), l == "ipython", strings.HasPrefix(l, "conda"):
			return "python"
		default:
			return l
		}
	}
	return ""
}

// A line is one line of a cell and where it stands.
type line struct {
	text string
	at   int
}

// linesOf are the lines of a cell: of a list of texts or of one text.
func linesOf(source *tree.Node) []line {
	var out []line
	var open strings.Builder // a line that has not ended yet
	at := 0
	end := func() {
		out = append(out, line{strings.TrimSuffix(open.String(), "\r"), at})
		open.Reset()
		at = 0
	}
	for _, it := range source.Elements() {
		if it.Kind != tree.String {
			continue
		}
		for l := range strings.Lines(it.Text) {
			if at == 0 {
				at = it.Line
			}
			text, ended := strings.CutSuffix(l, "\n")
			if open.WriteString(text); ended {
				end()
			}
		}
	}
	if at != 0 {
		end()
	}
	return out
}

func (r *reader) unread(at int, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if !r.said[what] {
		r.said[what] = true
		r.nb.Unread = append(r.nb.Unread, Part{at, what})
	}
}
