package mint

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// A Case is a row of a table: evidence, and what it must come to.
type Case struct {
	Name     string
	Evidence attest.Evidence
	Options  attest.Options
	Want     finding.Verdict
	// By is the check that decides, if it is no pass; Says is a part of its
	// message, if that matters.
	By   attest.CheckName
	Says string
}

// Pass is a row of good evidence.
func Pass(name string, e attest.Evidence, o attest.Options) Case {
	return Case{Name: name, Evidence: e, Options: o, Want: finding.VerdictPass}
}

// Refused is a row of bad evidence.
func Refused(name string, e attest.Evidence, o attest.Options, by attest.CheckName, says string) Case {
	return Case{name, e, o, finding.VerdictViolation, by, says}
}

// Open is a row of evidence that cannot be judged.
func Open(name string, e attest.Evidence, o attest.Options, by attest.CheckName, says string) Case {
	return Case{name, e, o, finding.VerdictUndecided, by, says}
}

// A Verifier is that of one kind.
type Verifier func(attest.Evidence, attest.Options) (*attest.Verdict, error)

// Run runs a table. A verdict must come from the check that the row names and
// from no other, so that a row shows one thing.
func Run(t *testing.T, verify Verifier, cases []Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			v, err := verify(c.Evidence, c.Options)
			if err != nil {
				t.Fatal(err)
			}
			if v.Verdict != c.Want {
				t.Fatalf("verdict %s, want %s:\n%s", v.Verdict, c.Want, strings.Join(v.Why(), "\n"))
			}
			decided := false
			for _, check := range v.Checks {
				if check.Status == finding.VerdictPass {
					continue
				}
				if check.Status == c.Want && check.Name == c.By && strings.Contains(check.Message, c.Says) {
					decided = true
				} else if check.Status == c.Want && check.Name != c.By {
					t.Errorf("decided by %s, not by %s: %s", check.Name, c.By, check.Message)
				}
			}
			if !decided && c.Want != finding.VerdictPass {
				t.Errorf("no check %s says %q:\n%s", c.By, c.Says, strings.Join(v.Why(), "\n"))
			}
		})
	}
}
