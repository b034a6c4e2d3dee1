package evidence_test

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// TestCSVIsInert: what a file says is no formula, and no second cell.
func TestCSVIsInert(t *testing.T) {
	var b strings.Builder
	if err := evidence.CSV(&b, []string{"a", "b"}, [][]string{{"=HYPERLINK(1)", "x\",\"y"}, {"-1", "plain"}}); err != nil {
		t.Fatal(err)
	}
	if want := "a,b\r\n'=HYPERLINK(1),\"x\"\",\"\"y\"\r\n'-1,plain\r\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
