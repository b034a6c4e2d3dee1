package resolve

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// A Transfer is a tool of GDPR chapter V that the perimeter records for an asset
// or a flow.
type Transfer struct {
	Tool   string // adequacy, scc, bcr, code, certification, derogation
	TIA    string // the assessment that it rests on; "" where none is named
	Valid  bool   // it has not ended
	Covers bool   // it is for every class that is bound
	Shown  bool   // a document shows the assessment, and holds
	Origin graph.Origin
}

// transfers are the tools that the perimeter records for whoever receives: the
// operator, the provider, the host or the asset itself, by name.
func (r *Resolver) transfers(a *Asset) []Transfer {
	var out []Transfer
	for i := range r.p.Spec.Transfers {
		t := &r.p.Spec.Transfers[i]
		if !receives(a, t.To) || !sends(a, t.From) {
			continue
		}
		missing := func(c graph.ClassID) bool { return !slices.Contains(t.Data, c) }
		out = append(out, Transfer{Tool: t.Tool, TIA: t.TIA, Valid: t.Expires == "" || r.valid(t.Expires),
			Covers: len(t.Data) == 0 || !slices.ContainsFunc(a.Classes, missing), Shown: t.TIA != "" && r.newest("tia", func(about string) bool { return about == t.TIA }) != nil, Origin: t.Origin})
	}
	return out
}

func receives(a *Asset, to string) bool {
	switch {
	case a.Operator != nil && a.Operator.Entity != "" && to == string(a.Operator.Entity), a.Provider != "" && to == string(a.Provider):
		return true
	case a.Edge != nil && (to == string(a.Edge.To) || hostOf(to) == string(a.Edge.To)):
		return true
	}
	return perimeter.Match(to, string(a.Address))
}

func sends(a *Asset, from string) bool {
	return from == a.System || a.Edge != nil && perimeter.Match(from, string(a.Edge.From)) || perimeter.Match(from, string(a.Address))
}

// Assessed reports whether a document shows the data protection impact
// assessment of a system (GDPR art. 35).
func (r *Resolver) Assessed(system string) bool {
	return system != "" && r.newest("dpia", ofSystem(system)) != nil
}
