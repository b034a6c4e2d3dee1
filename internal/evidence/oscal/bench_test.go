package oscal_test

import (
	"cmp"
	"hash/fnv"
	"os"
	"runtime/debug"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/oscal"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// large is a case of 10,000 assets and 50,000 flows, of which each stands in a line of
// its own, with the findings about it: as unlike as a real one is.
func large(b *testing.B) *evidence.Case {
	c := evidencetest.Case(b, evidencetest.Example("clinic-assistant", 3), nil)
	evidencetest.Grow(c, 10_000, 50_000)
	own := func(o *graph.Origin, root string, address graph.Address) {
		h := fnv.New32a()
		_, _ = h.Write([]byte(root + string(address)))
		o.Line += int(h.Sum32() % 1_000_000)
	}
	r := c.Result
	for i := range r.Assets {
		own(&r.Assets[i].Origin, r.Assets[i].Root, r.Assets[i].Subject)
	}
	for i := range r.Flows {
		own(&r.Flows[i].Origin, r.Flows[i].Root, r.Flows[i].From+" → "+cmp.Or(r.Flows[i].To, "?"))
	}
	for i := range r.Findings {
		own(&r.Findings[i].Origin, r.Findings[i].Root, r.Findings[i].Subject)
	}
	return c
}

// A counter counts bytes.
type counter int64

func (n *counter) Write(p []byte) (int, error) {
	*n += counter(len(p))
	return len(p), nil
}

// BenchmarkOSCAL writes each document of a large case:
//
//	go test ./internal/evidence/oscal -run '^$' -bench OSCAL -benchtime 1x
//
// MiB is what the process had at most, less what it had before.
func BenchmarkOSCAL(b *testing.B) {
	c := large(b)
	for _, format := range []string{"assessment-results", "poam", "component-definition", "catalog"} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				debug.FreeOSMemory()
				had, took := evidencetest.Memory(b, "VmRSS"), evidencetest.CPU(b)
				if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
					b.Fatal(err)
				}
				var n counter
				if err := oscal.Document.Exports[format](&n, c, "en"); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(evidencetest.CPU(b)-took, "cpu-s")
				b.ReportMetric(evidencetest.Memory(b, "VmHWM")-had, "MiB")
				b.ReportMetric(evidencetest.Memory(b, "VmHWM"), "MiB/all")
				b.ReportMetric(float64(n)/1e6, "MB")
				b.ReportMetric(float64(len(c.Result.Findings)), "findings")
			}
		})
	}
}
