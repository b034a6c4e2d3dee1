package chart

import (
	"path"
	"strings"
)

// ignored are the rules of a .helmignore: what they match is no part of the chart.
type ignored []rule

type rule struct {
	pattern string
	anchor  bool // matches the whole path, not the last name only
	folder  bool
	not     bool
}

// ignoring reads a .helmignore. Files in templates that begin with a dot are never
// templates. A rule that Helm refuses, and the chart with it, is passed over.
func ignoring(src string) ignored {
	var out ignored
	for line := range strings.Lines(strings.TrimPrefix(src, "\ufeff") + "\ntemplates/.?*\n") {
		line = strings.TrimSpace(line)
		if _, err := path.Match(line, "abc"); err != nil || line == "" || line[0] == '#' || strings.Contains(line, "**") {
			continue
		}
		var r rule
		line, r.not = strings.CutPrefix(line, "!")
		line, r.folder = strings.CutSuffix(line, "/")
		r.anchor = strings.Contains(line, "/")
		r.pattern = strings.TrimPrefix(line, "/")
		out = append(out, r)
	}
	return out
}

// match reports whether a file or folder is left out. The first rule that decides
// counts; one with ! leaves out all that it does not match, as with Helm.
func (rules ignored) match(p string, folder bool) bool {
	for _, r := range rules {
		name := p
		if !r.anchor {
			name = path.Base(p)
		}
		ok, err := path.Match(r.pattern, name)
		ok = ok && err == nil && (folder || !r.folder)
		if ok != r.not {
			return true
		}
	}
	return false
}
