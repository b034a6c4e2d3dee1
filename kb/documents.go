package kb

import (
	"maps"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The compiled files. Each lists its sources once; facts name them.
type (
	worldDoc struct {
		Sources   map[string]*Source `json:"sources"`
		Countries []Country          `json:"countries"`
		Blocs     []Bloc             `json:"blocs"`
		Adequacy  []Adequacy         `json:"adequacy"`
		Laws      []Law              `json:"laws"`
	}
	operatorsDoc struct {
		Sources   map[string]*Source `json:"sources"`
		Operators []Operator         `json:"operators"`
	}
	requirementsDoc struct {
		Sources      map[string]*Source `json:"sources"`
		Requirements []Requirement      `json:"requirements"`
	}
	modelsDoc struct {
		Sources map[string]*Source `json:"sources"`
		Models  []Model            `json:"models"`
	}
	endpointsDoc struct {
		Sources   map[string]*Source `json:"sources"`
		Endpoints []Endpoint         `json:"endpoints"`
	}
	rangesDoc struct {
		Sources map[string]*Source `json:"sources"`
		Ranges  []Range            `json:"ranges"`
	}
	packagesDoc struct {
		Sources  map[string]*Source `json:"sources"`
		Packages []Package          `json:"packages"`
	}
	providerDoc struct {
		Sources   map[string]*Source `json:"sources"`
		Provider  Provider           `json:"provider"`
		Regions   []Region           `json:"regions"`
		Languages []string           `json:"languages,omitempty"` // each with a file of its own, see dialectDocFile
	}
	// indexDoc tells which file to decode for a question.
	indexDoc struct {
		Files     map[string]string         `json:"files"` // name → digest
		Providers []graph.ProviderID        `json:"providers"`
		Languages map[string]*languageIndex `json:"languages"`
		Variables []Variable                `json:"variables,omitempty"` // of packages, by name, each once, without what is cited
		Defaults  map[string]string         `json:"defaults,omitempty"`  // what goes to which host unless it is told otherwise
	}
	languageIndex struct {
		Sources map[string][]graph.ProviderID `json:"sources"`        // plugin address → providers
		Heads   map[string][]graph.ProviderID `json:"heads"`          // head of a type → providers
		Like    []graph.ProviderID            `json:"like,omitempty"` // whose types are those of another language
	}
)

const (
	indexFile  = "index.json"
	rangesFile = "ranges.json"
)

func providerFile(id graph.ProviderID) string { return "provider-" + string(id) + ".json" }

// dialectDocFile holds one dialect: who checks plans decodes no templates.
func dialectDocFile(id graph.ProviderID, language string) string {
	return "dialect-" + string(id) + "-" + language + ".json"
}

// cite gives every fact its source.
func cite(sources map[string]*Source, facts func(func(*Fact, bool))) {
	facts(func(f *Fact, _ bool) {
		if f.Source != "" {
			f.Cited = sources[f.Source]
		}
	})
}

// Every record hands out the facts in it. Nested tells the facts of parts,
// such as one controller of an operator, from the record's own.

func (r *Country) facts(f func(fact *Fact, nested bool))     { f(&r.Fact, false) }
func (r *Bloc) facts(f func(fact *Fact, nested bool))        { f(&r.Fact, false) }
func (r *Adequacy) facts(f func(fact *Fact, nested bool))    { f(&r.Fact, false) }
func (r *Law) facts(f func(fact *Fact, nested bool))         { f(&r.Fact, false) }
func (r *Requirement) facts(f func(fact *Fact, nested bool)) { f(&r.Fact, false) }

func (r *Region) facts(f func(fact *Fact, nested bool)) {
	f(&r.Fact, false)
	if r.Second != nil {
		f(&r.Second.Fact, true)
	}
}

func (r *Operator) facts(f func(fact *Fact, nested bool)) {
	f(&r.Fact, false)
	for i := range r.Control {
		f(&r.Control[i].Fact, true)
	}
	if r.Support != nil {
		f(&r.Support.Fact, true)
	}
	for i := range r.Holders {
		f(&r.Holders[i].Fact, true)
	}
	if r.Veto != nil {
		f(&r.Veto.Fact, true)
	}
	for i := range r.Certificates {
		f(&r.Certificates[i].Fact, true)
	}
}

func (r *Model) facts(f func(fact *Fact, nested bool)) {
	f(&r.Fact, false)
	for i := range r.Base {
		f(&r.Base[i].Fact, true)
	}
	for i := range r.Terms {
		f(&r.Terms[i].Fact, true)
	}
}

func (r *Endpoint) facts(f func(fact *Fact, nested bool)) {
	f(&r.Fact, false)
	for i := range r.Places {
		f(&r.Places[i].Fact, true)
	}
}

func (r *Provider) facts(f func(fact *Fact, nested bool)) {
	f(&r.Fact, false)
	for _, name := range slices.Sorted(maps.Keys(r.Geographies)) {
		g := r.Geographies[name]
		f(&g.Fact, true)
		r.Geographies[name] = g
	}
}
