package perimeter

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A large file takes seconds at most, whatever it holds.
func TestHostile(t *testing.T) {
	const head = "apiVersion: bailiwick/v1\nkind: Perimeter\nspec:\n  jurisdictions: {allow: [EU]}\n"
	fill := func(line func(i int) string) string {
		var b strings.Builder
		b.WriteString(head)
		for i := 0; b.Len() < MaxBytes/4; i++ {
			b.WriteString(line(i))
		}
		return b.String()
	}
	half := func(first, second string, line, other func(i int) string) string {
		var b strings.Builder
		b.WriteString(head + first)
		for i := 0; b.Len() < MaxBytes/8; i++ {
			b.WriteString(line(i))
		}
		b.WriteString(second)
		for i := 0; b.Len() < MaxBytes/4; i++ {
			b.WriteString(other(i))
		}
		return b.String()
	}
	for name, src := range map[string]string{
		"unknown keys": fill(func(i int) string { return fmt.Sprintf("k%d: 1\n", i) }),
		"one line":     head + "# " + strings.Repeat("x", MaxBytes-len(head)-10),
		"brackets":     head + "  frameworks: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"systems and flows": half("  systems:\n", "  flows:\n",
			func(i int) string { return fmt.Sprintf("    system-%d: {purpose: x}\n", i) },
			func(i int) string { return fmt.Sprintf("    - {from: sistem-%d, to: x.example}\n", i) }),
		"classes and bindings": half("  data:\n", "  bindings:\n",
			func(i int) string { return fmt.Sprintf("    class-%d: {gdpr: none}\n", i) },
			func(i int) string { return fmt.Sprintf("    - {match: a, data: [clas-%d]}\n", i) }),
	} {
		start := time.Now()
		_, err := Parse("f.yaml", []byte(src))
		took := time.Since(start)
		if took > 20*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		if es, ok := err.(Errors); ok && (len(es) > 2*maxErrors || len(es.Error()) > 1<<20) {
			t.Errorf("%s: %d errors of %d bytes", name, len(es), len(es.Error()))
		}
		t.Logf("%s: %v", name, took)
	}
}
