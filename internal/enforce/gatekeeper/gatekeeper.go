// Package gatekeeper writes guardrails for OPA Gatekeeper: for each policy a
// template with its expressions in CEL, and a constraint with the perimeter's lists
// as parameters.
//
// https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy
package gatekeeper

import (
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission"
)

// Target is the target gatekeeper.
var Target = enforce.Target{
	Name:  "gatekeeper",
	Title: "OPA Gatekeeper: constraint templates in CEL, and constraints with the perimeter's lists",
	Holds: admission.Rules,
	Write: write,
}

func write(b *bounds.Bounds) ([]enforce.File, error) {
	return admission.Files(b, func(p *admission.Policy) ([]enforce.File, error) {
		var out []enforce.File
		for _, o := range []struct {
			folder string
			object admission.Object
		}{{"templates", template(b, p)}, {"constraints", constraint(b, p)}} {
			f, err := admission.File(b, o.folder+"/"+p.Name+".yaml", "Admission to a cluster by Gatekeeper", append(slices.Clone(p.About), why...), p.Holds, o.object)
			if err != nil {
				return nil, err
			}
			out = append(out, f)
		}
		return out, nil
	})
}

// why says what Gatekeeper must be installed with, for comments. The names are
// those of its chart's values.
var why = []string{
	"Asked in every namespace, labelled or not, but " + admission.System + ", where the cluster's own parts start before any registry inside can be reached.",
	"Gatekeeper must fail closed, which it does not by itself: install it with validatingWebhookFailurePolicy: Fail, without exempted namespaces,",
	"and with ingresses/status, namespaces/finalize, namespaces/status, nodes/status and services/status among validatingWebhookSubResources:",
	"they are ways to labels and annotations.",
}

// kind names a template as constraints do.
func kind(p *admission.Policy) string {
	return "Bailiwick" + strings.ToUpper(p.Name[:1]) + p.Name[1:]
}

type m = map[string]any

// template says what is asked. Its lists are those of the constraint.
func template(b *bounds.Bounds, p *admission.Policy) admission.Object {
	lists := m{}
	for name := range p.Inside {
		lists[name] = m{"type": "array", "items": m{"type": "string"}}
	}
	source := source{FailurePolicy: "Fail", Conditions: p.Conditions, Variables: p.Variables, Validations: p.Validations}
	if len(p.Inside) > 0 {
		source.Variables = append([]admission.Named{{Name: "inside", Expression: "variables.params"}}, p.Variables...)
	}
	return admission.Object{APIVersion: "templates.gatekeeper.sh/v1", Kind: "ConstraintTemplate", Metadata: admission.NewMeta(b, strings.ToLower(kind(p)), p.Holds), Spec: m{
		"crd":     m{"spec": m{"names": m{"kind": kind(p)}, "validation": m{"openAPIV3Schema": m{"type": "object", "properties": lists}}}},
		"targets": []any{m{"target": "admission.k8s.gatekeeper.sh", "code": []any{m{"engine": "K8sNativeValidation", "source": source}}}},
	}}
}

// A source is a policy as Gatekeeper has it.
type source struct {
	FailurePolicy string                 `yaml:"failurePolicy"`
	Conditions    []admission.Named      `yaml:"matchCondition,omitempty"`
	Variables     []admission.Named      `yaml:"variables,omitempty"`
	Validations   []admission.Validation `yaml:"validations"`
}

// constraint puts a template into force. Subresources come as the kind that they
// are of.
func constraint(b *bounds.Bounds, p *admission.Policy) admission.Object {
	var kinds []any
	for _, r := range p.Resources {
		kinds = append(kinds, m{"apiGroups": []string{r.Group}, "kinds": r.Kinds})
	}
	spec := m{"enforcementAction": "deny", "match": m{"excludedNamespaces": []string{admission.System}, "kinds": kinds}}
	if len(p.Inside) > 0 {
		spec["parameters"] = maps.Clone(p.Inside)
	}
	return admission.Object{APIVersion: "constraints.gatekeeper.sh/v1beta1", Kind: kind(p), Metadata: admission.NewMeta(b, "bailiwick-"+p.Name, p.Holds), Spec: spec}
}
