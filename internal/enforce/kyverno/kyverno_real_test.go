//go:build real

package kyverno_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/admission/admissiontest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/kyverno"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

// TestRealKyverno: Kyverno takes what is inside, and refuses each mutant by the
// policy that is there for it.
func TestRealKyverno(t *testing.T) {
	cases := admissiontest.Cases(t)
	file := filepath.Join(t.TempDir(), "objects.yaml")
	var objects bytes.Buffer
	for i, k := range cases {
		k.Object["metadata"].(map[string]any)["name"] = fmt.Sprintf("case-%d", i)
		text, err := json.Marshal(k.Object)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&objects, "---\n%s\n", text)
	}
	if err := os.WriteFile(file, objects.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, talk bytes.Buffer
	cmd := exec.Command(peer.Path(t, "kyverno"), "apply", enforcetest.Written(t, kyverno.Target, admissiontest.Perimeter), "--resource="+file, "--policy-report", "--output-format=json", "--continue-on-fail", "--remove-color")
	cmd.Stdout, cmd.Stderr = &out, &talk
	_ = cmd.Run() // 1: something is refused
	var report struct {
		Results []struct {
			Policy, Result, Message string
			Resources               []struct{ Name string }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), talk.String())
	}
	refusing, asked := map[string][]string{}, map[string]bool{}
	for _, r := range report.Results {
		for _, o := range r.Resources {
			asked[o.Name] = true
			switch r.Result {
			case "pass":
			case "fail":
				refusing[o.Name] = append(refusing[o.Name], r.Policy)
			default:
				t.Errorf("%s of %s: %s %s", r.Policy, o.Name, r.Result, r.Message)
			}
		}
	}
	admitted, refused := 0, 0
	for i, k := range cases {
		name := fmt.Sprintf("case-%d", i)
		switch by := refusing[name]; {
		case !asked[name]:
			t.Errorf("%s (%q): no policy was asked", k.Name, k.Policy)
		case k.Policy == "" && len(by) == 0:
			admitted++
		case k.Policy != "" && slices.Contains(by, "bailiwick-"+k.Policy):
			refused++
		default:
			t.Errorf("%s (%q): %s", k.Name, k.Policy, strings.Join(by, ", "))
		}
	}
	t.Logf("kyverno: %d admitted, %d refused", admitted, refused)
}
