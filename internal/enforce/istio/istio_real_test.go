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
	cmd := exec.Command(enforcetest.Peer(t, "istioctl"), args...)
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

// TestRealIstioDoors: pods that would go around the mesh are refused.
func TestRealIstioDoors(t *testing.T) {
	enforcetest.Pods(t, istio.Target, enforcetest.Sends, "doors.yaml", "istio-proxy", []enforcetest.Pod{
		{Name: "as it should be", Meta: ", labels: {app: triage}"},
		{Name: "without a proxy, by annotation", Meta: `, annotations: {sidecar.istio.io/inject: "false"}`, Refused: true},
		{Name: "without a proxy, by label", Meta: `, labels: {sidecar.istio.io/inject: "false"}`, Refused: true},
		{Name: "around its proxy", Meta: ", annotations: {traffic.sidecar.istio.io/excludeOutboundIPRanges: 0.0.0.0/0}", Refused: true},
		{Name: "in a namespace without labels", Bare: true, Refused: true},
		{Name: "in the network of the node", Spec: ", hostNetwork: true", Refused: true},
	})
}
