// Package kubernetes writes guardrails that the API server of a cluster asks by
// itself, without anything installed: validating admission policies with their
// bindings, and a network policy that closes a namespace.
//
// https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
package kubernetes

import (
	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target kubernetes.
var Target = enforce.Target{
	Name:  "kubernetes",
	Title: "Kubernetes: validating admission policies that fail closed, and a network policy for each namespace",
	Holds: admission.Rules,
	Write: write,
}

const group = "admissionregistration.k8s.io/v1"

func write(b *bounds.Bounds) ([]enforce.File, error) {
	policies, err := admission.Policies(b)
	if err != nil {
		return nil, err
	}
	var out []enforce.File
	add := func(f enforce.File, err2 error) {
		out = append(out, f)
		if err == nil {
			err = err2
		}
	}
	for i := range policies {
		p := &policies[i]
		add(file(b, p.Name, append(p.About, admission.WhySystem...), p.Holds, p.Spec(), nil))
	}
	if admission.Confidential(b) {
		spec, param := closed()
		add(file(b, "closed", append(aboutClosed, admission.WhySystem...), closes, spec, param))
		add(file(b, "kept", aboutKept, closes, kept(), nil))
		add(network(b))
	}
	return out, err
}

// A binding puts a policy into force.
type binding struct {
	PolicyName        string    `yaml:"policyName"`
	ValidationActions []string  `yaml:"validationActions,flow"`
	ParamRef          *paramRef `yaml:"paramRef,omitempty"`
}

type paramRef struct {
	Name                    string `yaml:"name"`
	ParameterNotFoundAction string `yaml:"parameterNotFoundAction"`
}

func file(b *bounds.Bounds, name string, about []string, holds []graph.RuleID, spec admission.Spec, param *paramRef) (enforce.File, error) {
	meta := admission.NewMeta(b, "bailiwick-"+name, holds)
	return admission.File(b, name+".yaml", "Admission to a cluster", about, holds,
		admission.Object{APIVersion: group, Kind: "ValidatingAdmissionPolicy", Metadata: meta, Spec: spec},
		admission.Object{APIVersion: group, Kind: "ValidatingAdmissionPolicyBinding", Metadata: meta, Spec: binding{meta.Name, []string{"Deny"}, param}})
}
