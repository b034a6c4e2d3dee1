package terraform

import (
	"testing"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// The shortcut never differs from HCL's own scanner.
func TestIdentifier(t *testing.T) {
	for a := range rune(0x250) {
		for _, b := range []string{"", "a", "-", "_", "9", " ", "\n", ".", "é"} {
			for _, name := range []string{string(a) + b, "x" + string(a) + b, "_" + string(a), "-" + string(a)} {
				if got, want := identifier(name), hclsyntax.ValidIdentifier(name); got != want {
					t.Errorf("%q: %v, HCL says %v", name, got, want)
				}
			}
		}
	}
}
