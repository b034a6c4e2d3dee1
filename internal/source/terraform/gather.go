package terraform

import (
	"slices"
	"sort"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// gather joins what the roots yield with what belongs to the modules.
func (ld *loader) gather(results []rootFacts) graph.Facts {
	var f graph.Facts
	n := 0
	for i := range results {
		n += len(results[i].assets)
	}
	f.Assets = make([]graph.Asset, 0, n)
	for i := range results {
		f.Assets = append(f.Assets, results[i].assets...)
		f.Notes = append(f.Notes, results[i].notes...)
		f.Problems = append(f.Problems, results[i].problems...)
		f.Files = append(f.Files, results[i].files...)
		results[i] = rootFacts{}
	}
	for _, m := range ld.loaded() {
		f.Files = append(f.Files, m.files...)
		f.Problems = append(f.Problems, m.problems...)
		for _, r := range m.remarks {
			f.Notes = append(f.Notes, graph.Note{Root: m.dir, Text: r.text, Origin: r.pos.origin()})
		}
		for _, r := range m.resources {
			f.Blocks++
			if !r.used.Load() {
				f.Absent++
			}
		}
	}
	sort.Strings(f.Files)
	f.Files = slices.Compact(f.Files)
	sort.SliceStable(f.Problems, func(i, j int) bool {
		a, b := f.Problems[i], f.Problems[j]
		if a.Origin.File != b.Origin.File {
			return a.Origin.File < b.Origin.File
		}
		if a.Origin.Line != b.Origin.Line {
			return a.Origin.Line < b.Origin.Line
		}
		return a.Message < b.Message
	})
	f.Problems = slices.Compact(f.Problems)
	sortNotes(f.Notes)
	f.Notes = slices.Compact(f.Notes)
	return f
}

func sortNotes(ns []graph.Note) {
	sort.SliceStable(ns, func(i, j int) bool {
		a, b := ns[i], ns[j]
		if a.Root != b.Root {
			return a.Root < b.Root
		}
		if a.Origin.File != b.Origin.File {
			return a.Origin.File < b.Origin.File
		}
		if a.Origin.Line != b.Origin.Line {
			return a.Origin.Line < b.Origin.Line
		}
		return a.Subject < b.Subject
	})
}
