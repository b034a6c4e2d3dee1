package admit_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/admit"
)

// thousand writes the sovereign perimeter with a thousand more bindings.
func thousand(t testing.TB) string {
	t.Helper()
	src, err := os.ReadFile(sovereign + "/perimeter.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var more strings.Builder
	more.WriteString("  bindings:\n")
	for i := range 1000 {
		fmt.Fprintf(&more, "    - {match: \"*/team-%d/*\", data: [prompts], system: triage}\n", i)
	}
	return write(t, t.TempDir(), "perimeter.yaml", strings.Replace(string(src), "  bindings:\n", more.String(), 1))
}

// BenchmarkAdmit is one call without the network: a Deployment and a Pod, by a
// perimeter of a thousand bindings, with nodes and policies around.
func BenchmarkAdmit(b *testing.B) {
	j := judgeOf(b, thousand(b), sovereign+"/cluster/nodes.yaml", sovereign+"/cluster/triage.yaml")
	h := admit.New(j, admit.Enforce, quiet()).Webhook()
	var bodies [][]byte
	for _, o := range append(objects(b, sovereign+"/cluster/triage.yaml")[:1], objectsIn(b, pod)...) {
		bodies = append(bodies, body(b, asked(b, "CREATE", o)))
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			ask(b, h, bodies[i%len(bodies)])
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reviews/s")
}
