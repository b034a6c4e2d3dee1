package ci_test

import (
	"strings"
	"testing"
	"time"
)

// Brackets that nothing opens, and stages within stages, are read in time.
func TestJenkinsInTime(t *testing.T) {
	for _, src := range []string{strings.Repeat("){", 150_000), strings.Repeat("stage{", 50_000)} {
		began := time.Now()
		read(t, t.TempDir(), "-- Jenkinsfile --\n"+src+"\n")
		if d := time.Since(began); d > 10*time.Second {
			t.Errorf("%.12s… took %v", src, d)
		}
	}
}
