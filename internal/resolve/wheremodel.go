package resolve

import (
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// whereModel answers for the name of a model: who made its weights. A host may
// contain the name of a model; then it is the host that is meant.
func (r *Resolver) whereModel(query string) []Answer {
	m, ok := r.kb.Model(query)
	if !ok {
		return nil
	}
	if host := hostOf(query); strings.Contains(host, ".") {
		if _, isHost := r.kb.Host(host); isHost {
			return nil
		}
	}
	return []Answer{r.modelAnswer(&m, query)}
}

func (r *Resolver) modelAnswer(m *kb.Model, query string) Answer {
	a := Answer{Kind: "model", Name: m.Name, Maker: &graph.Maker{Component: query}}
	r.made(a.Maker, m, query)
	a.Because = a.Maker.Because
	a.Operator = r.operator(m.Developer)
	if a.Operator.Entity == "" || a.Operator.Seat == "" {
		a.Operator = &graph.Operator{Entity: m.Developer, Name: string(m.Developer), Seat: m.Country, Confidence: m.Standing(r.at),
			Unknown: fmt.Sprintf("who controls %s is not known to the knowledge base", m.Developer)}
	}
	return a
}
