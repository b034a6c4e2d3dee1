package terraform

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// unused takes the files that no root loads: an x.tf beside an x.tofu, which says
// nothing, and variable files that only -var-file would load. Where one of these
// gives a variable another value than the one that counts, another run of the
// same root is somewhere else, and that is a problem until somebody says which
// run is meant.
func (ld *loader) unused(roots []string, results []rootFacts) rootFacts {
	loaded := map[string]bool{}
	for i := range results {
		for _, f := range results[i].files {
			loaded[f] = true
		}
	}
	var out rootFacts
	for _, dir := range sortedKeys(ld.listed) {
		files := ld.listed[dir]
		counting := configsOf(files)
		for _, f := range files {
			switch name := path.Base(slash(f)); {
			case isConfig(name) && !slices.Contains(counting, f):
				out.files = append(out.files, slash(f))
			case isVars(name) && !loaded[slash(f)]:
				out.files = append(out.files, slash(f))
				values := map[string]given{}
				out.problems = append(out.problems, ld.readVars(f, values)...)
				if root, ok := ld.rootAbove(dir, roots); ok && len(ld.opt.VarFiles) == 0 {
					out.problems = append(out.problems, ld.differing(f, values, root)...)
				}
			}
		}
	}
	return out
}

// rootAbove is the root that a folder is or lies in; a folder with configuration
// that is no root is a module, and takes no files of values.
func (ld *loader) rootAbove(dir string, roots []string) (string, bool) {
	for {
		if slices.Contains(roots, dir) {
			return dir, true
		}
		up := path.Dir(dir)
		if up == dir || len(configsOf(ld.listed[dir])) > 0 {
			return "", false
		}
		dir = up
	}
}

// shown is how many variables a problem names.
const shown = 3

// differing says which variables of a root would have other values with a file.
func (ld *loader) differing(file string, values map[string]given, root string) []graph.Problem {
	cfg, err := ld.module(root)
	if err != nil {
		return nil // said of the root
	}
	r := ld.newRoot(root)
	for _, f := range variableFiles(ld.listed[root]) {
		ld.readVars(f, r.given) // its problems are said of the root
	}
	r.Lock()
	defer r.Unlock()
	r.top = newModInst(r, cfg)
	var names []string
	for _, name := range sortedKeys(values) {
		v := cfg.variables[name]
		if _, set := ld.opt.Vars[name]; set || v == nil {
			continue
		}
		was := wholly(r.top.input(v))
		before, had := r.given[name]
		r.given[name] = values[name]
		is := wholly(r.top.input(v))
		if delete(r.given, name); had {
			r.given[name] = before
		}
		if was != cty.NilVal && is != cty.NilVal && !was.RawEquals(is) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	text := strings.Join(names[:min(len(names), shown)], ", ")
	if more := len(names) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return []graph.Problem{{Origin: graph.Origin{File: slash(file), Line: ld.lineOf(file, names[0])},
		Message: "no root loads it, and it gives other values than count here to " + text + ": name it with --var-file, and check each such file in a run of its own"}}
}

// wholly is a value without marks; cty.NilVal when some of it is not known.
func wholly(v cty.Value) cty.Value {
	if v, _ = v.UnmarkDeep(); v.IsWhollyKnown() {
		return v
	}
	return cty.NilVal
}

// lineOf is the line on which a file of values begins to speak of a variable; 0
// where that is not plain.
func (ld *loader) lineOf(file, name string) int {
	src, err := ld.read(file)
	if err != nil {
		return 0
	}
	at := regexp.MustCompile(`(?m)^[ \t{,]*"?` + regexp.QuoteMeta(name) + `"?[ \t]*[=:]`).FindIndex(src)
	if at == nil {
		return 0
	}
	return 1 + strings.Count(string(src[:at[0]]), "\n")
}
