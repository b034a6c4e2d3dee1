// Package metrics writes what servers count in the text format of Prometheus,
// by hand: the client library would be a tenth of the binary for a few lines
// of text. https://prometheus.io/docs/instrumenting/exposition_formats/
package metrics

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A Sample is one line of a family.
type Sample struct {
	Labels string // of [Labels]; empty for none
	Value  float64
}

// Gauge is a sample without labels.
func Gauge(v float64) Sample { return Sample{Value: v} }

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// Labels writes pairs of name and value as the format wants them.
func Labels(pairs ...string) string {
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

// Family writes a family: what it is, and its samples.
func Family(w io.Writer, name, kind, help string, samples ...Sample) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
	for _, s := range samples {
		fmt.Fprintf(w, "%s%s %s\n", name, s.Labels, Number(s.Value))
	}
}

// Number is a value as the format wants it.
func Number(v float64) string {
	if math.IsInf(v, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// A Counter counts by labels. Values of labels are words of ours: what comes
// from outside would let others fill the memory. The zero value is ready.
type Counter struct {
	mu     sync.Mutex
	counts map[string]float64
}

// Add adds to what is counted under these labels.
func (c *Counter) Add(n float64, pairs ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[string]float64{}
	}
	c.counts[Labels(pairs...)] += n
}

// Samples are the counts, sorted by their labels.
func (c *Counter) Samples() []Sample {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]Sample, 0, len(c.counts))
	for l, n := range c.counts {
		out = append(out, Sample{l, n})
	}
	slices.SortFunc(out, func(a, b Sample) int { return strings.Compare(a.Labels, b.Labels) })
	return out
}
