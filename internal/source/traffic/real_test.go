//go:build real

package traffic

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// TestCorpus reads every log below the folders that CORPUS
// lists (separated as in PATH) and prints what each medium is made of. It asks
// that nothing panics and that every fact has an origin.
func TestCorpus(t *testing.T) {
	list := os.Getenv("CORPUS")
	if list == "" {
		t.Fatal("CORPUS=dir:dir names no folder with logs")
	}
	type row struct{ files, good, other, bad, flows, within, in int }
	rows := map[string]*row{}
	for _, root := range filepath.SplitList(list) {
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || !Name(p) {
				return nil
			}
			head, err := headOf(p)
			if err != nil {
				return nil
			}
			m := mediumOf(head)
			if m == nil {
				return nil
			}
			u := newUnit(filepath.Dir(p))
			why := u.read(p, m)
			var f graph.Facts
			u.facts(&f)
			if err := f.Check(); err != nil {
				t.Errorf("%s: %v", p, err)
			}
			key := filepath.Base(root) + " " + m.name
			if rows[key] == nil {
				rows[key] = &row{}
			}
			r := rows[key]
			r.files++
			r.good, r.other, r.bad, r.flows = r.good+u.good, r.other+u.other, r.bad+u.bad, r.flows+len(f.Flows)
			for _, a := range f.Asides {
				if a.What == graph.ComesIn {
					r.in += int(a.Traffic.Count)
				} else {
					r.within += int(a.Traffic.Count)
				}
			}
			if why != "" || u.bad > 0 {
				t.Logf("%s: %d good, %d broken from line %d; %s", p, u.good, u.bad, u.first, why)
			}
			if os.Getenv("SHOW") != "" {
				t.Logf("%s\n%s", p, render(&f))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(rows) == 0 {
		t.Fatal("no log of a known kind was found")
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "medium\tfiles\trecords\tother\tbroken\tflows\tinside\tinbound\t")
	keys := make([]string, 0, len(rows))
	for k := range rows {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, cmp.Compare[string])
	for _, k := range keys {
		r := rows[k]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", k, r.files, r.good, r.other, r.bad, r.flows, r.within, r.in)
	}
	w.Flush()
	t.Logf("\n%s", b.String())
}
