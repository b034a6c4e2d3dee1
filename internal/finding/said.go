package finding

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// A Said is what another scanner says about something here. It is shown, and it
// decides nothing: a rule of ours is no better for it, and no worse.
type Said struct {
	Tool    string        `json:"tool"`
	Rule    string        `json:"rule"`
	Title   string        `json:"title,omitempty"`
	Subject graph.Address `json:"subject,omitempty"` // the asset that it is about, where one stands there
	Root    string        `json:"root,omitempty"`
	Origin  graph.Origin  `json:"origin"` // as the other tool writes it
	// Answer is how what it asks for goes together with the perimeter, for rules
	// that ask for a copy somewhere else: docs/conflicts.md.
	Answer string `json:"answer,omitempty"`
	// Met says that the second place which it asks for is there, inside.
	Met bool `json:"met,omitempty"`
}
