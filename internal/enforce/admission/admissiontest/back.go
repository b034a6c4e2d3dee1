package admissiontest

import (
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Back is the property of the targets that write [admission.Policies]: what they
// enforce we recognise.
func Back(target enforce.Target) *enforcetest.Back {
	return &enforcetest.Back{
		Target: target, Perimeter: Perimeter, Pass: []graph.RuleID{"LOC-003", "MDL-004"},
		Mutants: []enforcetest.Mutant{
			{Name: "a region", Old: `"fr-par"`, New: `"us-east-1"`, Rule: "LOC-003"},
			{Name: "an operator of a node", Old: `"scaleway fr-par"`, New: `"aws us-east-1"`, Rule: "LOC-003"},
			{Name: "a registry", Old: `"rg.fr-par.scw.cloud"`, New: `"docker.io"`, Rule: "MDL-004"},
			{Name: "a host", Old: `"api.scaleway.ai"`, New: `"api.openai.com"`, Rule: "EGR-003"},
		},
	}
}
