package kb

import "github.com/bailiwick-dev/bailiwick/internal/graph"

// A Holder is somebody who has shares of an operator, in the end. AsOf is the
// day of the register or paper, not the one on which it was read.
type Holder struct {
	Fact    `yaml:",inline"`
	Name    string        `yaml:"name" json:"name"`
	Country graph.Country `yaml:"country" json:"country"` // where it is seated, or of which it is a citizen
	Share   float64       `yaml:"share" json:"share"`     // percent of capital or votes, whichever is more outside of the EU and less inside
}

// A Veto says whether somebody outside of the EU has one.
type Veto struct {
	Fact    `yaml:",inline"`
	Outside bool `yaml:"outside" json:"outside"`
}

// A Certificate is one that an operator holds.
type Certificate struct {
	Fact   `yaml:",inline"`
	Scheme string   `yaml:"scheme" json:"scheme"` // a word of Schemes
	Number string   `yaml:"number,omitempty" json:"number,omitempty"`
	Covers []string `yaml:"covers" json:"covers"` // a kind or type of service and a region each: "outscale_* cloudgouv-eu-west-1"
	From   string   `yaml:"from,omitempty" json:"from,omitempty"`
	Until  string   `yaml:"until,omitempty" json:"until,omitempty"` // the last day; absent: not known, and then it is never in force for certain
}

// Schemes are those of certificates, by word. The perimeter has the same words.
var Schemes = map[string]string{
	"secnumcloud": "SecNumCloud",
	"c5":          "C5",
	"eucs":        "EUCS",
	"iso27001":    "ISO/IEC 27001",
	"hds":         "HDS",
}
