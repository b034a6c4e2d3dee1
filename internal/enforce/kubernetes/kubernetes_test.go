package kubernetes_test

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission/admissiontest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/kubernetes"
)

// TestBack: the policies are read back, and the network policy closes the namespace
// that it is applied in.
func TestBack(t *testing.T) {
	b := admissiontest.Back(kubernetes.Target, `"%s"`)
	b.With = []enforce.File{admissiontest.Beside("")}
	b.Pass = append(b.Pass, "EGR-001")
	b.Mutants = append(b.Mutants,
		enforcetest.Mutant{Name: "a network that is not closed", Old: "policyTypes:\n    - Egress", New: "policyTypes:\n    - Ingress", Rule: "EGR-001"},
		enforcetest.Mutant{Name: "a network that opens all", Old: "    - to:\n        - podSelector: {}\n", New: "    - to:\n        - ipBlock: {cidr: 0.0.0.0/0}\n", Rule: "EGR-003"})
	b.Run(t)
}
