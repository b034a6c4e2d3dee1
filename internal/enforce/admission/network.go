package admission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// inward are annotations by which a cloud makes a load balancer that the internet
// cannot reach, as key=value. Those of "" are of many providers.
var inward = map[graph.ProviderID][]string{
	"aws":      {"service.beta.kubernetes.io/aws-load-balancer-internal=true", "service.beta.kubernetes.io/aws-load-balancer-scheme=internal"},
	"azurerm":  {"service.beta.kubernetes.io/azure-load-balancer-internal=true"},
	"google":   {"networking.gke.io/load-balancer-type=Internal", "cloud.google.com/load-balancer-type=Internal"},
	"scaleway": {"service.beta.kubernetes.io/scw-loadbalancer-private=true"},
	"":         {"service.beta.kubernetes.io/openstack-internal-load-balancer=true"},
}

// internal is the expression that a service has an annotation which makes its load
// balancer an internal one, of a cloud that may be used: others do not read it. None
// may say another thing: of two, a cloud heeds one.
func internal(b *bounds.Bounds) string {
	says, keys := slices.Clone(inward[""]), []string{}
	for i := range b.Clouds {
		if c := &b.Clouds[i]; c.Open() {
			says = append(says, inward[c.Provider]...)
		}
	}
	says = sorted(says)
	for _, s := range says {
		key, _, _ := strings.Cut(s, "=")
		keys = append(keys, key)
	}
	list := func(of []string) string { return "['" + strings.Join(of, "',\n'") + "']" }
	return fmt.Sprintf("variables.notes.exists(n, n in %[1]s) &&\nvariables.notes.all(n, n in %[1]s || !(n.split('=')[0] in %[2]s))", list(says), list(sorted(keys)))
}

// annotated is the expression of the annotations of an object.
func annotated(object string) string {
	return fmt.Sprintf("(has(%[1]s.metadata.annotations) ? %[1]s.metadata.annotations : {})", object)
}

// noted leaves alone what is not changed in what a policy reads that reads
// annotations too. Other metadata, such as a finalizer, may change.
var noted = Named{"changed", changed.Expression + CEL(" || "+annotated("object")+" != "+annotated("oldObject"))}

// services refuses services that are a name for a host outside, that take traffic
// for foreign addresses, and that the internet reaches.
func services(b *bounds.Bounds, in *inside) Policy {
	return Policy{
		Name: "services",
		About: []string{
			"No service is another name for a host outside, none takes the traffic to addresses that it names itself,",
			"and none is open to the internet: a load balancer is an internal one, or lists from where it may be reached.",
		},
		Holds: []graph.RuleID{"EGR-007", "EGR-012"},
		Resources: []Resources{
			// The status of a service is a way to its annotations too.
			{"", []string{"services", "services/status"}, []string{"Service"}},
			{"discovery.k8s.io", []string{"endpointslices"}, []string{"EndpointSlice"}},
		},
		Conditions: []Named{noted}, Inside: in.lists("hosts"),
		Variables: []Named{
			{"names", `object.kind == 'Service' ? (has(object.spec.externalName) && object.spec.externalName != '' ? [object.spec.externalName] : []) :
has(object.addressType) && object.addressType == 'FQDN' && has(object.endpoints) ? object.endpoints.map(e, e.addresses.join(' ')) : []`},
			{"strangers", CEL(foreign("variables.names"))},
			{"addresses", `object.kind == 'Service' && has(object.spec.externalIPs) ? object.spec.externalIPs : []`},
			{"notes", `has(object.metadata.annotations) ? object.metadata.annotations.map(k, k + '=' + object.metadata.annotations[k]) : []`},
		},
		Validations: []Validation{
			refusal("variables.strangers", "services that are names for hosts which no flow of the perimeter leads to (EGR-007)"),
			refusal("variables.addresses", "services that take the traffic to external addresses (EGR-012)"),
			{
				// The API takes spaces around a range. Two halves are the whole.
				Expression: CEL(`object.kind != 'Service' || !has(object.spec.type) || object.spec.type != 'LoadBalancer' ||
` + internal(b) + ` ||
has(object.spec.loadBalancerSourceRanges) && object.spec.loadBalancerSourceRanges.size() > 0 && object.spec.loadBalancerSourceRanges.all(r, !r.matches('/0*[0-7]\\s*$'))`),
				Message: "a load balancer is an internal one by its annotation, or lists in loadBalancerSourceRanges from where it may be reached (EGR-012)",
			},
		},
	}
}

// entries refuses ways in that end outside of the cluster: there TLS ends where
// nobody of the cluster sees it. A controller within is behind a service, which is
// asked by itself.
func entries() Policy {
	return Policy{
		Name: "entries", About: []string{"What answers for an Ingress or a Gateway is a program of this cluster, behind a service that is asked by itself; no edge of a cloud and no tunnel."},
		Holds: []graph.RuleID{"EGR-012", "LOC-008"},
		Resources: []Resources{
			{"networking.k8s.io", []string{"ingresses", "ingresses/status", "ingressclasses"}, []string{"Ingress", "IngressClass"}},
			{"gateway.networking.k8s.io", []string{"gatewayclasses"}, []string{"GatewayClass"}},
		},
		Conditions: []Named{noted},
		Validations: []Validation{
			{
				Expression: `object.kind != 'Ingress' || !has(object.metadata.annotations) || !('kubernetes.io/ingress.class' in object.metadata.annotations)`,
				Message:    "an Ingress names an IngressClass in spec.ingressClassName: the annotation kubernetes.io/ingress.class passes that by (EGR-012)",
			},
			{
				Expression: `object.kind == 'Ingress' || (object.kind == 'IngressClass' ? object.spec.controller : object.spec.controllerName) in [
  'k8s.io/ingress-nginx', 'nginx.org/ingress-controller', 'gateway.nginx.org/nginx-gateway-controller', 'traefik.io/ingress-controller', 'traefik.io/gateway-controller',
  'haproxy.org/ingress-controller', 'haproxy-ingress.github.io/controller', 'cilium.io/ingress-controller', 'io.cilium/gateway-controller', 'istio.io/ingress-controller',
  'istio.io/gateway-controller', 'istio.io/mesh-controller', 'gateway.envoyproxy.io/gatewayclass-controller', 'projectcontour.io/ingress-controller', 'projectcontour.io/gateway-controller']`,
				Message: "the controller is one that runs in the cluster (EGR-012, LOC-008)",
			},
		},
	}
}

// networks refuses holes in what is closed: NetworkPolicies add up, so that one
// opens what another closes; and a pod of the node's network is subject to none.
func networks(in *inside) Policy {
	return Policy{
		Name:  "networks",
		About: []string{"No policy of the network, Kubernetes' or Cilium's, opens the way to what no flow of the perimeter leads to, and no pod passes them by on the network of its node."},
		Holds: []graph.RuleID{"EGR-001", "EGR-003"},
		Resources: append(workloads(), Resources{"networking.k8s.io", []string{"networkpolicies"}, []string{"NetworkPolicy"}},
			Resources{"cilium.io", []string{"ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies"}, []string{"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"}}),
		// A policy of Cilium may have a list of specifications beside one.
		Conditions: []Named{{"changed", changed.Expression + " || object.kind.startsWith('Cilium') && has(object.specs)"}}, Inside: in.lists("hosts"),
		Variables: []Named{
			{"pods", `object.kind.endsWith('NetworkPolicy') ? [] :
` + pods.Expression},
			{"egress", `object.kind == 'NetworkPolicy' && has(object.spec.egress) ? object.spec.egress : []`},
			{"cilium", `!object.kind.startsWith('Cilium') ? [] : ((has(object.spec) ? [object.spec] : []) + (has(object.specs) ? object.specs : [])).map(s, has(s.egress) ? s.egress : [])`},
			{"names", `variables.cilium.map(l, l.filter(e, has(e.toFQDNs)).map(e, e.toFQDNs))`},
		},
		Validations: []Validation{
			{
				Expression: `variables.egress.all(e, has(e.to) && e.to.size() > 0)`,
				Message:    "a NetworkPolicy names to whom it opens a way (EGR-003)",
			},
			{
				Expression: `variables.egress.all(e, !has(e.to) || e.to.all(t, !has(t.ipBlock) || t.ipBlock.cidr.matches('/(32|128)$') && t.ipBlock.cidr.split('/')[0] in variables.inside.hosts))`,
				Message:    "a NetworkPolicy opens the way to single addresses only, which flows of the perimeter lead to (EGR-001)",
			},
			{
				Expression: `object.kind != 'NetworkPolicy' || !has(object.metadata.name) || object.metadata.name != '` + Closed + `' ||
!has(object.spec.podSelector.matchLabels) && !has(object.spec.podSelector.matchExpressions) && 'Egress' in object.spec.policyTypes`,
				Message: "the NetworkPolicy " + Closed + " selects all pods and closes their ways out (EGR-001)",
			},
			{
				Expression: `variables.cilium.all(l, l.all(e, !('toGroups' in e) && !('toNodes' in e) &&
  (e.size() == 0 || ['toEndpoints', 'toFQDNs', 'toCIDR', 'toCIDRSet', 'toEntities', 'toServices'].exists(k, k in e))))`,
				Message: "a policy of Cilium names to whom it opens a way, by pods, services, names or addresses (EGR-003)",
			},
			{
				Expression: CEL(`variables.names.all(l, l.all(names, names.all(n,
  has(n.matchName) && [` + bare("n.matchName") + `].exists(h, ` + named("h") + `) ||
  has(n.matchPattern) && variables.inside.hosts.exists(h, h.startsWith('*.') && (n.matchPattern == h || n.matchPattern == '*' + h)))))`),
				Message: "a policy of Cilium opens the way to names only that flows of the perimeter lead to (EGR-001)",
			},
			{
				Expression: `variables.cilium.all(l, l.all(e, (!has(e.toEntities) || e.toEntities.all(x, x in ['cluster', 'kube-apiserver', 'host', 'remote-node', 'health', 'init', 'ingress'])) &&
  (!has(e.toCIDR) || e.toCIDR.all(c, c.matches('/(32|128)$') && c.split('/')[0] in variables.inside.hosts)) &&
  (!has(e.toCIDRSet) || e.toCIDRSet.all(c, has(c.cidr) && c.cidr.matches('/(32|128)$') && c.cidr.split('/')[0] in variables.inside.hosts))))`,
				Message: "a policy of Cilium opens no way to the world, and to single addresses only, which flows of the perimeter lead to (EGR-001)",
			},
			{
				Expression: `object.kind != 'CiliumClusterwideNetworkPolicy' || !has(object.metadata.name) || object.metadata.name != '` + Closed + `' ||
has(object.spec.enableDefaultDeny.egress) && object.spec.enableDefaultDeny.egress && !has(object.spec.endpointSelector.matchLabels)`,
				Message: "the policy " + Closed + " of Cilium selects all pods and closes their ways out (EGR-001)",
			},
			{
				Expression: `variables.pods.all(p, !has(p.hostNetwork) || !p.hostNetwork)`,
				Message:    "a pod is not on the network of its node, where no NetworkPolicy counts (EGR-001)",
			},
		},
	}
}

// Closed is the name of the NetworkPolicy that closes a namespace.
const Closed = "bailiwick-closed"
