package ingest

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// FuzzKinds reads anything as every kind: no panic, each record is an entry
// that the ledger takes, or is counted; the same bytes are the same records.
func FuzzKinds(f *testing.F) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	seeds := 0
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for i := 0; i+1 < len(a.Files); i += 2 {
			f.Add(a.Files[i].Data)
			for l := range bytes.Lines(a.Files[i].Data) {
				f.Add(l)
				seeds++
			}
		}
	}
	if seeds < 80 {
		f.Fatalf("only %d seeds", seeds)
	}
	known := openKnown(f, &page{})
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, k := range kinds {
			a, b := evaluate(t, k, known, src), evaluate(t, k, known, src)
			if a != b {
				t.Fatalf("%s: the same bytes are other records:\n%s\n%s", k.name, a, b)
			}
		}
	})
}

// evaluate reads bytes without a ledger.
func evaluate(t *testing.T, k *kind, known *Known, src []byte) string {
	p := &page{}
	into := newLine(context.Background(), p, known)
	sum := Summary{Passed: map[string]int{}}
	refused := 0
	o := &Options{Locate: seat, Now: atCaseTime, Zone: time.UTC, Refuse: func(r Refusal) {
		if r.Line < 0 || r.Err == nil {
			t.Fatalf("%s: refused at %d: %v", k.name, r.Line, r.Err)
		}
		refused++
	}}
	tk := &taker{kind: k, options: o, file: "f", sum: &sum, into: into}
	in := &logs.Input{Size: 4096}
	if err := in.Start(bytes.NewReader(src)); err != nil {
		close(into.in)
		return err.Error()
	}
	err := k.frame(in, tk)
	items := tk.batch
	records := 0
	for _, it := range items {
		e, _, err := it.record.Commit([16]byte{1}, caseTime)
		if err != nil {
			t.Fatalf("%s: %v", k.name, err)
		}
		text, err := e.Marshal()
		if err != nil {
			t.Fatalf("%s: %v", k.name, err)
		}
		if len(text) == 0 {
			t.Fatalf("%s: an entry of nothing", k.name)
		}
		records++
	}
	close(into.in)
	into.done.Wait()
	if got := int64(records) + sum.Already + sum.Refused + int64(passed(&sum)); err == nil && records < maxBatch && got != sum.Read {
		t.Fatalf("%s: %d records read, something is said of %d", k.name, sum.Read, got)
	}
	return fmt.Sprintln(records, sum, refused, err)
}
