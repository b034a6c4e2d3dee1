package resolve

import (
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An Answer is one thing that a query may mean. Its fields are those of
// `bailiwick where --format json`, which is stable.
type Answer struct {
	Kind     string           `json:"kind"` // host, ip, network, region, zone, provider, operator, model, image, type, package
	Name     string           `json:"name"`
	Provider graph.ProviderID `json:"provider,omitempty"`
	Places   []graph.Place    `json:"places,omitempty"`
	Operator *graph.Operator  `json:"operator,omitempty"`
	Maker    *graph.Maker     `json:"maker,omitempty"`   // of models: who made it, and what it is made from
	Version  string           `json:"version,omitempty"` // of packages, as asked
	Does     []Doing          `json:"does,omitempty"`    // of packages: how they reach out by themselves
	Unknown  string           `json:"unknown,omitempty"`
	Because  []string         `json:"because,omitempty"`
	// Inside says how the answer stands to the perimeter, and why; empty when
	// there is none to hold it against. See [Resolver.Judge].
	Inside       string        `json:"inside,omitempty"`
	Why          string        `json:"inside_because,omitempty"`
	Alternatives []Alternative `json:"alternatives,omitzero"` // inside the perimeter

	kinds []graph.Kind
}

// because adds to the reasons those of the places and of the operator.
func (a *Answer) because() {
	for i := range a.Places {
		a.Because = append(a.Because, a.Places[i].Because...)
	}
	a.Because = append(a.Because, a.Operator.Because...)
}

// Title words what the answer is about.
func (a *Answer) Title() string {
	if a.Provider != "" && a.Kind != "provider" {
		return fmt.Sprintf("%s %s", a.Provider, a.Kind)
	}
	return a.Kind
}

// An answerer knows one kind of query. Each has a file of its own, where*.go.
type answerer func(*Resolver, string) []Answer

// answerers are asked in this order, which is that of the answers.
var answerers = []answerer{
	(*Resolver).whereRegion,
	(*Resolver).whereImageOrHost,
	(*Resolver).whereAddress,
	(*Resolver).whereNetwork,
	(*Resolver).whereProvider,
	(*Resolver).whereOperator,
	(*Resolver).whereModel,
	(*Resolver).whereType,
	(*Resolver).wherePackage,
}

// Where answers for everything that a query may mean.
func (r *Resolver) Where(query string) []Answer {
	if query = strings.TrimSpace(query); query == "" {
		return nil
	}
	var out []Answer
	for _, ask := range answerers {
		out = append(out, ask(r, query)...)
	}
	return out
}
