package resolve

import "github.com/bailiwick-dev/bailiwick/internal/graph"

func (r *Resolver) Operator(id graph.EntityID) *graph.Operator { return r.operator(id) }

// CouldBeSecret is couldBeSecret.
func CouldBeSecret(s string) bool { return couldBeSecret(s) }
