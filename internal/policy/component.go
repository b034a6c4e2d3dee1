package policy

import (
	"cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// inputComponents are the packages that an asset holds. Those whose origin is
// known and allowed, and on which nothing critical rests, are counted only.
type inputComponents struct {
	Count    int              `json:"count"`
	Denied   []inputComponent `json:"denied"`   // of a denied origin
	Open     []inputComponent `json:"open"`     // critical, and their origin is not established
	Unknown  []string         `json:"unknown"`  // of which nobody knows who makes them: the first few
	Unmade   int              `json:"unmade"`   // how many these are
	Claimed  int              `json:"claimed"`  // of how many the origin is only claimed
	Critical int              `json:"critical"` // of how many something critical rests on them
}

type inputComponent struct {
	Name       string        `json:"name"`
	Capability string        `json:"capability"`
	Maker      string        `json:"maker"`
	Country    graph.Country `json:"country"`
}

// few is how many names a message has.
const few = 4

// components holds the origin of each against the limits; nil where nobody asks.
func components(cs []graph.Component, l *limits.Limits) *inputComponents {
	if len(cs) == 0 {
		return nil
	}
	out := &inputComponents{Count: len(cs), Denied: []inputComponent{}, Open: []inputComponent{}, Unknown: []string{}}
	for i := range cs {
		c := &cs[i]
		one := inputComponent{Name: c.Name, Capability: c.Capability}
		if o := c.Maker; o != nil {
			one.Maker, one.Country = cmp.Or(o.Name, string(o.Entity)), o.Seat
		}
		if c.Capability != "" {
			out.Critical++
		}
		switch a := l.Origin(c.Maker); {
		case a == limits.Outside:
			out.Denied = append(out.Denied, one)
			continue
		case a != limits.Unsure:
			continue
		case one.Maker == "":
			if out.Unmade++; len(out.Unknown) < few {
				out.Unknown = append(out.Unknown, c.Name)
			}
		default:
			out.Claimed++
		}
		if c.Capability != "" {
			out.Open = append(out.Open, one)
		}
	}
	return out
}
