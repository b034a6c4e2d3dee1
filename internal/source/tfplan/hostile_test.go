package tfplan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Documents that nobody's tool wrote take time in proportion to their size.
func TestHostile(t *testing.T) {
	const n = 30_000
	deep := func(open, close string, depth int) string {
		return strings.Repeat(open, depth) + strings.Repeat(close, depth)
	}
	after := func(v, unknown string) string {
		return `{"format_version":"1.2","resource_changes":[{"address":"a.b","change":{"actions":["create"],"after":{"bucket":` + v + `},"after_unknown":{"bucket":` + unknown + `}}}],"configuration":{}}`
	}
	var refs, outputs, changes strings.Builder
	for i := range n {
		fmt.Fprintf(&refs, `,"module.m.o%d"`, i)
		fmt.Fprintf(&outputs, `,"o%d":{"expression":{"references":["module.m.o%d","a.b"]}}`, i, (i+1)%n)
		fmt.Fprintf(&changes, `,{"address":"module.m[%d].a.b","change":{"actions":["create"],"after":{},"after_unknown":{}}}`, i)
	}
	for name, src := range map[string]string{
		"deep value":   after(deep("[", "]", 9000), "false"),
		"deep mask":    after("null", deep(`{"bucket":`, "}", 4000)[:len(`{"bucket":`)*4000]+"true"+strings.Repeat("}", 4000)),
		"deep modules": `{"format_version":"1.0","values":{"root_module":` + strings.Repeat(`{"child_modules":[`, 4000) + strings.Repeat(`]}`, 4000) + `}}`,
		"many references": `{"format_version":"1.2","resource_changes":[{"address":"a.b","change":{"actions":["create"],"after":{},"after_unknown":{"bucket":true}}}` + changes.String() +
			`],"configuration":{"root_module":{"resources":[{"address":"a.b","expressions":{"bucket":{"references":["a.b"` + refs.String() + `]}}}],
"module_calls":{"m":{"module":{"outputs":{"x":{}` + outputs.String() + `},"resources":[{"address":"a.b"}]}}}}}}`,
	} {
		start := time.Now()
		var f graph.Facts
		parse("f.json", []byte(src), &f)
		for _, a := range f.Assets[:min(1, len(f.Assets))] {
			a.Attrs.Read("bucket")
			a.Attrs.Read("bucket" + strings.Repeat(".bucket", 50))
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: took %v", name, took)
		} else {
			t.Logf("%s: %v, %d assets, %d problems", name, took, len(f.Assets), len(f.Problems))
		}
	}
}
