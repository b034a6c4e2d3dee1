package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/bench/corpora"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// european is the least that a perimeter can say: data stays in the EU.
const european = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: corpus}
spec:
  jurisdictions: {allow: [EU]}
`

// asOf is the day whose law counts, so that the table can be made again.
var asOf = time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)

// A row is what was read of one repository.
type row struct {
	Name   string
	Unread []string // why it was not read to the end
	// Over says which files were passed over, and PassedOver how many.
	Over       []string
	PassedOver int
	Sources    map[string]*count
	Cost       corpora.Cost
	Types      map[string]int // assets of each unknown type, with its language
}

// A count is what one source read.
type count struct {
	Repositories, Files, Assets, UnknownTypes, Flows, UnknownEnds, Inside, Packages, Problems int
}

func (c *count) add(d *count) {
	c.Repositories += d.Repositories
	c.Files += d.Files
	c.Assets += d.Assets
	c.UnknownTypes += d.UnknownTypes
	c.Flows += d.Flows
	c.UnknownEnds += d.UnknownEnds
	c.Inside += d.Inside
	c.Packages += d.Packages
	c.Problems += d.Problems
}

// read does what check does up to the rules, and counts by source.
func read(dir string) (*row, error) {
	k, err := kb.Open()
	if err != nil {
		return nil, err
	}
	p, err := perimeter.Parse("perimeter.yaml", []byte(european))
	if err != nil {
		return nil, err
	}
	book, err := limits.New(k, p, asOf)
	if err != nil {
		return nil, err
	}
	parts := all.Parts([]string{dir}, all.Known(k))
	r := &row{Sources: map[string]*count{}, Types: map[string]int{}}
	var together graph.Facts
	from := map[named]string{} // which source read it
	for i := range parts {
		f := &parts[i].Facts
		if err := f.Check(); err != nil {
			r.Unread = append(r.Unread, err.Error())
		}
		r.Sources[parts[i].Source] = &count{Repositories: 1, Files: len(f.Files), Assets: len(f.Assets), Packages: len(f.Packages), Problems: len(f.Problems)}
		together.Assets = append(together.Assets, f.Assets...)
		for j := range f.Assets {
			from[nameOf(&f.Assets[j])] = parts[i].Source
		}
	}
	r.unread(parts)
	resolver := resolve.New(k, p, book, asOf)
	assets := resolver.Resolve(&together)
	for i := range assets {
		a := &assets[i]
		if a.Kind != graph.UnknownKind {
			continue
		}
		if name, ok := from[nameOf(a.Asset)]; ok {
			r.Sources[name].UnknownTypes++
			r.Types[a.Language+" "+a.Type]++
		}
	}
	for i := range parts {
		c := r.Sources[parts[i].Source]
		for _, e := range resolver.Flows(&graph.Facts{Flows: parts[i].Facts.Flows}, assets) {
			c.flow(&e)
		}
	}
	return r, nil
}

// A named tells assets apart where several sources read.
type named struct {
	root    string
	address graph.Address
	origin  graph.Origin
}

func nameOf(a *graph.Asset) named { return named{a.Root, a.Address, a.Origin} }

// flow counts one edge: its end is unknown when nobody knows who it is.
func (c *count) flow(e *resolve.Asset) {
	c.Flows++
	switch {
	case e.Edge.Within:
		c.Inside++
	case e.Operator == nil || e.Operator.Entity == "":
		c.UnknownEnds++
	}
}

// unread notes files that some source took, and that none says it read nor has a
// problem with. A source may take a file for a closer look and leave it to
// another: every object of Kubernetes may be a claim of Crossplane.
func (r *row) unread(parts []all.Part) {
	said := map[string]bool{}
	takers := map[string][]string{}
	for i := range parts {
		for _, f := range parts[i].Facts.Files {
			said[f] = true
		}
		for j := range parts[i].Facts.Problems {
			said[parts[i].Facts.Problems[j].Origin.File] = true
		}
		for _, f := range parts[i].Matched {
			takers[filepath.ToSlash(f)] = append(takers[filepath.ToSlash(f)], parts[i].Source)
		}
	}
	count, first := map[string]int{}, map[string]string{}
	for _, f := range slices.Sorted(maps.Keys(takers)) {
		if said[f] {
			continue
		}
		by := strings.Join(takers[f], ", ")
		if count[by]++; count[by] == 1 {
			first[by] = f
		}
	}
	for _, by := range slices.Sorted(maps.Keys(count)) {
		r.PassedOver += count[by]
		r.Over = append(r.Over, fmt.Sprintf("%d files were taken by %s and read by nobody, the first is %s", count[by], by, first[by]))
	}
}
