package resolve_test

import (
	"os"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/cases"
)

// TestDialect runs testdata/cases.txtar against the invented world.
func TestDialect(t *testing.T) {
	const file = "testdata/cases.txtar"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fails, err := cases.Dialect(testKB(t), file, src)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fails {
		t.Error(f)
	}
}
