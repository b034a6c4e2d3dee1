package cases

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/bailiwick-dev/bailiwick/kb"
)

// The loader does not know the language in which attributes of data sources are
// computed; here every such expression is parsed.
func TestComputed(t *testing.T) {
	k, err := kb.Open()
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, p := range k.Providers() {
		d, ok := k.Dialect(p, "terraform")
		if !ok {
			continue
		}
		for typ, attrs := range d.Computed {
			for attr, text := range attrs {
				read++
				e, diags := hclsyntax.ParseExpression([]byte(text), string(p), hcl.InitialPos)
				if diags.HasErrors() {
					t.Errorf("%s: %s.%s: %s", p, typ, attr, diags)
					continue
				}
				for _, v := range e.Variables() {
					if v.RootName() != "self" {
						t.Errorf("%s: %s.%s speaks of %s; only self is there", p, typ, attr, v.RootName())
					}
				}
			}
		}
	}
	if read == 0 {
		t.Error("no expression was read")
	}
}
