package terraform

import (
	"path"
	"sort"
)

// findRoots returns the directories to evaluate: those with configuration
// that no other one calls. Directories that only call each other in a circle
// would be nobody's; the first of them is taken as a root, and the circle
// becomes a problem there. What units of Terragrunt evaluate is theirs.
func (ld *loader) findRoots(units []*unit) []string {
	var dirs []string
	for d, files := range ld.listed {
		if len(configsOf(files)) > 0 {
			dirs = append(dirs, d)
		}
	}
	sort.Strings(dirs)
	calls := map[string][]string{}
	called := map[string]bool{}
	var visit func(dir string)
	visit = func(dir string) {
		if _, seen := calls[dir]; seen {
			return
		}
		calls[dir] = nil
		m, err := ld.module(dir)
		if err != nil {
			return // said when the call is evaluated
		}
		for _, c := range m.calls {
			if isLocal(c.sourceText) {
				to := path.Join(dir, c.sourceText)
				calls[dir] = append(calls[dir], to)
				if to != dir {
					called[to] = true
				}
				visit(to)
			}
		}
	}
	for _, d := range dirs {
		visit(d)
	}
	for _, u := range units {
		if u.module != "" {
			called[u.module] = true
		}
	}
	reached := map[string]bool{}
	var reach func(dir string)
	reach = func(dir string) {
		if reached[dir] {
			return
		}
		reached[dir] = true
		for _, to := range calls[dir] {
			reach(to)
		}
	}
	for _, u := range units {
		reach(u.module)
	}
	var roots []string
	for _, d := range dirs {
		if !called[d] {
			roots = append(roots, d)
			reach(d)
		}
	}
	for _, d := range dirs {
		if !reached[d] {
			roots = append(roots, d)
			reach(d)
		}
	}
	sort.Strings(roots)
	return roots
}
