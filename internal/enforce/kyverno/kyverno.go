// Package kyverno writes guardrails for Kyverno: validating policies, which are
// those of the API server in all but their bindings.
//
// https://kyverno.io/docs/policy-types/validating-policy/
package kyverno

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission"
)

// Target is the target kyverno.
var Target = enforce.Target{
	Name:  "kyverno",
	Title: "Kyverno: validating policies that fail closed",
	Holds: admission.Rules,
	Write: write,
}

func write(b *bounds.Bounds) ([]enforce.File, error) {
	policies, err := admission.Policies(b)
	if err != nil {
		return nil, err
	}
	var out []enforce.File
	for i := range policies {
		p := &policies[i]
		spec := p.Spec()
		spec.ValidationActions = []string{"Deny"}
		// Pods and what makes them are all asked already.
		spec.Autogen = map[string]any{"podControllers": map[string]any{"controllers": []string{}}}
		f, err := admission.File(b, p.Name+".yaml", "Admission to a cluster by Kyverno", append(slices.Clone(p.About), why...), p.Holds,
			admission.Object{APIVersion: "policies.kyverno.io/v1", Kind: "ValidatingPolicy", Metadata: admission.NewMeta(b, "bailiwick-"+p.Name, p.Holds), Spec: spec})
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// why says what Kyverno must be installed with, for comments.
var why = append(slices.Clone(admission.WhySystem),
	"Kyverno leaves its own namespace and "+admission.System+" out unless its config says otherwise, and its resource filters drop nodes and more:",
	"install it with config.resourceFiltersExcludes for Node and Namespace, and without config.excludeGroups.")
