package finding

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Outcomes answers what the checks came to where people say that a clause is
// implemented: how many findings have each status, of those that rest on the clause,
// or on a part of it, and are about the asset, about any instance of the block, or
// about what it sends.
func (r *Result) Outcomes() func(*Implemented) map[Status]int {
	type subject struct {
		root    string
		address graph.Address
	}
	found := map[subject][]*Finding{}
	for i := range r.Findings {
		f := &r.Findings[i]
		of := f.Subject
		if f.Flow != nil && f.Flow.From != "" {
			of = f.Flow.From
		}
		found[subject{f.Root, of}] = append(found[subject{f.Root, of}], f)
		if b := Block(of); b != of { // a remark is about all instances of a block
			found[subject{f.Root, b}] = append(found[subject{f.Root, b}], f)
		}
	}
	return func(m *Implemented) map[Status]int {
		rests := func(id graph.RequirementID) bool {
			return id == m.Clause || strings.HasPrefix(string(id), string(m.Clause)+"_")
		}
		n := map[Status]int{}
		for _, f := range found[subject{m.Root, m.Subject}] {
			if slices.ContainsFunc(f.Requirements, rests) {
				n[f.Status]++
			}
		}
		return n
	}
}

// Block is an address without the keys of its instances, as remarks name blocks.
func Block(a graph.Address) graph.Address {
	if !strings.Contains(string(a), "[") {
		return a
	}
	var b strings.Builder
	depth := 0
	for _, c := range string(a) {
		switch {
		case c == '[':
			depth++
		case c == ']' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(c)
		}
	}
	return graph.Address(b.String())
}
