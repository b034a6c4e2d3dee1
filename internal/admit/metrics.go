package admit

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/metrics"
)

// bounds are the upper bounds of the histogram in seconds. The promise is 5 ms.
var bounds = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 3}

// counts are counters and one histogram.
type counts struct {
	requests, findings metrics.Counter

	mu       sync.Mutex
	buckets  []int64
	sum      float64
	count    int64
	inflight int64
}

func newCounts() *counts { return &counts{buckets: make([]int64, len(bounds))} }

func (m *counts) begin() {
	m.mu.Lock()
	m.inflight++
	m.mu.Unlock()
}

// end counts a call. decision is one of few words, operation one of the API's.
func (m *counts) end(decision, operation string, rules []string, took time.Duration) {
	m.requests.Add(1, "decision", decision, "operation", operation)
	for _, r := range rules {
		m.findings.Add(1, "rule", r)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.inflight--
	s := took.Seconds()
	m.sum += s
	m.count++
	for i, b := range bounds {
		if s <= b {
			m.buckets[i]++
		}
	}
}

// family writes a family of ours.
func family(w io.Writer, name, kind, help string, samples ...metrics.Sample) {
	metrics.Family(w, "bailiwick_admit_"+name, kind, help, samples...)
}

func (m *counts) write(w io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	family(w, "requests_total", "counter", "Requests by decision and operation.", m.requests.Samples()...)
	family(w, "findings_total", "counter", "Rules that spoke against an object, once a request.", m.findings.Samples()...)
	family(w, "inflight_requests", "gauge", "Requests that are being judged.", metrics.Gauge(float64(m.inflight)))
	fmt.Fprintf(w, "# HELP bailiwick_admit_duration_seconds Time to decide.\n# TYPE bailiwick_admit_duration_seconds histogram\n")
	for i, b := range bounds {
		fmt.Fprintf(w, "bailiwick_admit_duration_seconds_bucket{le=%q} %d\n", metrics.Number(b), m.buckets[i])
	}
	fmt.Fprintf(w, "bailiwick_admit_duration_seconds_bucket{le=\"+Inf\"} %d\nbailiwick_admit_duration_seconds_sum %s\nbailiwick_admit_duration_seconds_count %d\n", m.count, metrics.Number(m.sum), m.count)
}

// writeMetrics writes everything that a server knows.
func (s *Server) writeMetrics(w io.Writer) {
	s.counts.write(w)
	j := s.Judge
	stale := 0.0
	if err, _ := j.Fault(); err != nil {
		stale = 1
	}
	if st := j.State(); st != nil {
		family(w, "perimeter_info", "gauge", "The perimeter in force.", metrics.Sample{Labels: metrics.Labels("name", st.perimeter.Metadata.Name, "digest", st.Digest(), "mode", string(s.Mode)), Value: 1})
		family(w, "perimeter_since_seconds", "gauge", "When the perimeter in force was taken over.", metrics.Gauge(float64(st.since.UnixMilli())/1000))
		family(w, "shapes", "gauge", "Shapes of objects of which the rules' answer is remembered.", metrics.Gauge(float64(st.assessor.Engine().Shapes())))
		family(w, "cluster_nodes", "gauge", "Nodes of the cluster that objects are held against.", metrics.Gauge(float64(st.around.nodes.Len())))
	}
	family(w, "perimeter_stale", "gauge", "1 while the files on disk cannot be used and the last good perimeter counts.", metrics.Gauge(stale))
	family(w, "reloads_total", "counter", "Perimeters that were taken over, or could not be.",
		metrics.Sample{Labels: metrics.Labels("result", "taken"), Value: float64(j.reloads.Load())}, metrics.Sample{Labels: metrics.Labels("result", "refused"), Value: float64(j.faults.Load())})
	if s.CertificateEnds != nil {
		family(w, "certificate_ends_seconds", "gauge", "When the serving certificate ends.", metrics.Gauge(float64(s.CertificateEnds().Unix())))
	}
}
