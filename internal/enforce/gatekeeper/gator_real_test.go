//go:build real

package gatekeeper_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission/admissiontest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/gatekeeper"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// TestRealGator: Gatekeeper takes what is inside, and refuses each mutant by the
// constraint that is there for it.
func TestRealGator(t *testing.T) {
	dir := enforcetest.Written(t, gatekeeper.Target, admissiontest.Perimeter)
	cases := admissiontest.Cases(t)
	args := []string{"test", "--output=json", "--filename=" + dir}
	for i, k := range cases {
		k.Object["metadata"].(map[string]any)["labels"] = with(k.Object, "case", fmt.Sprint(i))
		text, err := json.Marshal(k.Object)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "object.json")
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--filename="+file)
	}
	var out, talk bytes.Buffer
	cmd := exec.Command(peer.Path(t, "gator"), args...)
	cmd.Stdout, cmd.Stderr = &out, &talk
	_ = cmd.Run() // 1: something is refused
	var violations []struct {
		Constraint      struct{ Kind string }
		ViolatingObject struct {
			Metadata struct{ Labels map[string]string }
		}
		Msg string
	}
	if err := json.Unmarshal(out.Bytes(), &violations); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), talk.String())
	}
	by := map[string]string{}
	for _, v := range violations {
		by[v.ViolatingObject.Metadata.Labels["case"]] += v.Constraint.Kind + ": " + v.Msg + "\n"
	}
	admitted, refused := 0, 0
	for i, k := range cases {
		switch said := by[fmt.Sprint(i)]; {
		case k.Policy == "" && said == "":
			admitted++
		case k.Policy != "" && strings.Contains(strings.ToLower(said), "bailiwick"+k.Policy+":"):
			refused++
		default:
			t.Errorf("%s (%q): %s", k.Name, k.Policy, said)
		}
	}
	t.Logf("gator: %d admitted, %d refused", admitted, refused)
}

// with are the labels of an object and one more.
func with(o map[string]any, key, value string) map[string]any {
	labels, _ := o["metadata"].(map[string]any)["labels"].(map[string]any)
	if labels == nil {
		labels = map[string]any{}
	}
	labels[key] = value
	return labels
}

// TestRealGatorReviews: what is asked when an object changes, as the API server
// sends it.
func TestRealGatorReviews(t *testing.T) {
	dir := enforcetest.Written(t, gatekeeper.Target, admissiontest.Perimeter)
	pod := admissiontest.Parse(t, admissiontest.Pod)
	debug := func(image string) map[string]any {
		o := admissiontest.Parse(t, admissiontest.Pod)
		o["spec"].(map[string]any)["ephemeralContainers"] = []any{map[string]any{"name": "debug", "image": image}}
		return o
	}
	stranger := debug("busybox")
	var suite strings.Builder
	suite.WriteString("kind: Suite\napiVersion: test.gatekeeper.sh/v1alpha1\ntests:\n- name: images\n  template: templates/images.yaml\n  constraint: constraints/images.yaml\n  cases:\n")
	for i, k := range []struct {
		old, new map[string]any
		refused  string
	}{
		{pod, debug("registry.clinic.example/debug" + admissiontest.Digest), "no"},
		{pod, stranger, "yes"},
		{stranger, stranger, "no"}, // it was there before
	} {
		review := map[string]any{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": map[string]any{
			"uid": "1", "operation": "UPDATE", "kind": map[string]any{"version": "v1", "kind": "Pod"}, "resource": map[string]any{"version": "v1", "resource": "pods"},
			"subResource": "ephemeralcontainers", "name": "app", "namespace": "ward", "object": k.new, "oldObject": k.old}}
		text, err := json.Marshal(review)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("review-%d.yaml", i)
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&suite, "  - name: r%d\n    object: %s\n    assertions: [{violations: %s}]\n", i, name, k.refused)
	}
	file := filepath.Join(dir, "suite.yaml")
	if err := os.WriteFile(file, []byte(suite.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(peer.Path(t, "gator"), "verify", "-v", file).CombinedOutput()
	if err != nil || strings.Count(string(out), "--- PASS: r") != 3 {
		t.Errorf("%v\n%s", err, out)
	}
}
