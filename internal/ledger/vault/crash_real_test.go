//go:build real

package vault

import "testing"

// TestRealCrash is [TestCrash] with as many kills as the table of the guide
// has.
func TestRealCrash(t *testing.T) { crash(t, 200) }
