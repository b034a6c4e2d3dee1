package others

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An Asset is what something may be said about.
type Asset struct {
	Address graph.Address
	Origin  graph.Origin
	Flow    bool // a line of it only, where a call is
}

// Attach finds for each saying the asset that it is about, by address or by file
// and line: the last one that begins at or before the line, or the flow on just that
// line. It returns the index of the asset for each, -1 where none is.
func Attach(said []finding.Said, assets []Asset) []int {
	byFile := map[string][]int{}
	for i, a := range assets {
		byFile[path.Base(a.Origin.File)] = append(byFile[path.Base(a.Origin.File)], i)
	}
	for _, list := range byFile {
		slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(assets[a].Origin.Line, assets[b].Origin.Line) })
	}
	out := make([]int, len(said))
	for i := range said {
		s := &said[i]
		out[i] = -1
		for _, j := range byFile[path.Base(s.Origin.File)] {
			a := &assets[j]
			if !samePath(a.Origin.File, s.Origin.File) {
				continue
			}
			if s.Subject != "" && a.Address == s.Subject {
				out[i] = j
				break
			}
			if a.Flow && a.Origin.Line != s.Origin.Line {
				continue
			}
			if a.Origin.Line > 0 && a.Origin.Line <= s.Origin.Line && (out[i] < 0 || assets[out[i]].Origin.Line < a.Origin.Line) {
				out[i] = j
			}
		}
	}
	return out
}

// samePath reports whether one path ends as the other is: tools begin theirs at
// the folder that they were given.
func samePath(a, b string) bool {
	a, b = strings.TrimPrefix(path.Clean(a), "/"), strings.TrimPrefix(path.Clean(b), "/")
	return a == b || strings.HasSuffix(a, "/"+b) || strings.HasSuffix(b, "/"+a)
}
