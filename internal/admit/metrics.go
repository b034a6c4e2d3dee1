package admit

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Counters and one histogram in the text format of Prometheus, written by hand:
// the client library would be a tenth of the binary for thirty lines of text.
// https://prometheus.io/docs/instrumenting/exposition_formats/

// bounds are the upper bounds of the histogram in seconds. The promise is 5 ms.
var bounds = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 3}

type metrics struct {
	mu       sync.Mutex
	requests map[string]int64 // by labels
	findings map[string]int64
	buckets  []int64
	sum      float64
	count    int64
	inflight int64
}

func newMetrics() *metrics {
	return &metrics{requests: map[string]int64{}, findings: map[string]int64{}, buckets: make([]int64, len(bounds))}
}

func (m *metrics) begin() {
	m.mu.Lock()
	m.inflight++
	m.mu.Unlock()
}

// end counts a call. decision is one of few words, operation one of the API's.
func (m *metrics) end(decision, operation string, rules []string, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.inflight--
	m.requests[labels("decision", decision, "operation", operation)]++
	for _, r := range rules {
		m.findings[labels("rule", r)]++
	}
	s := took.Seconds()
	m.sum += s
	m.count++
	for i, b := range bounds {
		if s <= b {
			m.buckets[i]++
		}
	}
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// labels writes pairs as the format wants them.
func labels(pairs ...string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `%s="%s"`, pairs[i], escaped.Replace(pairs[i+1]))
	}
	b.WriteByte('}')
	return b.String()
}

// A sample is one line of the page.
type sample struct {
	labels string
	value  float64
}

func family(w io.Writer, name, kind, help string, samples ...sample) {
	fmt.Fprintf(w, "# HELP bailiwick_admit_%s %s\n# TYPE bailiwick_admit_%s %s\n", name, help, name, kind)
	for _, s := range samples {
		fmt.Fprintf(w, "bailiwick_admit_%s%s %s\n", name, s.labels, number(s.value))
	}
}

func number(v float64) string {
	if math.IsInf(v, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func sorted(of map[string]int64) []sample {
	out := make([]sample, 0, len(of))
	for l, n := range of {
		out = append(out, sample{l, float64(n)})
	}
	slices.SortFunc(out, func(a, b sample) int { return strings.Compare(a.labels, b.labels) })
	return out
}

func (m *metrics) write(w io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	family(w, "requests_total", "counter", "Requests by decision and operation.", sorted(m.requests)...)
	family(w, "findings_total", "counter", "Rules that spoke against an object, once a request.", sorted(m.findings)...)
	family(w, "inflight_requests", "gauge", "Requests that are being judged.", sample{"", float64(m.inflight)})
	fmt.Fprintf(w, "# HELP bailiwick_admit_duration_seconds Time to decide.\n# TYPE bailiwick_admit_duration_seconds histogram\n")
	for i, b := range bounds {
		fmt.Fprintf(w, "bailiwick_admit_duration_seconds_bucket{le=%q} %d\n", number(b), m.buckets[i])
	}
	fmt.Fprintf(w, "bailiwick_admit_duration_seconds_bucket{le=\"+Inf\"} %d\nbailiwick_admit_duration_seconds_sum %s\nbailiwick_admit_duration_seconds_count %d\n", m.count, number(m.sum), m.count)
}

// writeMetrics writes everything that a server knows.
func (s *Server) writeMetrics(w io.Writer) {
	s.metrics.write(w)
	j := s.Judge
	stale := 0.0
	if err, _ := j.Fault(); err != nil {
		stale = 1
	}
	if st := j.State(); st != nil {
		family(w, "perimeter_info", "gauge", "The perimeter in force.", sample{labels("name", st.perimeter.Metadata.Name, "digest", st.Digest(), "mode", string(s.Mode)), 1})
		family(w, "perimeter_since_seconds", "gauge", "When the perimeter in force was taken over.", sample{"", float64(st.since.UnixMilli()) / 1000})
		family(w, "shapes", "gauge", "Shapes of objects of which the rules' answer is remembered.", sample{"", float64(st.assessor.Engine().Shapes())})
		family(w, "cluster_nodes", "gauge", "Nodes of the cluster that objects are held against.", sample{"", float64(st.around.nodes.Len())})
	}
	family(w, "perimeter_stale", "gauge", "1 while the files on disk cannot be used and the last good perimeter counts.", sample{"", stale})
	family(w, "reloads_total", "counter", "Perimeters that were taken over, or could not be.",
		sample{labels("result", "taken"), float64(j.reloads.Load())}, sample{labels("result", "refused"), float64(j.faults.Load())})
	if s.CertificateEnds != nil {
		family(w, "certificate_ends_seconds", "gauge", "When the serving certificate ends.", sample{"", float64(s.CertificateEnds().Unix())})
	}
}
