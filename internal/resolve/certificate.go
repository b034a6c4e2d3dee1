package resolve

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// How well a certificate stands for a service, best first.
var standings = map[string]int{"valid": 4, "claimed": 3, "ended": 2, "other": 1}

// certify says of a service that is used which certificates stand for it: those
// of the operator's record and those of which the perimeter names a document.
func (r *Resolver) certify(p *Asset, s *graph.Service) {
	s.Certificates = map[string]string{}
	put := func(scheme, standing, why string) {
		if standings[standing] > standings[s.Certificates[scheme]] {
			s.Certificates[scheme] = standing
			p.Papers.Because = append(p.Papers.Because, why)
		}
	}
	if rec, ok := r.kb.Operator(p.Operator.Entity); ok {
		for i := range rec.Certificates {
			c := &rec.Certificates[i]
			standing := "valid"
			switch {
			case c.Until != "" && c.Until < r.day():
				standing = "ended"
			case c.Until == "" || c.From > r.day() || !c.Standing(r.at).Firm():
				standing = "claimed"
			}
			put(c.Scheme, scoped(standing, c.Covers, s), fmt.Sprintf("%s of %s for %v until %s%s", c.Scheme, p.Operator.Entity, c.Covers, or(c.Until, "an unknown day"), cite(c.Fact)))
		}
	}
	for i := range r.p.Spec.Evidence {
		e := &r.p.Spec.Evidence[i]
		if e.Fact != "certificate" || len(e.Value) != 1 || e.About != string(p.Operator.Entity) && !r.runs(e.About, p) {
			continue
		}
		standing := "valid"
		if !r.valid(e.Expires) {
			standing = "ended"
		}
		put(e.Value[0], scoped(standing, e.Covers, s), fmt.Sprintf("%s for %v: %s", e.Value[0], e.Covers, said(e)))
	}
}

// runs reports whether a name is that of a provider that the operator runs.
func (r *Resolver) runs(provider string, p *Asset) bool {
	rec, ok := r.kb.Provider(graph.ProviderID(provider))
	return ok && rec.Operator == p.Operator.Entity
}

// scoped is the standing for a service; one that is in force for others is no
// more than that.
func scoped(standing string, covers []string, s *graph.Service) string {
	for _, c := range covers {
		scope, err := perimeter.ParseScope(c)
		if err == nil && (scope.Service.Match(s.Name) || scope.Service.Match(string(s.Kind))) && scope.Region.Match(s.Region) {
			return standing
		}
	}
	if standing == "valid" {
		return "other"
	}
	return ""
}
