package evidence

import (
	"cmp"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Software are the packages of a system that are not there to build or test only: those
// that an asset of it holds, and those of a folder in which all that belongs to a system
// belongs to this one. Each version of a package is named once, in the order of names.
// With [Unbound] they are the rest.
func (c *Case) Software(system string) []graph.Package {
	type holding struct {
		root string
		in   graph.Address
	}
	of := map[holding]string{}
	alone := map[string]string{} // by root: its one system
	meet := func(root, system string) {
		switch known, ok := alone[root]; {
		case system == Unbound:
		case !ok:
			alone[root] = system
		case known != system:
			alone[root] = Unbound
		}
	}
	for i := range c.Result.Assets {
		a := &c.Result.Assets[i]
		of[holding{a.Root, a.Subject}] = a.System
		meet(a.Root, a.System)
	}
	for i := range c.Result.Flows {
		meet(c.Result.Flows[i].Root, c.Result.Flows[i].System)
	}
	var out []graph.Package
	if c.Facts == nil {
		return nil
	}
	for i := range c.Facts.Packages {
		p := &c.Facts.Packages[i]
		owner := cmp.Or(of[holding{p.Root, p.In}], alone[p.Root])
		if !p.Dev && owner == system {
			out = append(out, *p)
		}
	}
	slices.SortStableFunc(out, func(a, b graph.Package) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Ecosystem, b.Ecosystem), cmp.Compare(a.Version, b.Version),
			cmp.Compare(a.Origin.File, b.Origin.File), cmp.Compare(a.Origin.Line, b.Origin.Line))
	})
	return slices.CompactFunc(out, func(a, b graph.Package) bool {
		return a.Name == b.Name && a.Ecosystem == b.Ecosystem && a.Version == b.Version
	})
}
