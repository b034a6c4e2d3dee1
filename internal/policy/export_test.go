package policy

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// Judges reports how many rules judge the kind.
func (e *Engine) Judges(k graph.Kind) (int, error) {
	p, err := e.prepare(k)
	if err != nil || p == nil {
		return 0, err
	}
	return len(p.rules), nil
}
