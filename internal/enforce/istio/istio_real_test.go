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

// asked gives a tool files of a copy of what was written, with one text replaced,
// and returns what it says; a test that replaces nothing ends.
func asked(t *testing.T, old, now string, file string, tool string, args ...string) (string, error) {
	t.Helper()
	dir := enforcetest.Written(t, istio.Target, inside)
	for _, name := range []string{"mesh.yaml", "egress.yaml", "doors.yaml"} {
		src, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if name == file && !strings.Contains(string(src), old) {
			t.Fatalf("%q is not in %s", old, file)
		}
		if name == file {
			src = []byte(strings.Replace(string(src), old, now, 1))
		}
		if err := os.WriteFile(filepath.Join(dir, name), src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(enforcetest.Peer(t, tool), args...)
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
		if out, err := asked(t, "", "", "", "istioctl", args...); err != nil || strings.Contains(out, "arning") {
			t.Errorf("istioctl %s: %v\n%s", args[0], err, out)
		}
	}
	refused := 0
	mutants := []struct{ name, file, old, now, why string }{
		{"a mode that there is not", "egress.yaml", "mode: REGISTRY_ONLY", "mode: CLOSED", "unknown value"},
		{"a member that there is not", "egress.yaml", "outboundTrafficPolicy:", "outboundPolicy:", "unknown"},
		{"an address for a name", "egress.yaml", `hosts: ["api.scaleway.ai"]`, `hosts: ["https://api.scaleway.ai/v1"]`, "invalid"},
		{"a star for all", "egress.yaml", `hosts: ["api.scaleway.ai"]`, `hosts: ["*"]`, "ServiceEntry"},
		{"another host is routed", "egress.yaml", `sniHosts: ["api.scaleway.ai"]`, `sniHosts: ["api.openai.com"]`, "api.openai.com"},
		{"a gateway for another host", "egress.yaml", "hosts:\n        - \"api.scaleway.ai\"", "hosts:\n        - \"api.openai.com\"", "IST0132"},
		{"a gateway that is not there", "egress.yaml", "gateways: [mesh, egress]", "gateways: [mesh, gone]", "IST0101"},
	}
	for _, m := range mutants {
		one, _ := asked(t, m.old, m.now, m.file, "istioctl", validate...)
		two, _ := asked(t, m.old, m.now, m.file, "istioctl", analyze...)
		if out := one + two; !strings.Contains(out, m.why) {
			t.Errorf("%s: not refused for %s:\n%s", m.name, m.why, out)
		} else {
			refused++
		}
	}
	t.Logf("allowed, and %d of %d mutants refused", refused, len(mutants))
}

// TestRealIstioDoors: the policies for pods refuse those that would go around the
// mesh, as Kyverno's implementation of admission policies decides them.
func TestRealIstioDoors(t *testing.T) {
	pod := func(meta, spec string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: triage, " + meta + "}\nspec: {" + spec + "containers: [{name: a, image: x}]}\n"
	}
	file := filepath.Join(t.TempDir(), "pod.yaml")
	for _, p := range []struct {
		name, text string
		refused    bool
	}{
		{"as it should be", pod("labels: {app: triage}", ""), false},
		{"without a proxy, by annotation", pod(`annotations: {sidecar.istio.io/inject: "false"}`, ""), true},
		{"without a proxy, by label", pod(`labels: {sidecar.istio.io/inject: "false"}`, ""), true},
		{"around its proxy", pod("annotations: {traffic.sidecar.istio.io/excludeOutboundIPRanges: 0.0.0.0/0}", ""), true},
		{"in the network of the node", pod("labels: {}", "hostNetwork: true, "), true},
	} {
		if err := os.WriteFile(file, []byte(p.text), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := asked(t, "", "", "", "kyverno", "apply", "doors.yaml", "--resource", file)
		if refused := err != nil && strings.Contains(out, "fail: "); refused != p.refused || strings.Contains(out, "fail: 0") == p.refused {
			t.Errorf("%s: refused: %v\n%s", p.name, refused, out)
		}
	}
}
