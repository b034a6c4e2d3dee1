// Package kubernetes writes guardrails that the API server of a cluster asks by
// itself, without anything installed: validating admission policies with their
// bindings, and a network policy that closes a namespace.
//
// https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
package kubernetes

import (
	"slices"

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
	var guards []guard
	for i := range policies {
		p := &policies[i]
		guards = append(guards, guard{p.Name, slices.Concat(p.About, admission.WhySystem), p.Holds, p.Spec(), nil})
	}
	var out []enforce.File
	if admission.Confidential(b) {
		guards = append(guards, closed(), kept())
		f, err := network(b)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	for i := range guards {
		f, err := guards[i].file(b)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// A guard is a policy and what puts it into force.
type guard struct {
	name  string
	about []string
	holds []graph.RuleID
	spec  admission.Spec
	param *paramRef
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

func (g *guard) file(b *bounds.Bounds) (enforce.File, error) {
	meta := admission.NewMeta(b, "bailiwick-"+g.name, g.holds)
	return admission.File(b, g.name+".yaml", "Admission to a cluster", g.about, g.holds,
		admission.Object{APIVersion: group, Kind: "ValidatingAdmissionPolicy", Metadata: meta, Spec: g.spec},
		admission.Object{APIVersion: group, Kind: "ValidatingAdmissionPolicyBinding", Metadata: meta, Spec: binding{meta.Name, []string{"Deny"}, g.param}})
}
