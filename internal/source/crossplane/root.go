package crossplane

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// findRoots puts files into units. A tree is one cluster, unless one object
// stands in it more than once, as in folders for test and production: then each
// folder is one of its own, and so on downwards.
func (r *reading) findRoots() {
	r.roots = map[string]string{}
	ids := map[string][]string{} // of the objects, by file
	for _, list := range [][]*object{r.managed, r.composites} {
		for _, o := range list {
			ids[o.file] = append(ids[o.file], o.group()+"/"+join(o.kind(), o.namespace(), o.name()))
		}
	}
	for _, c := range r.compositions {
		ids[c.file] = append(ids[c.file], "Composition/"+c.name())
	}
	files := make([]string, 0, len(ids))
	for f := range ids {
		files = append(files, f)
	}
	slices.Sort(files)
	if len(files) > 0 {
		r.split(common(files), files, ids)
	}
}

// common is the folder that all files are in.
func common(files []string) string {
	dir := path.Dir(files[0])
	for _, f := range files[1:] {
		for dir != "." && dir != "/" && !strings.HasPrefix(f, dir+"/") {
			dir = path.Dir(dir)
		}
	}
	return dir
}

func (r *reading) split(dir string, files []string, ids map[string][]string) {
	seen, twice := map[string]bool{}, false
	for _, f := range files {
		for _, id := range ids[f] {
			twice = twice || seen[id]
			seen[id] = true
		}
	}
	groups := map[string][]string{}
	for _, f := range files {
		rest := f
		if dir != "." {
			rest = strings.TrimPrefix(f, strings.TrimSuffix(dir, "/")+"/")
		}
		sub := dir
		if head, _, deeper := strings.Cut(rest, "/"); deeper {
			sub = path.Join(dir, head)
		}
		groups[sub] = append(groups[sub], f)
	}
	if !twice || len(groups) == 1 && groups[dir] != nil {
		for _, f := range files {
			r.roots[f] = dir
		}
		return
	}
	for sub, fs := range groups {
		if sub == dir {
			for _, f := range fs {
				r.roots[f] = dir
			}
			continue
		}
		r.split(sub, fs, ids)
	}
}
