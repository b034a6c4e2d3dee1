package kb

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// DataAttributes tells, for one language, how attributes of data sources follow
// from configuration: aws_region.name is the provider's region, the JSON of
// aws_iam_policy_document is what its blocks say. ok is false for attributes that
// only an API knows.
func (k *KB) DataAttributes(language string) func(dataType, attr string) (d graph.Derived, ok bool) {
	return func(dataType, attr string) (graph.Derived, bool) {
		ix := k.index.Languages[language]
		if ix == nil {
			return graph.Derived{}, false
		}
		for _, id := range ix.Heads[head(dataType)] {
			d := k.dialect(id, language).record
			if path, ok := d.Data[dataType][attr]; ok {
				return graph.Derived{Provider: path}, true
			}
			if expr, ok := d.Computed[dataType][attr]; ok {
				return graph.Derived{Expression: expr}, true
			}
		}
		return graph.Derived{}, false
	}
}

// Boot are the attributes of a type that hold what its machine runs when it starts.
func (k *KB) Boot(language, source, typ string) []string {
	if m, ok := k.Type(language, source, typ); ok && m.Type != nil {
		return m.Type.Boot
	}
	return nil
}
