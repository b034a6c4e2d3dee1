package cli

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/logtest"
)

func openedLedger(t *testing.T) *ledger.Shards {
	t.Helper()
	dir := t.TempDir()
	c := ledger.Config{Dir: filepath.Join(dir, "ledger"), Origin: logtest.Origin, Key: "file:key", Guard: filepath.Join(dir, "guard")}
	if err := ledger.Init(c, logtest.Log.Public()); err != nil {
		t.Fatal(err)
	}
	c, err := ledger.LoadConfig(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledger.OpenShards(c, ledger.ShardOptions{Key: logtest.Log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestAppendManyLines appends more lines than go together: each is an entry, in
// order, up to the one that does not fit, and it says so of each.
func TestAppendManyLines(t *testing.T) {
	s := openedLedger(t)
	var in, out bytes.Buffer
	for i := range 3*batchLines + 7 {
		fmt.Fprintln(&in, "line", i)
	}
	in.WriteString(strings.Repeat("x", c2sp.MaxEntry+3) + "\nbehind it\n")
	a := &ledgerAppend{env: &env{in: &in, out: &out}, format: "text"}
	err := a.lines(t.Context(), s)
	if want := fmt.Sprintf("line %d has more than", 3*batchLines+8); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	said := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if n := s.Log().Head().Size; n != 3*batchLines+7 || int64(len(said)) != n {
		t.Fatalf("%d entries, of which it speaks of %d", n, len(said))
	}
	for i, line := range said {
		entry, err := s.Log().Entry(int64(i))
		if want := fmt.Sprint("line ", i); err != nil || string(entry) != want || line != fmt.Sprint(logtest.Origin, " ", i) {
			t.Fatalf("entry %d is %q, and it says %q: %v", i, entry, line, err)
		}
	}
}

// TestAppendLineByLine answers each line before the next is there.
func TestAppendLineByLine(t *testing.T) {
	s := openedLedger(t)
	in, lines := io.Pipe()
	said, out := io.Pipe()
	a := &ledgerAppend{env: &env{in: in, out: out}, format: "text"}
	done := make(chan error, 1)
	go func() { done <- a.lines(t.Context(), s) }()
	for i := range 3 {
		fmt.Fprintln(lines, "line")
		var origin string
		var index int
		if _, err := fmt.Fscanln(said, &origin, &index); err != nil || index != i {
			t.Fatalf("%s %d, %v", origin, index, err)
		}
	}
	lines.Close()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it does not end with its input")
	}
}

// TestAppendToClosed names the first line that is not appended.
func TestAppendToClosed(t *testing.T) {
	s := openedLedger(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	a := &ledgerAppend{env: &env{in: strings.NewReader("a\nb\n"), out: io.Discard}}
	if err := a.lines(t.Context(), s); err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
		t.Errorf("got %v", err)
	}
}
