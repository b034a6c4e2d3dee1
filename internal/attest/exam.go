package attest

import (
	"fmt"
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// Options are all that a verdict depends on beside the evidence.
type Options struct {
	Roots      Roots
	Now        time.Time
	Collateral *Collateral // nil when there is none
	Policy     Policy
	// ReportData is what the evidence must have signed along: the nonce, or
	// the digest that the requester made of it; shorter than the field, it
	// is filled with zeros. Nil means that nobody knows.
	ReportData []byte
	// Places knows where chips stand; nil when nothing is known.
	Places Locator
	// GuestVerified says that the guest who stated the GPU's mode passed an
	// attestation of its own that binds the statement.
	GuestVerified bool
}

// A Locator knows where a chip stands. It answers [Unknown], with a reason,
// for one that it does not know.
type Locator interface {
	Locate(chip Chip, at time.Time) Place
}

// An Exam collects the answers of one verification.
type Exam struct {
	Options
	Claims   Claims
	evidence Evidence
	checks   []Check
}

// Examine begins to look at evidence. A verifier fills the claims, asks what
// only its kind knows, and ends with [Exam.Finish].
func Examine(e Evidence, o Options) *Exam {
	if o.Collateral == nil {
		o.Collateral = &Collateral{}
	}
	return &Exam{Options: o, evidence: e}
}

// Pass notes a good answer.
func (x *Exam) Pass(c CheckName, format string, args ...any) {
	x.note(c, finding.VerdictPass, "", format, args)
}

// Refuse notes a bad answer. A policy that holds the exception takes it
// nevertheless; no exception means that none can.
func (x *Exam) Refuse(c CheckName, unless Exception, format string, args ...any) {
	x.note(c, finding.VerdictViolation, unless, format, args)
}

// Unknown notes that there is no answer, which is no pass either.
func (x *Exam) Unknown(c CheckName, unless Exception, format string, args ...any) {
	x.note(c, finding.VerdictUndecided, unless, format, args)
}

func (x *Exam) note(c CheckName, status finding.Verdict, unless Exception, format string, args []any) {
	check := Check{Name: c, Status: status, Message: fmt.Sprintf(format, args...)}
	if status != finding.VerdictPass && x.Policy.accepts(unless) {
		check.Status, check.Accepted = finding.VerdictPass, unless
	} else if status != finding.VerdictPass && unless != "" {
		check.Message += fmt.Sprintf("; a policy can accept it by `accept: [%s]`", unless)
	}
	x.checks = append(x.checks, check)
}

// Proved notes whether the certificate of a signer leads to a root, and says so.
func (x *Exam) Proved(leaf *Leaf, err error) bool {
	if err != nil {
		x.Refuse(CheckChain, "", "%v", err)
		return false
	}
	x.Pass(CheckChain, "%s", leaf)
	return true
}

// Movable notes that an agent may move the guest to another machine while it
// runs. Such an agent has the keys of the guest's memory, and the host chooses
// it: a guest that can be moved can be read, wherever it stands.
func (x *Exam) Movable(instead string) {
	x.Refuse(CheckPlace, AcceptMigration, "an agent may move the guest to another machine, and can read it then: %s", instead)
}

// Finish asks what is asked of every kind, and gives the verdict. What a
// report says that nobody signed is not judged.
func (x *Exam) Finish() *Verdict {
	where := Place{Grade: Unknown, Because: "the signature is not verified, so the chip's name is anybody's word"}
	x.judgeKind()
	if x.passed(CheckSignature) {
		x.judgeNonce()
		x.judgeDebug()
		x.judgeMeasurements()
		x.judgeFacts()
		x.judgeMinimum()
		where = x.judgePlace()
	} else if !slices.ContainsFunc(x.checks, func(c Check) bool { return c.Status != finding.VerdictPass }) {
		x.Unknown(CheckSignature, "", "nobody verified the signature")
	}
	v := &Verdict{
		Schema: Schema, Kind: x.evidence.Kind, Evidence: x.evidence.Digest(), Collateral: x.Collateral.Digest, Policy: x.Policy.Digest(),
		At: x.Now.UTC().Truncate(time.Second), Verdict: finding.VerdictPass, Checks: x.checks, Claims: x.Claims, Place: where,
	}
	for _, c := range v.Checks {
		switch c.Status {
		case finding.VerdictViolation:
			v.Verdict = finding.VerdictViolation
		case finding.VerdictUndecided:
			if v.Verdict == finding.VerdictPass {
				v.Verdict = finding.VerdictUndecided
			}
		}
	}
	return v
}
