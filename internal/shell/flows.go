package shell

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Site is where a script stands, and who runs it.
type Site struct {
	From graph.Address
	Root string
	File string
	Line int    // of the script's first line
	Flat bool   // its lines are not those of the file: every fact has Line
	By   string // before the tool in [graph.Flow.Via]: "RUN"
}

func (s *Site) origin(line int) graph.Origin {
	at := s.Line
	if !s.Flat {
		at += line - 1
	}
	return graph.Origin{File: s.File, Line: at}
}

// Add enters calls and faults into facts: a flow each, and the packages that are
// installed.
func (s *Site) Add(f *graph.Facts, calls []Call, faults []Fault) {
	for i := range calls {
		c := &calls[i]
		at := s.origin(c.Line)
		f.Flows = append(f.Flows, graph.Flow{From: s.From, To: graph.Address(c.To), Unknown: c.Unknown, State: graph.Planned,
			Purpose: c.Purpose, Model: c.Model, Ecosystem: c.Ecosystem, Via: strings.TrimSpace(s.By + " " + c.via()), Root: s.Root, Origin: at})
		for _, p := range c.Packages {
			f.Packages = append(f.Packages, graph.Package{Ecosystem: c.Ecosystem, Name: p.Name, Version: p.Version, In: s.From, Root: s.Root, Origin: at})
		}
	}
	for _, x := range faults {
		f.Problems = append(f.Problems, graph.Problem{Origin: s.origin(x.Line), Message: x.Message})
	}
}

// via words a call for a person, within a line.
func (c *Call) via() string {
	var names []string
	for _, p := range c.Packages {
		names = append(names, p.Name)
	}
	what := c.What
	if len(names) > 0 {
		what = strings.Join(names[:min(4, len(names))], ", ")
		if n := len(names) - 4; n > 0 {
			what += fmt.Sprintf(" and %d more", n)
		}
	}
	if what == "" {
		return c.Tool
	}
	if len(what) > 120 {
		what = strings.ToValidUTF8(what[:120], "") + "…"
	}
	return c.Tool + " (" + strings.Join(strings.Fields(what), " ") + ")"
}

// Tidy sorts flows and packages and keeps each once: of flows that are alike the
// one with the first origin.
func Tidy(f *graph.Facts) {
	slices.SortStableFunc(f.Flows, func(a, b graph.Flow) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Line, b.Origin.Line), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Via, b.Via))
	})
	type flowKey struct {
		root, purpose, model, unknown string
		from, to                      graph.Address
	}
	seen := map[flowKey]bool{}
	f.Flows = slices.DeleteFunc(f.Flows, func(x graph.Flow) bool {
		k := flowKey{x.Root, x.Purpose, x.Model, x.Unknown, x.From, x.To}
		was := seen[k]
		seen[k] = true
		return was
	})
	type packageKey struct{ root, in, ecosystem, name, version string }
	had := map[packageKey]bool{}
	f.Packages = slices.DeleteFunc(f.Packages, func(p graph.Package) bool {
		k := packageKey{p.Root, string(p.In), p.Ecosystem, p.Name, p.Version}
		was := had[k]
		had[k] = true
		return was
	})
	slices.Sort(f.Files)
	f.Files = slices.Compact(f.Files)
}

// At is where the script begins.
func (s *Site) At() graph.Origin { return s.origin(1) }
