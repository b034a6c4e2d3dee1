package attest

import (
	"encoding/json"
	"io"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// Schema names the form of a verdict.
const Schema = "bailiwick/attestation/v1"

// A Verdict is what the evidence comes to under a policy. It is what the
// ledger keeps and what the command prints.
type Verdict struct {
	Schema     string          `json:"schema"`
	Kind       Kind            `json:"kind"`
	Evidence   string          `json:"evidence"`             // digest of the report
	Collateral string          `json:"collateral,omitempty"` // digest of the bundle
	Policy     string          `json:"policy"`               // digest of the policy
	At         time.Time       `json:"at"`                   // the clock that counted
	Verdict    finding.Verdict `json:"verdict"`
	Checks     []Check         `json:"checks"`
	Claims     Claims          `json:"claims"`
	Place      Place           `json:"place"`
}

// A Check is one question that was asked of the evidence.
type Check struct {
	Name    CheckName       `json:"name"`
	Status  finding.Verdict `json:"status"`
	Message string          `json:"message"`
	// Accepted is the word of the policy that lets the check pass although
	// the answer is bad or unknown.
	Accepted Exception `json:"accepted,omitempty"`
}

// CheckName is what a check asks.
type CheckName string

const (
	CheckSignature   CheckName = "signature"   // the device signed the report
	CheckChain       CheckName = "chain"       // its key leads to a pinned root
	CheckRevocation  CheckName = "revocation"  // no certificate on the way is revoked
	CheckCollateral  CheckName = "collateral"  // vendor's statements: signed, of this device, not expired
	CheckTCB         CheckName = "tcb"         // firmware and microcode are recent enough
	CheckDebug       CheckName = "debug"       // the host cannot look in
	CheckMeasurement CheckName = "measurement" // what runs is allowed
	CheckNonce       CheckName = "nonce"       // the evidence answers this request
	CheckKind        CheckName = "kind"        // the policy takes this kind of evidence
	CheckMode        CheckName = "mode"        // the GPU is in confidential mode
	CheckFacts       CheckName = "facts"       // versions, levels and flags are allowed
	CheckPlace       CheckName = "place"       // the chip stands where it may
)

// Place is where the chip stands, and how good the reason is to believe it.
// No quote says that: see the package place.
type Place struct {
	Grade    Grade  `json:"grade"`
	Site     string `json:"site,omitempty"`
	Country  string `json:"country,omitempty"` // ISO 3166-1
	Operator string `json:"operator,omitempty"`
	By       string `json:"by,omitempty"` // who says so: the name of a key, or a file
	Because  string `json:"because"`
}

// Grade is how well the place of a chip is known.
type Grade string

const (
	Enrolled Grade = "enrolled" // the operator or DPO signed that this chip stands there
	Endorsed Grade = "endorsed" // the provider signed it
	Declared Grade = "declared" // somebody said it
	Unknown  Grade = "unknown"
)

// Grades are the known ones, best first.
func Grades() []Grade { return []Grade{Enrolled, Endorsed, Declared, Unknown} }

// AtLeast says whether the grade is as good as another.
func (g Grade) AtLeast(other Grade) bool { return g.rank() <= other.rank() }

func (g Grade) rank() int {
	for i, o := range Grades() {
		if g == o {
			return i
		}
	}
	return len(Grades())
}

// Encode writes the verdict as JSON, with a final newline.
func (v *Verdict) Encode(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// Why is the messages of the checks that keep the verdict from a pass.
func (v *Verdict) Why() []string {
	var why []string
	for _, c := range v.Checks {
		if c.Status != finding.VerdictPass {
			why = append(why, string(c.Name)+": "+c.Message)
		}
	}
	return why
}
