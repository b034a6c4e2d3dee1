// Package diagram draws a map of data flows: nodes in boxes, one box for each
// jurisdiction, and edges between them. The layout is our own and deterministic:
// the same map gives the same bytes, so that a picture can be committed and
// compared.
//
// A map is drawn by [Write] in the formats that [Formats] lists. It knows no
// result and no perimeter: package chart makes a map of a result.
package diagram

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// Standing says how a thing stands to the perimeter.
type Standing string

// The standings. In pictures each has a colour, a mark and a form of line, so
// that the colour is never the only sign.
const (
	Inside  Standing = "inside"
	Outside Standing = "outside"
	Open    Standing = "open"    // something about it is not established
	Neutral Standing = "neutral" // the perimeter does not ask
)

// Form is how a lane is drawn.
type Form string

// The forms of lanes.
const (
	Country  Form = "country"
	Anywhere Form = "anywhere"  // in any country that the operator chooses
	NotKnown Form = "not-known" // nobody established where
	People   Form = "system"    // systems, which have no place of their own
)

// Mixed is the kind of a node that stands for things of several kinds.
const Mixed graph.Kind = "thing"

// A Map is what is drawn.
type Map struct {
	Title   string   `json:"title"` // the perimeter's name
	Day     string   `json:"day"`   // the day whose law counts, YYYY-MM-DD
	Verdict string   `json:"verdict,omitempty"`
	By      string   `json:"by"` // what the lanes are: "country" or "operator"
	Summary []string `json:"summary,omitempty"`
	Lanes   []Lane   `json:"lanes"`
	Nodes   []Node   `json:"nodes"`
	Edges   []Edge   `json:"edges"`
	Notes   []string `json:"notes,omitempty"` // sentences for below the picture
	Words   Words    `json:"-"`               // of the picture; English without
}

// A Lane is a box around the nodes of one jurisdiction.
type Lane struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Full     string   `json:"full,omitempty"` // what Name leaves out
	Form     Form     `json:"form"`
	Standing Standing `json:"standing"`
}

// A Node is an asset, a part of it that is played elsewhere, or a destination.
type Node struct {
	ID       string       `json:"id"`
	Lane     string       `json:"lane"`
	Group    string       `json:"group,omitempty"` // within the lane: an operator, a system
	Name     string       `json:"name"`            // short
	Full     string       `json:"full"`            // as people call it
	Kind     graph.Kind   `json:"kind,omitempty"`
	Host     bool         `json:"host,omitempty"`  // a destination that is no asset
	Lines    []string     `json:"lines,omitempty"` // at most two, below the name
	Standing Standing     `json:"standing"`
	Fails    int          `json:"fails,omitempty"` // findings
	Opens    int          `json:"opens,omitempty"`
	Members  []string     `json:"members,omitempty"` // of a node that stands for several
	Because  []string     `json:"because,omitempty"`
	Origin   graph.Origin `json:"origin"`
}

// An Edge is a flow.
type Edge struct {
	From     string          `json:"from"`
	To       string          `json:"to"`
	State    graph.FlowState `json:"state"`
	Purpose  string          `json:"purpose,omitempty"`
	Label    string          `json:"label,omitempty"` // what was seen of it, for a person
	Standing Standing        `json:"standing"`
	Count    int             `json:"count"` // of flows that it stands for
	Origin   graph.Origin    `json:"origin"`
}
