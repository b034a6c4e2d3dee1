package proxy

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// include gives the files that a configuration includes, each once; nil when there is
// none.
func (p *proxy) include(file, wanted string) []string {
	found := beside(file, wanted)
	if found == nil {
		return nil
	}
	out := []string{}
	for _, f := range found {
		switch {
		case f == p.file || p.taken[f]:
		case len(p.taken) >= maxFiles:
			p.add(reach{unknown: "it includes more files than are read", via: "include", at: graph.Origin{File: file, Line: 1}})
		default:
			p.taken[f] = true
			out = append(out, f)
		}
	}
	return out
}

// absent says that a part of the configuration is not there.
func (p *proxy) absent(wanted string, at graph.Origin) {
	p.add(reach{unknown: "what it includes from " + wanted + " was not read: put it beside", via: "include", at: at})
}

// above is how many folders above a file are looked into for what it includes: nginx
// takes relative paths from the folder of its main file, which is above conf.d/sites.
const above = 3

// beside finds the files that a configuration means by a path of the machine that it
// is for: the longest end of the path that stands below the file's folder or one just
// above, as repositories keep /etc/nginx/conf.d beside nginx.conf. The last part may be a
// pattern, which is looked for above only with its folder.
func beside(file, wanted string) []string {
	dir := path.Dir(filepath.ToSlash(file))
	parts := strings.Split(strings.Trim(path.Clean("/"+filepath.ToSlash(wanted)), "/"), "/")
	last := len(parts) - 1
	for i := range parts {
		if out := matching(path.Join(dir, path.Join(parts[i:last]...)), parts[last]); out != nil {
			return out
		}
	}
	for up, n := dir, 0; n < above && path.Dir(up) != up && path.Base(up) != ".."; n++ {
		up = path.Dir(up)
		for i := range last {
			if out := matching(path.Join(up, path.Join(parts[i:last]...)), parts[last]); out != nil {
				return out
			}
		}
	}
	return nil
}

// matching are the files of a folder whose names match, in the order of their names.
func matching(dir, pattern string) []string {
	entries, err := os.ReadDir(filepath.FromSlash(dir))
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		ok, err := path.Match(pattern, e.Name())
		if (e.Name() == pattern || ok && err == nil) && e.Type().IsRegular() {
			out = append(out, path.Join(dir, e.Name()))
		}
	}
	return out
}
