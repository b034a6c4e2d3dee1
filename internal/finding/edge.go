package finding

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// An Edge is one line of the map: what one end sends to another or fetches from
// there, whichever way it is known.
type Edge struct {
	From graph.Address `json:"from"` // an asset, a system, or what sends: a file, a workload, a process
	// To is an asset or a host; empty when it is not known, and Unknown says why.
	To       graph.Address     `json:"to,omitempty"`
	Unknown  string            `json:"unknown,omitempty"`
	Root     string            `json:"root,omitempty"`
	State    graph.FlowState   `json:"state"` // the most real of States
	States   []graph.FlowState `json:"states,omitempty"`
	Purposes []string          `json:"purposes,omitempty"`
	Via      []string          `json:"via,omitempty"`
	// Within says that it leads to an asset, a system or a machine of ones own.
	Within   bool            `json:"within,omitempty"`
	Classes  []graph.ClassID `json:"classes,omitempty"`
	System   string          `json:"system,omitempty"`
	Places   []graph.Place   `json:"places,omitempty"` // of To; absent where To is an asset
	Operator *graph.Operator `json:"operator,omitempty"`
	Traffic  *graph.Traffic  `json:"traffic,omitempty"`
	// Answer is the worst status of the findings about it; empty where no rule
	// judged it by itself.
	Answer Status       `json:"answer,omitempty"`
	Origin graph.Origin `json:"origin"`
}

// Answers gives each edge the worst status of the findings about it.
func (r *Result) Answers() {
	type ends struct {
		root     string
		from, to graph.Address
	}
	worst := map[ends]Status{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Flow == nil {
			continue
		}
		k := ends{f.Root, f.Flow.From, f.Flow.To}
		if old, ok := worst[k]; !ok || harm[f.Status] > harm[old] {
			worst[k] = f.Status
		}
	}
	for i := range r.Flows {
		e := &r.Flows[i]
		e.Answer = worst[ends{e.Root, e.From, e.To}]
	}
}

// harm orders statuses for [Result.Answers].
var harm = map[Status]int{Fail: 5, Undecided: 4, Waived: 3, Pass: 2, NotInForce: 1}
