package finding

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// A TrafficRow adds up what was seen of the flows that lead to the same countries
// and operator. Countries are those where the other ends compute: one for most,
// several where an operator chooses among them, "*" for anywhere, none where
// nobody knows.
type TrafficRow struct {
	Countries []graph.Country `json:"countries,omitempty"`
	Operator  graph.EntityID  `json:"operator,omitempty"`
	// Aside is "inside" or "inbound" for what is no flow to somebody; the rest of
	// such a row is counts.
	Aside    string `json:"aside,omitempty"`
	Flows    int    `json:"flows"`
	Count    int64  `json:"count"`
	Sent     int64  `json:"sent"`
	Received int64  `json:"received"`
	Blocked  int64  `json:"blocked,omitempty"`
	// Unmeasured are the flows of which no bytes are known, Incomplete those of
	// which records are missing.
	Unmeasured int `json:"unmeasured,omitempty"`
	Incomplete int `json:"incomplete,omitempty"`
}
