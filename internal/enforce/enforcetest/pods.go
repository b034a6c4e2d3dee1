package enforcetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce"
)

// A Pod is one with these members of its metadata and its specification, and
// whether it has to be refused.
type Pod struct {
	Name, Meta, Spec string
	Bare             bool // nobody added the proxy of a mesh
	Refused          bool
}

// Pods asks Kyverno, which decides admission policies of Kubernetes without a
// cluster, about pods; file is what the target writes them to, and proxy the
// container that a mesh adds.
func Pods(t *testing.T, target enforce.Target, perimeter, file, proxy string, pods []Pod) {
	t.Helper()
	dir, n := Written(t, target, perimeter), 0
	for _, p := range pods {
		added := ", {name: " + proxy + ", image: y}"
		if p.Bare {
			added = ""
		}
		text := fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: triage%s}\nspec: {containers: [{name: a, image: x}%s]%s}\n", p.Meta, added, p.Spec)
		pod := filepath.Join(dir, "pod.yaml")
		if err := os.WriteFile(pod, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(Peer(t, "kyverno"), "apply", file, "--resource", pod)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if !strings.Contains(string(out), "fail: ") || (err == nil) != strings.Contains(string(out), "fail: 0") {
			t.Fatalf("%s: kyverno ended with %v\n%s", p.Name, err, out)
		}
		if refused := err != nil; refused != p.Refused {
			t.Errorf("%s: refused: %v\n%s", p.Name, refused, out)
		} else if refused {
			n++
		}
	}
	t.Logf("%d allowed, %d refused of %d pods", len(pods)-n, n, len(pods))
}
