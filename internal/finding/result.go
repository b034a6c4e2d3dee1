package finding

import (
	"cmp"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Schema names the result document and its version.
const Schema = "bailiwick/result/v1"

// Verdict is what a result comes to.
type Verdict string

const (
	VerdictPass      Verdict = "pass"
	VerdictViolation Verdict = "violation"
	VerdictUndecided Verdict = "undecided"
)

// Verdicts are the known ones, worst first.
func Verdicts() []Verdict { return []Verdict{VerdictViolation, VerdictUndecided, VerdictPass} }

// A Result is everything that one check found. It is written by the json
// format and read back by report, diff and --baseline.
type Result struct {
	Schema    string  `json:"schema"`
	Perimeter Named   `json:"perimeter"`
	KB        Named   `json:"kb"`
	Ruleset   Named   `json:"ruleset"` // every rule that was at hand, the user's among them
	At        string  `json:"at"`      // YYYY-MM-DD, the day whose law and waivers count
	Verdict   Verdict `json:"verdict"`
	// NewVerdict speaks of what the baseline does not have; empty without one.
	NewVerdict Verdict `json:"new_verdict,omitempty"`
	// Why says in a sentence or two what keeps the verdict from being a pass,
	// beyond the findings: problems, or nothing looked at.
	Why      []string        `json:"why,omitempty"`
	Summary  Summary         `json:"summary"`
	Rules    []RuleCount     `json:"rules"`
	Findings []Finding       `json:"findings"`
	Traffic  []TrafficRow    `json:"traffic,omitempty"`  // what was seen, by country and operator
	Problems []graph.Problem `json:"problems,omitempty"` // what could not be read
	Unknown  []TypeCount     `json:"unknown_types,omitempty"`
	Loosened []Loosened      `json:"loosened,omitempty"` // users' records that loosen the knowledge base
	// Unmatched are the patterns of bindings that bind no asset: a slip of the
	// pen, or written for another tree.
	Unmatched []string    `json:"unmatched_bindings,omitempty"`
	Waivers   []WaiverUse `json:"waivers,omitempty"`
	// Implements says which clause is implemented where, by what people wrote beside
	// the code; Inert are the types of assets that hold and move no data. Both with --all.
	Implements []Implemented `json:"implements,omitempty"`
	Inert      []TypeCount   `json:"inert_types,omitempty"`
	Assets     []Asset       `json:"inventory,omitempty"` // with --all
	Flows      []Edge        `json:"flows,omitempty"`     // with --all
	Others     []Said        `json:"others,omitempty"`    // what other scanners say, with --with
}

// Named is a document and the digest of its content.
type Named struct {
	Name   string `json:"name,omitempty"`
	Digest string `json:"digest"`
}

// Summary counts. Assets are those that were judged.
type Summary struct {
	Assets     int `json:"assets"`
	Flows      int `json:"flows"`
	Within     int `json:"within,omitempty"` // of the flows, those that stay inside
	Pass       int `json:"pass"`
	Fail       int `json:"fail"`
	Undecided  int `json:"undecided"`
	Waived     int `json:"waived"`
	NotInForce int `json:"not_in_force"`

	Files   int `json:"files"`   // that were read
	Blocks  int `json:"blocks"`  // resource blocks in them
	Absent  int `json:"absent"`  // blocks that come to no instance
	Inert   int `json:"inert"`   // assets that hold and move no data
	Unknown int `json:"unknown"` // assets of a type that no dialect knows
}

// RuleCount counts what one rule said.
type RuleCount struct {
	ID         graph.RuleID `json:"id"`
	Title      string       `json:"title"`
	Severity   Severity     `json:"severity"`
	Pass       int          `json:"pass"`
	Fail       int          `json:"fail"`
	Undecided  int          `json:"undecided"`
	Waived     int          `json:"waived"`
	NotInForce int          `json:"not_in_force"`
}

// TypeCount is a resource type, and how many assets have it.
type TypeCount struct {
	Type  string       `json:"type"`
	Count int          `json:"count"`
	First graph.Origin `json:"first"`
}

// Loosened is a record of the user's that is less strict than the embedded one.
type Loosened struct {
	Record string       `json:"record"`
	Reason string       `json:"reason"`
	Origin graph.Origin `json:"origin"`
}

// WaiverUse says what became of a waiver.
type WaiverUse struct {
	Rule    graph.RuleID `json:"rule"`
	Subject string       `json:"subject"`
	State   string       `json:"state"` // "applied", "expired", "unused", "refused"
	Why     string       `json:"why,omitempty"`
	Expires string       `json:"expires"`
	Reason  string       `json:"reason,omitempty"`
	By      string       `json:"approved_by,omitempty"`
	Used    int          `json:"used"`
	Origin  graph.Origin `json:"origin"`
}

// An Implemented is a clause that a tag, a label or a remark says an asset
// implements. Somebody says so: no check passes by it.
type Implemented struct {
	Clause  graph.RequirementID `json:"clause"`
	Subject graph.Address       `json:"subject"`
	Root    string              `json:"root,omitempty"`
	System  string              `json:"system,omitempty"`
	By      string              `json:"by"` // "tag" (or label) or "remark"
	Origin  graph.Origin        `json:"origin"`
}

// An Asset is one line of the inventory.
type Asset struct {
	Subject  graph.Address   `json:"subject"`
	Root     string          `json:"root,omitempty"`
	Type     string          `json:"type"`
	Kind     graph.Kind      `json:"kind"`
	Classes  []graph.ClassID `json:"classes,omitempty"`
	System   string          `json:"system,omitempty"`
	Places   []graph.Place   `json:"places,omitempty"`
	Operator *graph.Operator `json:"operator,omitempty"`
	Custody  *graph.Custody  `json:"custody,omitempty"`
	Maker    *graph.Maker    `json:"maker,omitempty"`
	Because  []string        `json:"because,omitempty"`
	Origin   graph.Origin    `json:"origin"`
}

// Sort puts findings into the order of the result document: by file, line,
// subject, rule, then fingerprint.
func Sort(fs []Finding) {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Origin.File, b.Origin.File),
			cmp.Compare(a.Origin.Line, b.Origin.Line),
			cmp.Compare(a.Root, b.Root),
			cmp.Compare(a.Subject, b.Subject),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Fingerprint, b.Fingerprint),
		)
	})
}
