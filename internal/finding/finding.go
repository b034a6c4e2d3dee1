// Package finding holds what Bailiwick says: findings, the verdict they come
// to, and the result document that every report is made of.
package finding

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Status is what a rule says about a subject.
type Status string

const (
	Pass       Status = "pass"
	Fail       Status = "fail"
	Undecided  Status = "undecided"    // something that the rule needs could not be established
	NotInForce Status = "not-in-force" // no requirement that the rule rests on applies on that day
	Waived     Status = "waived"       // a fail or undecided that a waiver covers
)

// Statuses are the known ones, in the order in which reports list them.
func Statuses() []Status { return []Status{Fail, Undecided, Waived, NotInForce, Pass} }

// Severity says how much harm a failed rule does.
type Severity string

const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
)

// Severities are the known ones, worst first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low} }

// Rank orders severities: 4 for critical down to 1 for low, 0 for any other text.
func (s Severity) Rank() int {
	switch s {
	case Critical:
		return 4
	case High:
		return 3
	case Medium:
		return 2
	case Low:
		return 1
	}
	return 0
}

// Basis says what a finding rests on.
type Basis string

const (
	// OnPerimeter is a breach of what the team decided; the requirements say
	// why it may matter, they are not themselves breached.
	OnPerimeter Basis = "perimeter"
	// OnRequirement is a breach of the requirements that the finding names.
	OnRequirement Basis = "requirement"
)

// A Finding is what one rule says about one asset or flow. The field names
// are those of the result document, which is stable.
type Finding struct {
	Rule     graph.RuleID    `json:"rule"`
	Title    string          `json:"title"`
	Status   Status          `json:"status"`
	Severity Severity        `json:"severity"`
	Subject  graph.Address   `json:"subject"`
	Root     string          `json:"root,omitempty"` // within which the subject is unique
	Type     string          `json:"type,omitempty"` // of the subject, as its language spells it
	Kind     graph.Kind      `json:"kind,omitempty"`
	Classes  []graph.ClassID `json:"classes,omitempty"` // data classes bound to the subject
	Places   []graph.Place   `json:"places,omitempty"`  // those that the finding is about
	Operator *graph.Operator `json:"operator,omitempty"`
	// About names what else the finding is about: "operator", "custody",
	// "cleartext", "maker", "support", "partial", "papers", "transfers", "setting:<name>", "document:<fact>".
	About        []string              `json:"about,omitempty"`
	Custody      *graph.Custody        `json:"custody,omitempty"`
	Maker        *graph.Maker          `json:"maker,omitempty"`
	Support      *graph.Support        `json:"support,omitempty"`
	Flow         *Flow                 `json:"flow,omitempty"`
	Origin       graph.Origin          `json:"origin"`
	Message      string                `json:"message"`
	Because      []string              `json:"because,omitempty"`
	Basis        Basis                 `json:"basis"`
	Requirements []graph.RequirementID `json:"requirements,omitempty"`
	Remedy       string                `json:"remedy,omitempty"`
	Waiver       *Waiver               `json:"waiver,omitempty"`
	// Blocks reports whether an undecided finding keeps the verdict from being
	// a pass: whether a bound class has unknown: block.
	Blocks bool `json:"blocks,omitempty"`
	// Violates reports whether the finding alone makes the verdict a violation:
	// whether it fails at or above the perimeter's gate.fail_on.
	Violates    bool   `json:"violates,omitempty"`
	Old         bool   `json:"old,omitempty"` // the baseline has it too
	Fingerprint string `json:"fingerprint"`
}

// A Flow is the edge that a finding is about.
type Flow struct {
	From  graph.Address   `json:"from"`
	To    graph.Address   `json:"to"`
	State graph.FlowState `json:"state"` // the most real of States
	// States are all ways in which it is known, Purposes why it is there; both absent
	// for a destination that is an attribute of an asset.
	States   []graph.FlowState `json:"states,omitempty"`
	Purposes []string          `json:"purposes,omitempty"`
	Traffic  *graph.Traffic    `json:"traffic,omitempty"`
}

// A Waiver is the exception that covers a finding.
type Waiver struct {
	Reason     string       `json:"reason"`
	ApprovedBy string       `json:"approved_by"`
	Expires    string       `json:"expires"`
	Origin     graph.Origin `json:"origin"`
	Was        Status       `json:"was"` // what the finding would be without it
}

// Print returns the fingerprint of a finding: 16 hexadecimal digits that stay
// the same when lines move and when other files change. It covers what was
// judged (rule, root, subject) and what about it is wrong (detail), so that a
// baseline cannot absorb a new violation of the same subject.
func Print(rule graph.RuleID, root string, subject graph.Address, detail string) string {
	h := sha256.New()
	for _, s := range []string{string(rule), root, string(subject), detail} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
