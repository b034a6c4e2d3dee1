package pulumi

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// An unknowable reader answers every question in the same way.
type unknowable struct {
	why string
	at  graph.Origin
}

// Read implements [graph.Reader].
func (u unknowable) Read(string) []graph.Reading {
	return []graph.Reading{{Unknown: u.why, Origin: u.at}}
}
