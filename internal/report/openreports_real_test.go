//go:build real

package report

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/testsys/apiserver"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// openReportsModule holds the definition of a ClusterReport.
const openReportsModule = "github.com/openreports/reports-api@v0.2.1"

// TestRealOpenReports: a real API server that knows OpenReports takes every report
// that is written, and finds no field in it that the definition does not have.
func TestRealOpenReports(t *testing.T) {
	out, err := exec.Command("go", "mod", "download", "-json", openReportsModule).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(filepath.Join(module.Dir, "config", "crd", "openreports.io_clusterreports.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	docs, err := tree.YAML(src)
	if err != nil {
		t.Fatal(err)
	}
	c := apiserver.Start(t)
	c.Define(t, docs[0].Plain().(map[string]any))
	const path = "/apis/openreports.io/v1alpha1/clusterreports"
	post := func(body any) (int, string) {
		status, answer := c.Do(t, http.MethodPost, path+"?fieldValidation=Strict&dryRun=All", body)
		return status, apiserver.Message(answer)
	}
	n := 0
	for seed := range uint64(8) {
		for _, rep := range reports(t, generate(seed, []int{0, 7, 60, 500}[seed%4])) {
			if status, message := post(rep); status != http.StatusCreated {
				t.Errorf("%s: %d %s", rep.Metadata.Name, status, message)
			}
			n++
		}
	}
	bad := reports(t, generate(1, 7))[0]
	bad.Results[0].Result = "undecided"
	if status, _ := post(bad); status == http.StatusCreated {
		t.Error("it takes a word that it does not know: it looks at nothing")
	}
	t.Logf("%d reports", n)
}
