// Package pulumi writes a pack of policies for Pulumi's engine: a program that
// every update runs before it makes anything, and the perimeter that it holds
// resources against, as data beside it.
package pulumi

import (
	"embed"
	"encoding/json"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

var holds = []graph.RuleID{"OPR-001", "LOC-001", "LOC-004", "LOC-005", "LOC-006", "LOC-010", "KEY-001", "KEY-002", "KEY-003", "EGR-012", "MDL-002", "TEE-001"}

const title = "Pulumi: a mandatory policy pack that refuses operators, places, copies, keys and exposure outside"

// Target is the target pulumi.
var Target = enforce.Target{
	Name:  "pulumi",
	Title: title,
	Holds: holds,
	Write: write,
}

//go:embed pack *.tmpl
var files embed.FS

// The documents that do not depend on a perimeter.
var fixed = []string{"PulumiPolicy.yaml", "index.js", "package.json"}

func write(b *bounds.Bounds) ([]enforce.File, error) {
	p := compile(b)
	text, err := enforce.JSON(p)
	if err != nil {
		return nil, err
	}
	out := []enforce.File{{Name: "perimeter.json", Data: text}}
	for _, name := range fixed {
		text, err := files.ReadFile("pack/" + name)
		if err != nil {
			return nil, err
		}
		out = append(out, enforce.File{Name: name, Data: text})
	}
	for _, doc := range []func(*bounds.Bounds, *Perimeter) (enforce.File, error){readme, example} {
		f, err := doc(b, p)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// A Perimeter is the data of the pack.
type Perimeter struct {
	Header   []string                `json:"header"`
	Inside   string                  `json:"inside"`
	Neutral  []string                `json:"neutral"` // packages that make nothing in a cloud
	Packages map[string]*Package     `json:"packages"`
	Placed   []string                `json:"placed"` // types that must say where they are
	Rules    []Rule                  `json:"rules"`
	Cites    map[graph.RuleID]string `json:"cites"`
}

// A Package is one of Pulumi's, which makes things at one cloud.
type Package struct {
	Why        string   `json:"why,omitempty"` // nothing of it may be
	Regions    []string `json:"regions"`       // in small letters, without spaces
	Zone       string   `json:"zone,omitempty"`
	Places     []string `json:"places"`     // names of inputs that say a place
	References []string `json:"references"` // forms of ids that say one
	Partition  string   `json:"partition,omitempty"`
	Provider   bool     `json:"provider,omitempty"` // its provider must say a region, which all that says none is in
}

// A Rule is one that resources of some types must keep.
type Rule struct {
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Types   []string `json:"types"`
	Path    string   `json:"path,omitempty"`
	Is      any      `json:"is,omitempty"`
	Not     []any    `json:"not,omitempty"`
	Matches string   `json:"matches,omitempty"`
	Unset   bool     `json:"unset,omitempty"`
	Refuse  string   `json:"refuse,omitempty"`
	Where   []string `json:"where,omitempty"` // only in these regions
	Cites   string   `json:"cites"`

	rule graph.RuleID
}

// Read reads the data of a pack.
func Read(text []byte) (*Perimeter, error) {
	var p Perimeter
	return &p, json.Unmarshal(text, &p)
}
