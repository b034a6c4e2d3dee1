package kubernetes

import (
	"fmt"
	"net/netip"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

var (
	closes      = []graph.RuleID{"EGR-001"}
	aboutClosed = []string{"No pod starts in a namespace that is not closed: the NetworkPolicy " + admission.Closed + " of its namespace is the parameter, and without it everything is refused."}
	aboutKept   = []string{"Nobody takes the NetworkPolicy " + admission.Closed + " out of a namespace, unless the whole namespace goes."}
)

// closed asks each pod for the network policy of its namespace, which is found by
// its name.
func closed() (admission.Spec, *paramRef) {
	p := admission.Policy{
		Resources: []admission.Resources{{Resources: []string{"pods"}}},
		Validations: []admission.Validation{{
			Expression: `params != null && !has(params.spec.podSelector.matchLabels) && !has(params.spec.podSelector.matchExpressions) && has(params.spec.policyTypes) && 'Egress' in params.spec.policyTypes`,
			Message:    "the NetworkPolicy " + admission.Closed + " of the namespace selects all pods and closes their ways out (EGR-001)",
		}},
	}
	s := p.Spec()
	s.MatchConstraints.ResourceRules[0].Operations = []string{"CREATE"}
	s.ParamKind = map[string]string{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
	return s, &paramRef{Name: admission.Closed, ParameterNotFoundAction: "Deny"}
}

// kept refuses to delete that network policy.
func kept() admission.Spec {
	p := admission.Policy{
		Resources: []admission.Resources{{Group: "networking.k8s.io", Resources: []string{"networkpolicies"}}},
		Validations: []admission.Validation{{
			Expression: admission.CEL(fmt.Sprintf(`oldObject.metadata.name != '%s' || namespaceObject != null && has(namespaceObject.metadata.deletionTimestamp)`, admission.Closed)),
			Message:    "the NetworkPolicy " + admission.Closed + " stays as long as its namespace (EGR-001)",
		}},
	}
	s := p.Spec()
	s.MatchConstraints.ResourceRules[0].Operations = []string{"DELETE"}
	return s
}

// network closes a namespace: its pods reach each other, the cluster's resolver,
// and the addresses that flows lead to.
func network(b *bounds.Bounds) (enforce.File, error) {
	about := []string{
		"Apply it in every namespace: kubectl apply -n NAMESPACE -f network.yaml. No pod connects to anything outside of the namespace but the",
		"resolver of the cluster. Ways to other namespaces are opened by policies beside it, which name whom they lead to.",
	}
	type m = map[string]any
	egress := []any{
		m{"to": []any{m{"podSelector": m{}}}},
		m{
			"to":    []any{m{"namespaceSelector": m{"matchLabels": m{admission.SystemLabel: admission.System}}, "podSelector": m{"matchLabels": m{"k8s-app": "kube-dns"}}}},
			"ports": []any{m{"port": 53, "protocol": "UDP"}, m{"port": 53, "protocol": "TCP"}},
		},
	}
	for _, h := range admission.Hosts(b) {
		a, err := netip.ParseAddr(h)
		if err != nil {
			about = append(about, fmt.Sprintf("A flow of the perimeter leads to %s, and stays closed here: a NetworkPolicy knows no names. The target cilium or a mesh opens it.", h))
			continue
		}
		egress = append(egress, m{"to": []any{m{"ipBlock": m{"cidr": netip.PrefixFrom(a, a.BitLen()).String()}}}})
	}
	return admission.File(b, "network.yaml", "A closed namespace", about, closes,
		admission.Object{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy", Metadata: admission.NewMeta(b, admission.Closed, closes),
			Spec: m{"podSelector": m{}, "policyTypes": []string{"Egress"}, "egress": egress}})
}
