//go:build real

package ledger

import "testing"

// TestRealCrash is [TestCrash] at length.
func TestRealCrash(t *testing.T) {
	if crash(t, 200) == 0 {
		t.Error("nothing was acknowledged: nothing was tested")
	}
}
