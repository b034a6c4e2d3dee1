package traffic

import (
	"bytes"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// readAs reads bytes as one medium, whatever they are.
func readAs(m *medium, src []byte) graph.Facts {
	u := newUnit(".")
	u.max = 50
	u.file, u.m, u.in = "f.log", m, &logs.Input{Size: logs.HeadBytes}
	var out graph.Facts
	if err := u.in.Start(bytes.NewReader(src)); err != nil {
		return out
	}
	if err := m.read(u); err != nil {
		return out
	}
	u.facts(&out)
	return out
}

// FuzzRead reads anything as every medium: no panic, every fact has an origin,
// the same bytes are the same facts, and sums are what sums can be.
func FuzzRead(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	seeds := 0
	for _, a := range archives {
		ar, err := txtar.ParseFile(a)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range ar.Files {
			if file.Name != "want" {
				f.Add(file.Data)
				seeds++
			}
		}
	}
	if seeds < 20 {
		f.Fatalf("only %d seeds", seeds)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		known := mediumOf(src)
		for _, m := range media {
			facts := readAs(m, src)
			if err := facts.Check(); err != nil {
				t.Fatal(err)
			}
			if len(facts.Flows) > 51 {
				t.Fatalf("%d flows, and 50 are allowed", len(facts.Flows))
			}
			for i := range facts.Flows {
				x := &facts.Flows[i]
				if c := x.Traffic; c.Count < 0 || c.Sent < 0 || c.Received < 0 || c.Blocked < 0 || c.Blocked > c.Count || c.Last.Before(c.First) {
					t.Fatalf("%s -> %s: %+v", x.From, x.To, *c)
				}
				if x.From == "" && x.To != "" || x.To == "" && x.Unknown == "" || x.State != graph.Observed || x.Purpose == "" {
					t.Fatalf("%+v", *x)
				}
			}
			if m == known {
				again := readAs(m, src)
				if render(&again) != render(&facts) {
					t.Fatal("the same bytes are other facts")
				}
			}
		}
	})
}
