package metrics

import (
	"math"
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	var c Counter
	c.Add(1, "answer", "b\"\\\n")
	c.Add(2, "answer", "a")
	c.Add(1, "answer", "a")
	var b strings.Builder
	Family(&b, "x_total", "counter", "Answers.", c.Samples()...)
	Family(&b, "y", "gauge", "Most.", Gauge(math.Inf(1)))
	want := `# HELP x_total Answers.
# TYPE x_total counter
x_total{answer="a"} 3
x_total{answer="b\"\\\n"} 1
# HELP y Most.
# TYPE y gauge
y +Inf
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
