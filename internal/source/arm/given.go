package arm

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// parameters reads files that give values: {"parameters": {"name": {"value": …}}}.
// Files of other tools among them are left to those.
func (r *run) parameters(files []string) {
	r.given = map[string]*tree.Node{}
	for _, file := range files {
		src, err := tree.Load(file, maxFile)
		if err != nil {
			continue // said where the file is asked for
		}
		doc, err := tree.JSON(src)
		if err != nil {
			continue
		}
		read := false
		for _, p := range get(doc, "parameters").Members() {
			if get(p.Value, "reference") != nil {
				r.given[strings.ToLower(p.Name)] = hole(p.Line, "the parameter "+p.Name+" is a secret of a key vault", "")
			} else if v := get(p.Value, "value"); v != nil {
				r.given[strings.ToLower(p.Name)] = v
				read = true
			}
		}
		if read {
			r.facts.Files = append(r.facts.Files, slash(file))
		}
	}
}
