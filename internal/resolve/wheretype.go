package resolve

import (
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// whereType answers for a resource type: what it is and what decides its place.
func (r *Resolver) whereType(query string) []Answer {
	m, ok := r.kb.Type("terraform", "", query)
	if !ok {
		return nil
	}
	a := Answer{Kind: "type", Name: query, Provider: m.Provider, Operator: r.operator(r.partitionOperator(m.Provider, ""))}
	if !m.Inert && m.Type != nil && m.Type.Kind != "" {
		a.kinds = []graph.Kind{m.Type.Kind}
	}
	switch {
	case m.Inert || m.Type == nil || m.Type.Kind == "" && m.Type.Of == "":
		a.Because = []string{"it is inert: it holds and moves no data"}
	case m.Type.Of != "":
		a.Because = []string{fmt.Sprintf("it counts for the asset that %s names", m.Type.Of)}
	case m.Type.Global != "":
		a.Places = []graph.Place{{Role: m.Type.Kind.Roles()[0], Provider: m.Provider, Countries: []graph.Country{graph.Anywhere}, Binding: graph.Unbound, Confidence: graph.Documented}}
		a.Because = []string{fmt.Sprintf("its kind is %s, a global service: %s", m.Type.Kind, m.Type.Global)}
	default:
		reads := m.Type.Where
		if len(reads) == 0 {
			reads = m.Dialect.Place
		}
		var from []string
		for _, rd := range reads {
			switch {
			case rd.Attr != "":
				from = append(from, rd.Attr)
			case rd.Ref != "":
				from = append(from, "what "+rd.Ref+" names")
			case rd.Provider != "":
				from = append(from, "the provider's "+rd.Provider)
			}
		}
		a.Because = []string{fmt.Sprintf("its kind is %s; its place is read from %s", m.Type.Kind, strings.Join(from, ", else "))}
	}
	if m.Type != nil && m.Type.Note != "" {
		a.Because = append(a.Because, m.Type.Note)
	}
	return []Answer{a}
}
