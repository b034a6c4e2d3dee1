//go:build real

package kb

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// unannounced are regions that AWS's address ranges name and its partitions do
// not; the knowledge base has them, some without a country.
var unannounced = map[string]bool{"me-west-1": true, "sa-west-1": true, "us-south-1": true}

// Run with -tags real: compares the knowledge base with the region lists in
// the module cache (go mod download fetches what is missing).
func TestDriftReal(t *testing.T) {
	k := open(t)
	for _, c := range []struct {
		module, file string
		least        int // regions that the file must at least hold, so that reading nothing fails
	}{
		{"github.com/aws/aws-sdk-go-v2@v1.47.7", "internal/endpoints/awsrulesfn/partitions.json", 40},
		{"github.com/scaleway/scaleway-sdk-go@v1.39.0", "scw/locality.go", 4},
		{"github.com/oracle/oci-go-sdk/v65@v65.129.0", "common/regions.go", 70},
	} {
		cmd := exec.Command("go", "mod", "download", "-json", c.module)
		cmd.Dir = t.TempDir()
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", c.module, err)
		}
		var mod struct{ Dir string }
		if err := json.Unmarshal(out, &mod); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(mod.Dir, c.file))
		if err != nil {
			t.Fatal(err)
		}
		u, err := readUpstream(Upstream{c.file, data})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, codes := range u.partitions {
			n += len(codes)
		}
		if n < c.least {
			t.Errorf("%s: only %d regions were read", c.module, n)
		}
		diffs, err := Drift(k, Upstream{c.file, data})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range diffs {
			if !unannounced[d.Code] {
				t.Error(d)
			}
		}
		t.Logf("%s: %d regions, %d differences", c.module, n, len(diffs))
	}
}
