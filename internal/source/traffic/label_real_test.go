//go:build real

package traffic

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// TestLabels reads a hundred records of other people's logs, each alone, and
// compares what is said with what a person said of them (testdata/labels.txt).
// CORPUS names the folder that holds the repositories.
func TestLabels(t *testing.T) {
	root := os.Getenv("CORPUS")
	if root == "" {
		t.Fatal("CORPUS names no folder with the repositories of testdata/labels.txt")
	}
	src, err := os.ReadFile("testdata/labels.txt")
	if err != nil {
		t.Fatal(err)
	}
	var wanted, got, both, records int
	for line := range strings.Lines(string(src)) {
		at, says, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		records++
		want := strings.Split(says, " & ")
		have := alone(t, root, at)
		wanted, got = wanted+len(want), got+len(have)
		n := 0
		for _, w := range want {
			if slices.Contains(have, w) {
				n++
			}
		}
		if both += n; n != len(want) || n != len(have) {
			t.Logf("%s: wanted %q, got %q", at, want, have)
		}
	}
	if records < 100 {
		t.Fatalf("only %d records", records)
	}
	recall, precision := float64(both)/float64(wanted), float64(both)/float64(got)
	t.Logf("%d records, %d statements: recall %.3f, precision %.3f", records, wanted, recall, precision)
	if recall < 0.95 || precision < 0.95 {
		t.Error("below 0.95")
	}
}

// alone reads one record without its neighbours and says what it means.
func alone(t *testing.T, root, at string) []string {
	t.Helper()
	i := strings.LastIndexAny(at, ":#")
	file := filepath.Join(root, at[:i])
	n, err := strconv.Atoi(at[i+1:])
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m := mediumOf(src[:min(len(src), logs.HeadBytes)])
	if m == nil {
		t.Errorf("%s is not known", file)
		return nil
	}
	u := newUnit(".")
	u.file, u.m, u.in = filepath.Base(file), m, &logs.Input{}
	if err := u.in.Start(bytes.NewReader(part(src, at[i] == '#', n))); err != nil {
		t.Fatal(err)
	}
	if err := m.read(u); err != nil {
		t.Fatal(err)
	}
	var f graph.Facts
	u.facts(&f)
	var out []string
	for i := range f.Flows {
		x := &f.Flows[i]
		c := x.Traffic
		if c.Count == 0 {
			out = append(out, fmt.Sprintf("asked %s %s", x.From, x.To))
			continue
		}
		bytes := "- -"
		if c.HasBytes {
			bytes = fmt.Sprintf("%d %d", c.Sent, c.Received)
		}
		s := fmt.Sprintf("out %s %s %s %s", x.From, x.To, x.Purpose, bytes)
		if c.Blocked > 0 {
			s += " blocked"
		}
		out = append(out, s)
	}
	for _, a := range f.Asides {
		out = append(out, a.What)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// part is a document with one entry, or one line with the headers before it.
func part(src []byte, entry bool, n int) []byte {
	if entry {
		i := 0
		var one []byte
		logs.Elements(logs.Get(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")), "log", "entries"), func(e []byte) {
			if i == n {
				one = e
			}
			i++
		})
		return fmt.Appendf(nil, `{"log":{"version":"1.2","entries":[%s]}}`, one)
	}
	var out []byte
	for i, l := range bytes.SplitAfter(src, []byte("\n")) {
		if i+1 == n || i+1 < n && bytes.HasPrefix(l, []byte("#")) {
			out = append(out, l...)
		}
	}
	return out
}
