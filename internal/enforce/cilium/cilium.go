// Package cilium writes a policy for all pods of a cluster whose network is
// Cilium's: nothing leaves but to names and addresses that the perimeter's flows
// lead to, and no other name is resolved.
//
// https://docs.cilium.io/en/stable/security/policy/language/
package cilium

import (
	"net/netip"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target cilium.
var Target = enforce.Target{
	Name:  "cilium",
	Title: "Cilium: a policy for all pods that closes their ways out but to hosts inside, and their resolver with them",
	Holds: holds,
	Write: write,
}

var (
	holds = []graph.RuleID{"EGR-001", "EGR-003", "EGR-005", "EGR-007"}
	about = []string{
		"Nothing leaves a pod of any namespace, labelled or not, but to other pods and to what is named here, and no other name is resolved: a name is a way out too.",
		"Not asked of " + admission.System + ", where the cluster's own parts run. A host is an address once its name was asked for: where one address serves many names, such as",
		"at a content network, its other names are reached as well. A pod on the network of its node is no pod to Cilium: admission refuses it.",
		"Policies of namespaces add ways and take none away; the targets kubernetes, gatekeeper and kyverno refuse those that lead elsewhere.",
	}
)

type m = map[string]any

const namespace = "k8s:io.kubernetes.pod.namespace"

func write(b *bounds.Bounds) ([]enforce.File, error) {
	// Not those of the system: a rule without names for the resolver would let it be
	// asked for every name.
	pods := m{"matchExpressions": []any{m{"key": namespace, "operator": "Exists"}, m{"key": namespace, "operator": "NotIn", "values": []string{admission.System}}}}
	names := []any{m{"matchPattern": "**.cluster.local"}} // with what a search path makes of every other name
	var hosts, addresses []any
	for _, h := range admission.Hosts(b) {
		if a, err := netip.ParseAddr(h); err == nil {
			addresses = append(addresses, m{"cidr": netip.PrefixFrom(a, a.BitLen()).String()})
			continue
		}
		sel := m{"matchName": h}
		if below, ok := strings.CutPrefix(h, "*."); ok {
			sel = m{"matchPattern": "**." + below}
		}
		names, hosts = append(names, sel), append(hosts, sel)
	}
	egress := []any{
		m{"toEndpoints": []any{pods}},
		m{
			"toEndpoints": []any{m{"matchLabels": m{namespace: admission.System, "k8s:k8s-app": "kube-dns"}}},
			"toPorts":     []any{m{"ports": []any{m{"port": "53", "protocol": "ANY"}}, "rules": m{"dns": names}}},
		},
	}
	if len(hosts) > 0 {
		egress = append(egress, m{"toFQDNs": hosts})
	}
	if len(addresses) > 0 {
		egress = append(egress, m{"toCIDRSet": addresses})
	}
	f, err := admission.File(b, "closed.yaml", "A closed network by Cilium", about, holds, admission.Object{
		APIVersion: "cilium.io/v2", Kind: "CiliumClusterwideNetworkPolicy", Metadata: admission.NewMeta(b, admission.Closed, holds), Spec: m{
			"endpointSelector":  pods,
			"enableDefaultDeny": m{"egress": true, "ingress": false},
			"egress":            egress,
		}})
	return []enforce.File{f}, err
}
