//go:build real

package linkerd_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/linkerd"
)

// TestRealLinkerdDoors: the API server refuses what would open the mesh, and pods
// that go around it. Linkerd itself cannot be had: it is no Go module, and no
// package carries it.
func TestRealLinkerdDoors(t *testing.T) {
	object := func(version, kind, namespace, spec string) string {
		return "{apiVersion: " + version + ", kind: " + kind + ", metadata: {name: a, namespace: " + namespace + "}, spec: " + spec + "}"
	}
	network := func(namespace, spec string) string {
		return object("policy.linkerd.io/v1alpha1", "EgressNetwork", namespace, spec)
	}
	const before, rest = "{apiVersion: v1, kind: Pod, metadata: {name: old, namespace: bare", "}, spec: {containers: [{name: app, image: x}]}}"
	const app, proxy = "{name: app, image: x}", "{name: linkerd-proxy, image: y}"
	pod := func(namespace, meta, spec string) string { return enforcetest.Pod(namespace, meta, spec, app, proxy) }
	const (
		opens   = "EGR-002: a namespace"
		address = "EGR-004: no address"
		routes  = "EGR-004: routes out"
		start   = "EGR-001: pods start"
		has     = "EGR-001: a pod has"
		around  = "EGR-001: no pod takes"
		user    = "EGR-001: no program"
		node    = "EGR-001: the network"
		out     = "{parentRefs: [{name: triage}, {group: policy.linkerd.io, kind: EgressNetwork, name: all-egress, namespace: linkerd-egress, port: 443}]}"
		within  = "{parentRefs: [{name: db, kind: Service, group: core, port: 80}]}"
	)
	(&enforcetest.Doors{
		Target: linkerd.Target,
		Kinds: []string{"policy.linkerd.io/v1alpha1 EgressNetwork", "gateway.networking.k8s.io/v1alpha2 TLSRoute", "gateway.networking.k8s.io/v1alpha2 TCPRoute",
			"gateway.networking.k8s.io/v1 GRPCRoute", "policy.linkerd.io/v1beta3 HTTPRoute", "workload.linkerd.io/v1beta1 ExternalWorkload"},
		Policies: []string{"bailiwick-linkerd-objects", "bailiwick-linkerd-pods", "bailiwick-linkerd-services"},
		Before: `
{apiVersion: v1, kind: Namespace, metadata: {name: linkerd}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: linkerd-egress}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: triage, annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: off, annotations: {linkerd.io/inject: disabled}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: skips, annotations: {linkerd.io/inject: enabled, config.linkerd.io/skip-outbound-ports: 1-65535}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: bare}}
---
` + before + ", finalizers: [a.example/b]" + rest,
		Changes: []enforcetest.Change{
			{"an EgressNetwork opened", network("triage", "{trafficPolicy: Deny}"), network("triage", "{trafficPolicy: Allow}"), "", opens},
			{"an EgressNetwork narrowed", network("triage", "{trafficPolicy: Deny}"), network("triage", "{trafficPolicy: Deny, networks: [{cidr: 192.0.2.0/24}]}"), "", ""},
			{"another image of the proxy", pod("triage", "", ""), enforcetest.Pod("triage", "", "", app, "{name: linkerd-proxy, image: z}"), "", "EGR-001: the image"},
			{"another image of a program", pod("triage", "", ""), enforcetest.Pod("triage", "", "", "{name: app, image: z}", proxy), "", ""},
			{"a pod that was there before loses its finalizer", before + ", finalizers: [a.example/b]" + rest, before + rest, "", ""},
			{"a pod that was there before gets another image", before + rest, before + strings.Replace(rest, "image: x", "image: z", 1), "", start},
			{"kubectl debug", pod("triage", "", ""), pod("triage", "", ", ephemeralContainers: [{name: debug, image: x}]"), "/ephemeralcontainers", ""},
			{"kubectl debug as the proxy's user", pod("triage", "", ""), pod("triage", "", ", ephemeralContainers: [{name: debug, image: x, securityContext: {runAsUser: 2102}}]"), "/ephemeralcontainers", user},
		},
		Doors: append([]enforcetest.Door{
			{"an EgressNetwork that denies", network("triage", "{trafficPolicy: Deny}"), ""},
			{"an EgressNetwork that allows", network("triage", "{trafficPolicy: Allow}"), opens},
			{"an EgressNetwork that allows one network", network("triage", "{trafficPolicy: Allow, networks: [{cidr: 192.0.2.0/24}]}"), opens},
			{"an EgressNetwork in a namespace without labels", network("bare", "{trafficPolicy: Allow}"), opens},
			{"an EgressNetwork of the perimeter", network("linkerd-egress", "{trafficPolicy: Allow}"), ""},
			{"a TLSRoute out", object("gateway.networking.k8s.io/v1alpha2", "TLSRoute", "triage", out), routes},
			{"a TCPRoute out", object("gateway.networking.k8s.io/v1alpha2", "TCPRoute", "triage", out), routes},
			{"a GRPCRoute out", object("gateway.networking.k8s.io/v1", "GRPCRoute", "triage", out), routes},
			{"an HTTPRoute out", object("policy.linkerd.io/v1beta3", "HTTPRoute", "bare", out), routes},
			{"an HTTPRoute to a service", object("policy.linkerd.io/v1beta3", "HTTPRoute", "triage", within), ""},
			{"a TLSRoute of the perimeter", object("gateway.networking.k8s.io/v1alpha2", "TLSRoute", "linkerd-egress", out), ""},
			{"an address as a workload", object("workload.linkerd.io/v1beta1", "ExternalWorkload", "triage", "{workloadIPs: [{ip: 192.0.2.1}]}"), address},
			{"a pod", pod("triage", "", ""), ""},
			{"a pod that asks for its proxy", pod("bare", ", annotations: {linkerd.io/inject: enabled}", ""), ""},
			{"a pod with a native sidecar", enforcetest.Pod("triage", "", ", initContainers: [{name: linkerd-proxy, image: y, restartPolicy: Always}]", app), ""},
			{"a pod of the mesh itself", enforcetest.Pod("linkerd", "", "", app), ""},
			{"a pod that nobody added the proxy to", enforcetest.Pod("triage", "", "", app), has},
			{"a pod in a namespace without annotations", enforcetest.Pod("bare", "", "", app), start},
			{"a pod there that calls a container so", pod("bare", "", ""), start},
			{"a pod in default", pod("default", "", ""), start},
			{"a pod where injection is off", pod("off", "", ""), start},
			{"a pod without", pod("triage", ", annotations: {linkerd.io/inject: disabled}", ""), start},
			{"a pod without, in another word", pod("triage", `, annotations: {linkerd.io/inject: "no"}`, ""), start},
			{"a port around the proxy", pod("triage", `, annotations: {config.linkerd.io/skip-outbound-ports: "443"}`, ""), around},
			{"a port around the proxy, by namespace", pod("skips", "", ""), around},
			{"a port in around the proxy", pod("triage", `, annotations: {config.linkerd.io/skip-inbound-ports: "8080"}`, ""), around},
			{"a network around the proxy", pod("triage", ", annotations: {config.linkerd.io/skip-subnets: 0.0.0.0/0}", ""), around},
			{"everybody in", pod("triage", ", annotations: {config.linkerd.io/default-inbound-policy: all-unauthenticated}", ""), around},
			{"another proxy", pod("triage", ", annotations: {config.linkerd.io/proxy-image: x.example/proxy}", ""), around},
			{"a container as the proxy's user", enforcetest.Pod("triage", "", "", "{name: app, image: x, securityContext: {runAsUser: 2102}}", proxy), user},
			{"a pod as the proxy's user", pod("triage", "", ", securityContext: {runAsUser: 2102}"), user},
			{"a pod in the network of the node", pod("triage", "", ", hostNetwork: true"), node},
		}, enforcetest.Services...),
	}).Run(t)
}
