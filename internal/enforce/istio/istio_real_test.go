//go:build real

package istio_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/istio"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// asked asks istioctl about what was written, with one text of egress.yaml replaced.
func asked(t *testing.T, old, now string, args ...string) (string, error) {
	t.Helper()
	dir := enforcetest.Written(t, istio.Target, enforcetest.Sends)
	file := filepath.Join(dir, "egress.yaml")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(src), old) {
		t.Fatalf("%q is not in egress.yaml", old)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(src), old, now, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(peer.Path(t, "istioctl"), args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "KUBECONFIG="+os.DevNull)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestRealIstio: Istio's own validation and analysis take what is written without a
// warning, and refuse what does not hold together. Without a cluster they do not
// judge whether a host is inside: that our sources do (TestBack).
func TestRealIstio(t *testing.T) {
	validate := []string{"validate", "-f", "mesh.yaml", "-f", "egress.yaml"}
	analyze := []string{"analyze", "--use-kube=false", "-A", "--failure-threshold", "Warning", "egress.yaml"}
	for _, args := range [][]string{validate, analyze} {
		if out, err := asked(t, "", "", args...); err != nil || strings.Contains(out, "arning") {
			t.Errorf("istioctl %s: %v\n%s", args[0], err, out)
		}
	}
	refused := 0
	mutants := []struct{ name, old, now, why string }{
		{"a mode that there is not", "mode: REGISTRY_ONLY", "mode: CLOSED", "unknown value"},
		{"a member that there is not", "outboundTrafficPolicy:", "outboundPolicy:", "unknown"},
		{"an address for a name", `hosts: ["api.scaleway.ai"]`, `hosts: ["https://api.scaleway.ai/v1"]`, "invalid"},
		{"a star for all", `hosts: ["api.scaleway.ai"]`, `hosts: ["*"]`, "ServiceEntry"},
		{"another host is routed", `sniHosts: ["api.scaleway.ai"]`, `sniHosts: ["api.openai.com"]`, "api.openai.com"},
		{"a gateway for another host", "hosts:\n        - \"api.scaleway.ai\"", "hosts:\n        - \"api.openai.com\"", "IST0132"},
		{"a gateway that is not there", "gateways: [mesh, egress]", "gateways: [mesh, gone]", "IST0101"},
	}
	for _, m := range mutants {
		one, _ := asked(t, m.old, m.now, validate...)
		two, _ := asked(t, m.old, m.now, analyze...)
		if out := one + two; !strings.Contains(out, m.why) {
			t.Errorf("%s: not refused for %s:\n%s", m.name, m.why, out)
		} else {
			refused++
		}
	}
	t.Logf("allowed, and %d of %d mutants refused", refused, len(mutants))
}

// TestRealIstioDoors: the API server refuses what would open the mesh, and pods that
// go around it.
func TestRealIstioDoors(t *testing.T) {
	object := func(version, kind, namespace, spec string) string {
		return "{apiVersion: " + version + ", kind: " + kind + ", metadata: {name: a, namespace: " + namespace + "}, spec: " + spec + "}"
	}
	net := func(kind, spec string) string { return object("networking.istio.io/v1", kind, "triage", spec) }
	tls := func(spec string) string {
		return object("security.istio.io/v1", "PeerAuthentication", "triage", spec)
	}
	const before, rest = "{apiVersion: v1, kind: Pod, metadata: {name: old, namespace: bare", "}, spec: {containers: [{name: app, image: x}]}}"
	const app, proxy = "{name: app, image: x}", "{name: istio-proxy, image: y}"
	pod := func(namespace, meta, spec string) string { return enforcetest.Pod(namespace, meta, spec, app, proxy) }
	const (
		sidecar  = "EGR-002: a Sidecar lets"
		sees     = "EGR-004: a Sidecar sees"
		setUp    = "EGR-004: hosts and proxies"
		gateway  = "EGR-004: a Gateway"
		mutual   = "ENC-002: workloads"
		start    = "EGR-001: pods start"
		has      = "EGR-001: a pod has"
		leaves   = "EGR-001: no pod leaves"
		around   = "EGR-001: no pod takes"
		user     = "EGR-001: no program"
		node     = "EGR-001: the network"
		entry    = "{hosts: [api.openai.com], location: MESH_EXTERNAL, resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}"
		inject   = ", labels: {sidecar.istio.io/inject: \"true\"}"
		excluded = ", annotations: {traffic.sidecar.istio.io/excludeOutboundIPRanges: 0.0.0.0/0}"
		own      = ", initContainers: [{name: istio-validation, image: y, securityContext: {runAsUser: 1337}}]"
		cni      = `, annotations: {sidecar.istio.io/interceptionMode: REDIRECT, traffic.sidecar.istio.io/includeOutboundIPRanges: "*", traffic.sidecar.istio.io/excludeInboundPorts: "15020"}`
	)
	(&enforcetest.Doors{
		Target: istio.Target,
		Kinds: []string{"networking.istio.io/v1 Sidecar", "networking.istio.io/v1 ServiceEntry", "networking.istio.io/v1alpha3 EnvoyFilter", "networking.istio.io/v1 WorkloadEntry",
			"networking.istio.io/v1beta1 ProxyConfig", "networking.istio.io/v1 Gateway", "security.istio.io/v1 PeerAuthentication"},
		Policies: []string{"bailiwick-mesh-objects", "bailiwick-mesh-pods", "bailiwick-mesh-services"},
		Before: `
{apiVersion: v1, kind: Namespace, metadata: {name: istio-system}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: triage, labels: {istio-injection: enabled}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: revised, labels: {istio.io/rev: stable}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: off, labels: {istio-injection: disabled, istio.io/rev: stable}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: bare}}
---
` + before + ", finalizers: [a.example/b]" + rest,
		Changes: []enforcetest.Change{
			{"a Sidecar opened", net("Sidecar", `{egress: [{hosts: ["istio-system/*"]}]}`), net("Sidecar", `{egress: [{hosts: ["*/*"]}]}`), "", sees},
			{"a Sidecar narrowed", net("Sidecar", `{egress: [{hosts: ["istio-system/*"]}]}`), net("Sidecar", `{egress: [{hosts: ["~/*"]}]}`), "", ""},
			{"another image of the proxy", pod("triage", "", ""), enforcetest.Pod("triage", "", "", app, "{name: istio-proxy, image: z}"), "", "EGR-001: the image"},
			{"another image of a program", pod("triage", "", ""), enforcetest.Pod("triage", "", "", "{name: app, image: z}", proxy), "", ""},
			{"a pod that was there before loses its finalizer", before + ", finalizers: [a.example/b]" + rest, before + rest, "", ""},
			{"a pod that was there before gets another image", before + rest, before + strings.Replace(rest, "image: x", "image: z", 1), "", start},
			{"kubectl debug", pod("triage", "", ""), pod("triage", "", ", ephemeralContainers: [{name: debug, image: x}]"), "/ephemeralcontainers", ""},
			{"kubectl debug as the proxy's user", pod("triage", "", ""), pod("triage", "", ", ephemeralContainers: [{name: debug, image: x, securityContext: {runAsUser: 1337}}]"), "/ephemeralcontainers", user},
		},
		Doors: append([]enforcetest.Door{
			{"a Sidecar that sees the cluster", net("Sidecar", `{outboundTrafficPolicy: {mode: REGISTRY_ONLY}, egress: [{hosts: ["./db.triage.svc.cluster.local", "istio-system/*", "~/*"]}]}`), ""},
			{"a Sidecar of the mesh's mode", net("Sidecar", `{egress: [{hosts: ["istio-system/*"]}]}`), ""},
			{"a Sidecar that lets everything out", net("Sidecar", `{outboundTrafficPolicy: {mode: ALLOW_ANY}, egress: [{hosts: ["istio-system/*"]}]}`), sidecar},
			{"a Sidecar without a mode", net("Sidecar", `{outboundTrafficPolicy: {}, egress: [{hosts: ["istio-system/*"]}]}`), sidecar},
			{"a Sidecar that sees all namespaces", net("Sidecar", `{egress: [{hosts: ["*/*"]}]}`), sees},
			{"a Sidecar that sees a host", net("Sidecar", `{egress: [{hosts: ["istio-system/*"]}, {hosts: ["*/api.openai.com"]}]}`), sees},
			{"a Sidecar that says nothing", net("Sidecar", `{}`), sees},
			{"a Sidecar with no egress", net("Sidecar", `{egress: []}`), sees},
			{"a ServiceEntry", net("ServiceEntry", entry), setUp},
			{"a ServiceEntry in default", object("networking.istio.io/v1", "ServiceEntry", "default", entry), setUp},
			{"a ServiceEntry in a namespace without labels", object("networking.istio.io/v1", "ServiceEntry", "bare", entry), setUp},
			{"a ServiceEntry of the perimeter", object("networking.istio.io/v1", "ServiceEntry", "istio-system", entry), ""},
			{"a WorkloadEntry", net("WorkloadEntry", "{address: 192.0.2.1}"), setUp},
			{"an EnvoyFilter", object("networking.istio.io/v1alpha3", "EnvoyFilter", "triage", "{configPatches: []}"), setUp},
			{"a ProxyConfig", object("networking.istio.io/v1beta1", "ProxyConfig", "triage", "{concurrency: 0}"), setUp},
			{"a Gateway into the cluster", net("Gateway", "{selector: {istio: ingressgateway}, servers: []}"), ""},
			{"a Gateway for the way out", net("Gateway", "{selector: {istio: egressgateway}, servers: []}"), gateway},
			{"a Gateway for all", net("Gateway", "{servers: []}"), gateway},
			{"a Gateway by another label", net("Gateway", "{selector: {chart: gateways}, servers: []}"), gateway},
			{"mutual TLS", tls("{mtls: {mode: STRICT}}"), ""},
			{"clear text", tls("{mtls: {mode: PERMISSIVE}}"), mutual},
			{"clear text on a port", tls(`{mtls: {mode: STRICT}, portLevelMtls: {"8080": {mode: DISABLE}}}`), mutual},
			{"a pod", pod("triage", "", ""), ""},
			{"a pod of a revision", pod("revised", "", ""), ""},
			{"a pod that asks for its proxy", pod("bare", inject, ""), ""},
			{"a pod with a native sidecar", enforcetest.Pod("triage", "", ", initContainers: [{name: istio-proxy, image: y, restartPolicy: Always}]", app), ""},
			{"a pod of the plugin for networks", pod("triage", cni, own), ""},
			{"a pod of the mesh itself", enforcetest.Pod("istio-system", "", "", app), ""},
			{"a pod that nobody added the proxy to", enforcetest.Pod("triage", "", "", app), has},
			{"a pod in a namespace without labels", enforcetest.Pod("bare", "", "", app), start},
			{"a pod there that calls a container so", pod("bare", "", ""), start},
			{"a pod in default", pod("default", "", ""), start},
			{"a pod where injection is off", pod("off", "", ""), start},
			{"a pod where injection is off that asks for it", pod("off", inject, ""), start},
			{"a pod without, by annotation", pod("triage", `, annotations: {sidecar.istio.io/inject: "false"}`, ""), leaves},
			{"a pod without, by label", pod("triage", `, labels: {sidecar.istio.io/inject: "false"}`, ""), leaves},
			{"a pod without, in another word", pod("triage", `, labels: {sidecar.istio.io/inject: "no"}`, ""), leaves},
			{"a pod around its proxy", pod("triage", excluded, ""), around},
			{"a pod with few ranges", pod("triage", `, annotations: {traffic.sidecar.istio.io/includeOutboundIPRanges: 10.0.0.0/8}`, ""), around},
			{"a pod with a port around its proxy", pod("triage", `, annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: "443"}`, ""), around},
			{"a pod that catches nothing", pod("triage", `, annotations: {sidecar.istio.io/interceptionMode: NONE}`, ""), around},
			{"a pod of another control plane", pod("triage", `, annotations: {proxy.istio.io/config: "discoveryAddress: x.example:15012"}`, ""), around},
			{"a pod with a proxy of its own", pod("triage", `, annotations: {proxy.istio.io/overrides: "{}"}`, ""), around},
			{"a container as the proxy's user", enforcetest.Pod("triage", "", "", "{name: app, image: x, securityContext: {runAsUser: 1337}}", proxy), user},
			{"a pod as the proxy's group", pod("triage", "", ", securityContext: {runAsGroup: 1337}"), user},
			{"an init container as the proxy's user", pod("triage", "", ", initContainers: [{name: i, image: x, securityContext: {runAsUser: 1337}}]"), user},
			{"a pod in the network of the node", pod("triage", "", ", hostNetwork: true"), node},
		}, enforcetest.Services...),
	}).Run(t)
}
