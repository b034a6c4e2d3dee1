//go:build real

package custodian_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/custodian"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

var (
	//go:embed testdata/decide.py
	decide string
	//go:embed testdata/resources.txt
	resources string
)

type resource struct {
	Resource string          `json:"resource"`
	Body     json.RawMessage `json:"body"`
	want     string
}

// TestRealCustodian: Cloud Custodian takes the policies, and its filters find each
// mutant and nothing of what is allowed.
func TestRealCustodian(t *testing.T) {
	dir := enforcetest.Written(t, custodian.Target, inside)
	files, err := filepath.Glob(filepath.Join(dir, "*.yml"))
	if err != nil || len(files) != 3 {
		t.Fatalf("%v, %v", files, err)
	}
	bin := peer.Path(t, "custodian")
	if out, err := exec.Command(bin, append([]string{"validate", "--strict"}, files...)...).CombinedOutput(); err != nil {
		t.Fatalf("custodian validate: %v\n%s", err, out[max(0, len(out)-2000):])
	}
	var list []resource
	for line := range strings.Lines(resources) {
		if f := strings.SplitN(strings.TrimSpace(line), " | ", 3); len(f) == 3 && !strings.HasPrefix(line, "#") {
			list = append(list, resource{f[0], json.RawMessage(f[2]), f[1]})
		}
	}
	asked, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	bin, err = filepath.EvalSymlinks(bin)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(filepath.Dir(bin), "python"), append([]string{"-c", decide}, files...)...)
	var talk bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(asked), &talk
	out, err := cmd.Output()
	var found [][]string
	if e := json.Unmarshal(out, &found); err != nil || e != nil || len(found) != len(list) {
		t.Fatalf("%v, %v: %s\n%s", err, e, out, talk.Bytes())
	}
	allowed, refused := 0, 0
	for i, r := range list {
		switch name := "bailiwick-" + strings.Replace(r.Resource, ".", "-", 1) + "-" + r.want; {
		case r.want == "allowed" && len(found[i]) > 0:
			t.Errorf("%s is allowed and found by %q: %s", r.Resource, found[i], r.Body)
		case r.want == "allowed":
			allowed++
		case !slices.Contains(found[i], name):
			t.Errorf("%s is not found by %s but %q: %s", r.Resource, name, found[i], r.Body)
		default:
			refused++
		}
	}
	t.Logf("%d allowed, %d mutants found", allowed, refused)
}
