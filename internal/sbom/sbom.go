// Package sbom writes what was found as a bill of materials: the packages, the
// models, and the services that data goes to, each with who runs it and in whose
// jurisdiction that is. It also says what a bill lacks of what the G7 ask of one
// for AI, and which advisories of a local database concern its packages.
//
// The same content gives the same bytes.
package sbom

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Content is what a bill tells.
type Content struct {
	Subject  Subject
	Packages []graph.Package
	Models   []Model
	Services []Service
	Advice   []Advice
	// Gaps are what could not be read; with any, the bill says that it is incomplete.
	Gaps []graph.Problem
	Tool string // the version of this program
	At   time.Time
}

// A Subject is what the bill is about.
type Subject struct {
	Name, Version, Digest string
	Image                 bool
	Created               string
}

// A Model is a file of weights, or a model that a service computes.
type Model struct {
	Ref, Name, Version, Format, Architecture, License, Source, SHA256 string
	Developer, Country                                                string
	Base                                                              []string
	Layer                                                             int
	Path                                                              string
	Because                                                           []string
	Origin                                                            graph.Origin
}

// A Service is somebody else's, to whom something goes or from whom something
// comes.
type Service struct {
	Host      string
	Operator  string // the name of the entity; "" when it is not known
	Seat      graph.Country
	Control   []graph.Controller
	Laws      []graph.LawID
	Countries []graph.Country // where it is processed or stored, sorted
	Unknown   string          // why these are not known
	Outside   bool            // the flow leaves the own trust boundary: it is somebody else's
	Flows     []Flow
}

// A Flow is one way in which a service is used.
type Flow struct {
	From    string
	Purpose string
	State   graph.FlowState
	Classes []graph.ClassID
	Via     string
	Origin  graph.Origin
}

// inbound reports whether data goes to the service; else something is fetched.
func (f *Flow) inbound() bool {
	switch f.Purpose {
	case "registry", "source", "dataset", "update", "time", "dns":
		return false
	}
	return true
}

// An Advice is an advisory that concerns a package of the bill.
type Advice struct {
	ID, Summary, Source string
	Aliases             []string
	Refs                []string // of the packages, sorted
}

// Formats are the forms in which a bill is written.
func Formats() []string { return []string{"cyclonedx", "spdx"} }

// Write writes the bill.
func Write(w io.Writer, format string, c *Content) error {
	c.sort()
	switch format {
	case "cyclonedx":
		return writeCycloneDX(w, c)
	case "spdx":
		return writeSPDX(w, c)
	}
	return fmt.Errorf("there is no format %q; there are: %s", format, strings.Join(Formats(), ", "))
}

func (c *Content) sort() {
	slices.SortFunc(c.Packages, func(a, b graph.Package) int {
		return cmp.Or(cmp.Compare(a.PURL, b.PURL), cmp.Compare(a.Ecosystem, b.Ecosystem), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version), cmp.Compare(a.In, b.In), cmp.Compare(a.Path, b.Path))
	})
	slices.SortFunc(c.Models, func(a, b Model) int { return cmp.Or(cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Name, b.Name)) })
	slices.SortFunc(c.Services, func(a, b Service) int { return cmp.Compare(a.Host, b.Host) })
	for i := range c.Services {
		slices.SortFunc(c.Services[i].Flows, func(a, b Flow) int {
			return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Via, b.Via))
		})
	}
	slices.SortFunc(c.Advice, func(a, b Advice) int { return cmp.Compare(a.ID, b.ID) })
}

// A component is a package with every place in which it stands.
type component struct {
	*graph.Package
	ref     string
	places  []string
	origins []string // where they were read
}

// components joins what is the same package: a bill lists it once.
func (c *Content) components() []component {
	var out []component
	at := map[string]int{}
	for i := range c.Packages {
		p := &c.Packages[i]
		ref := Ref(p)
		place := strings.TrimPrefix(string(p.In)+"/"+p.Path, "/")
		if p.Layer > 0 {
			place = fmt.Sprintf("layer %d: /%s", p.Layer, p.Path)
		}
		origins := told(p.Origin)
		if n, ok := at[ref]; ok {
			if !p.Dev {
				out[n].Package = merged(out[n].Package, p)
			}
			if !slices.Contains(out[n].places, place) {
				out[n].places = append(out[n].places, place)
			}
			out[n].origins = appendNew(out[n].origins, origins...)
			continue
		}
		at[ref] = len(out)
		out = append(out, component{p, ref, []string{place}, origins})
	}
	return out
}

// told are origins as a bill names them; what has none has nothing to name.
func told(os ...graph.Origin) []string {
	var out []string
	for _, o := range os {
		if !o.IsZero() {
			out = appendNew(out, o.At())
		}
	}
	return out
}

func appendNew(list []string, more ...string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// merged is the package as it is needed most: not for tests only.
func merged(a, b *graph.Package) *graph.Package {
	if a.Dev && !b.Dev {
		return b
	}
	return a
}

// Ref is what a bill calls a package by.
func Ref(p *graph.Package) string {
	if p.PURL != "" {
		return p.PURL
	}
	return strings.TrimSuffix(p.Ecosystem+":"+p.Name+"@"+p.Version, "@")
}
