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
	return admission.Files(b, func(p *admission.Policy) ([]enforce.File, error) {
		spec := p.Spec()
		spec.ValidationActions = []string{"Deny"}
		// Pods and what makes them are all asked already.
		spec.Autogen = map[string]any{"podControllers": map[string]any{"controllers": []string{}}}
		f, err := admission.File(b, p.Name+".yaml", "Admission to a cluster by Kyverno", append(slices.Clone(p.About), why...), p.Holds,
			admission.Object{APIVersion: "policies.kyverno.io/v1", Kind: "ValidatingPolicy", Metadata: admission.NewMeta(b, "bailiwick-"+p.Name, p.Holds), Spec: spec})
		return []enforce.File{f}, err
	})
}

// why says what Kyverno must be installed with, for comments. The names are those
// of its chart's values.
var why = append(slices.Clone(admission.WhySystem),
	"Kyverno as it is installed by default asks no policy of nodes, of what nodes themselves ask, and of its own namespace, kube-public and kube-node-lease.",
	"Install it with config.excludeGroups: [], config.excludeKyvernoNamespace: false and config.resourceFiltersExclude:",
	"['[Node,*,*]', '[Node/?*,*,*]', '[*/*,kube-public,*]', '[*/*,kube-node-lease,*]'].")
