package admissiontest

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Back is the property of the targets that write [admission.Policies]: what they
// enforce we recognise. A list has its elements in the form, as "%s".
func Back(target enforce.Target, form string) *enforcetest.Back {
	mutant := func(name, from, to string, rule graph.RuleID) enforcetest.Mutant {
		return enforcetest.Mutant{Name: name, Old: fmt.Sprintf(form, from), New: fmt.Sprintf(form, to), Rule: rule}
	}
	return &enforcetest.Back{
		Target: target, Perimeter: Perimeter, Pass: []graph.RuleID{"EGR-003", "LOC-003", "MDL-004"},
		Mutants: []enforcetest.Mutant{
			mutant("a region", "fr-par", "us-east-1", "LOC-003"),
			mutant("an operator of a node", "scaleway fr-par", "aws us-east-1", "LOC-003"),
			mutant("a registry", "rg.fr-par.scw.cloud", "docker.io", "MDL-004"),
			mutant("a host", "api.scaleway.ai", "api.openai.com", "EGR-003"),
		},
	}
}
