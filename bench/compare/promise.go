package main

import (
	"fmt"
	"io"
)

// A promise is an upper bound on what we cost: absolute, or as a share of what
// a peer costs on the same tree in the same run.
type promise struct {
	tree   string
	what   string // "CPU s" or "MiB"
	peer   string // "": absolute
	factor float64
}

var kept = []promise{
	{"one file", "CPU s", "", 0.2},
	{"cloud-foundation-fabric", "CPU s", "trivy", 1.0 / 6},
	{"cloud-foundation-fabric", "MiB", "trivy", 1.0 / 4},
	{"cloud-foundation-fabric", "CPU s", "kics", 1.0 / 20},
	{"terraform-azurerm-caf-enterprise-scale", "CPU s", "trivy", 1.0 / 15},
	{"2 for_each over 10,000", "CPU s", "", 2},
	{"100,000 resources", "CPU s", "", 60},
	{"100,000 resources", "MiB", "", 2048},
}

// linear is how much more than a hundred times the CPU of 1,000 resources
// 100,000 may take: start-up makes the small tree dear, so more than that
// is growth.
const linear = 1.5

// promises prints which promises are kept; what was not measured is said, and
// is no failure.
func promises(w io.Writer, results map[string]measured) bool {
	ok := true
	fmt.Fprint(w, "\n| promise | bound | measured | |\n| --- | ---: | ---: | --- |\n")
	row := func(name string, bound, got float64, unit string) {
		verdict := "kept"
		if got > bound {
			verdict, ok = "**missed**", false
		}
		fmt.Fprintf(w, "| %s | %.2f %s | %.2f %s | %s |\n", name, bound, unit, got, unit, verdict)
	}
	for _, p := range kept {
		m := results[p.tree]
		of := m.cpu
		if p.what == "MiB" {
			of = m.memory
		}
		name, bound := p.tree, p.factor
		got, there := of("bailiwick")
		if p.peer != "" {
			peers, done := of(p.peer)
			there = there && (done || peers > 0) // one that was ended cost at least that
			name += fmt.Sprintf(": at most 1/%.0f of %s", 1/p.factor, p.peer)
			bound *= peers
		}
		if !there {
			fmt.Fprintf(w, "| %s | | not measured | |\n", name)
			continue
		}
		row(name, bound, got, p.what)
	}
	small, large := results["1,000 resources"], results["100,000 resources"]
	a, ok1 := small.cpu("bailiwick")
	z, ok2 := large.cpu("bailiwick")
	if ok1 && ok2 {
		row("growth from 1,000 to 100,000 resources, to linear", linear, z/a/100, "")
	}
	return ok
}
