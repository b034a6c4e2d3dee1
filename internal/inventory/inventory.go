// Package inventory says what is in a file system: the packages that are
// installed, the weights of models, and the hosts that files name. It reads
// the layers of an image once each, from the top, as streams, so that an image
// of many gigabytes costs little memory, and tells of each package in which
// layer it came; or a folder that is the root of a system.
//
// It knows forms of packages and files only. Which hosts matter, its caller
// says.
package inventory

import (
	"cmp"
	"io"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
)

// A Layer is one step of a file system, as a tar that is no longer packed.
type Layer struct {
	Open func() (io.ReadCloser, error)
	// File is set when the layer is one file and no tar, as artifacts of models
	// have it.
	File string
}

// Options says what the caller wants to know beside packages and models.
type Options struct {
	// Known says of a host whether anything is known about it. Hosts of which
	// nothing is known are counted; an image names thousands.
	Known func(host string) bool
	// Keep says of a path that the file is wanted as a whole. What is larger
	// than a megabyte is not kept, which is a problem.
	Keep func(path string) bool
}

// An Inventory is what was found, sorted.
type Inventory struct {
	// Packages have an Ecosystem, Name, Version, PURL, Licenses, Supplier, Path
	// and Layer; what holds them, the caller knows.
	Packages  []graph.Package
	Models    []weights.Model
	Endpoints []Endpoint
	Strangers int // hosts of which nothing is known
	Kept      []Kept
	OS        map[string]string // of os-release
	Problems  []Problem
	Files     int // regular files that count: neither hidden nor removed by a layer above
	Bytes     int64
}

// A Kept file was asked for.
type Kept struct {
	Path  string
	Layer int
	Src   []byte
}

// A Problem is something that could not be read, and that may hold what is
// missing here.
type Problem struct {
	Path    string // "" for a layer as a whole
	Layer   int
	Message string
}

// sorted puts everything into one order.
func (inv *Inventory) sorted() {
	slices.SortFunc(inv.Packages, func(a, b graph.Package) int {
		return cmp.Or(cmp.Compare(a.Ecosystem, b.Ecosystem), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Path, b.Path), cmp.Compare(a.PURL, b.PURL))
	})
	inv.Packages = slices.CompactFunc(inv.Packages, func(a, b graph.Package) bool {
		return a.Ecosystem == b.Ecosystem && a.Name == b.Name && a.Version == b.Version && a.Path == b.Path && a.PURL == b.PURL
	})
	slices.SortFunc(inv.Models, func(a, b weights.Model) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(inv.Endpoints, func(a, b Endpoint) int { return cmp.Compare(a.Host, b.Host) })
	slices.SortFunc(inv.Kept, func(a, b Kept) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(inv.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	inv.Problems = slices.Compact(inv.Problems)
}
