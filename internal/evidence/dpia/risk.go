package dpia

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A risk is one of the feared events of the assessment: the three of every impact
// assessment (the CNIL's method), and two that come with clouds and models.
type risk string

const (
	access  risk = "access"  // unlawful access to data
	change  risk = "change"  // unwanted change of data
	loss    risk = "loss"    // disappearance of data
	foreign risk = "foreign" // access under the law of a third country
	outputs risk = "outputs" // loss of control over what the AI says and does
)

// risks are in the order of the document.
var risks = []risk{access, change, loss, foreign, outputs}

// principles stands for the checks that are no source of a risk of its own: they ask
// whether the processing is necessary, proportionate and lawful (art. 35(7)(b)).
const principles risk = "principles"

// aside stands for the checks that the assessment draws no risk from: about energy,
// and those of the users themselves.
const aside risk = "aside"

// families are the risks of the checks by the first letters of their ids, exceptions
// those of single ones.
var (
	families = map[string]risk{
		"EGR": access, "ENC": access, "EXI": loss, "FLW": foreign, "KEY": access, "LOC": foreign,
		"LOG": access, "MDL": outputs, "OPR": foreign, "SCM": change, "SUP": access, "TEE": access,
	}
	exceptions = map[graph.RuleID]risk{
		"EGR-004": foreign, "EGR-005": foreign, "EGR-007": foreign, "EGR-008": foreign, "EGR-009": foreign, "EGR-011": foreign,
		"EXI-006": aside,
		"FLW-001": principles, "FLW-007": principles, "FLW-008": principles, "FLW-009": principles, "FLW-011": principles, "FLW-012": principles, "FLW-013": principles,
		"KEY-002": foreign, "KEY-003": foreign, "KEY-009": foreign,
		"LOG-001": foreign, "LOG-003": foreign, "LOG-006": principles, "LOG-007": change,
		"MDL-001": change, "MDL-004": change, "MDL-005": change, "MDL-006": change, "MDL-007": change, "MDL-009": foreign, "MDL-010": access,
		"OPR-005": access, "OPR-006": principles,
		"SCM-007": foreign, "SCM-008": loss, "SCM-009": foreign, "SCM-012": loss,
		"SUP-002": foreign, "SUP-003": foreign, "SUP-005": foreign,
	}
)

// riskOf is what a check speaks of.
func riskOf(id graph.RuleID) risk {
	if r, ok := exceptions[id]; ok {
		return r
	}
	family, _, _ := strings.Cut(string(id), "-")
	if r, ok := families[family]; ok {
		return r
	}
	return aside
}

// A checked is what one check said about a system.
type checked struct {
	*finding.Finding // the first of them, for its rule and severity
	pass             []*finding.Finding
	open             []*finding.Finding // fails before undecided before waived
	n                map[finding.Status]int
}

// failing reports whether the check says anything but that all is well.
func (k *checked) failing() bool { return len(k.open) > 0 }

// total counts the cases in which the check said anything that counts on the day.
func (k *checked) total() int { return len(k.pass) + len(k.open) }

// few bounds how many findings of one check are quoted: the others are counted, and
// "check --rule" lists them.
const few = 3
