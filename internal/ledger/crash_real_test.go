//go:build real

package ledger

import (
	"fmt"
	"testing"
)

// TestRealCrash is [TestCrash] at length.
func TestRealCrash(t *testing.T) {
	if crash(t, 200) == 0 {
		t.Error("nothing was acknowledged: nothing was tested")
	}
}

// TestRealInjected is [TestInjected] at length.
func TestRealInjected(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { injected(t, 100+seed, 12) })
	}
}
