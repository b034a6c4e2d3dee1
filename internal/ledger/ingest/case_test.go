package ingest

import (
	"context"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

var rewrite = flag.Bool("update", false, "write the goldens anew")

// page is a [Book] that remembers records as they are.
type page struct {
	records []entry.Record
	entries [][]byte
	failing func() error
}

func (p *page) Seal(_ context.Context, records []entry.Record) ([][]byte, error) {
	out := make([][]byte, len(records))
	for i, r := range records {
		e, _, err := r.Commit(entry.KeyID{1}, time.Unix(0, 0))
		if err != nil {
			return nil, err
		}
		if out[i], err = e.Marshal(); err != nil {
			return nil, err
		}
		if err := personal(r, string(out[i])); err != nil {
			return nil, err
		}
	}
	p.records = append(p.records, records...)
	return out, nil
}

// personal reports what an entry says in clear of what is sealed.
func personal(r entry.Record, text string) error {
	// A database may be called as the word for all of them is.
	text = strings.ReplaceAll(text, `"`+r.Facts.(*entry.Observation).Service+`"`, "")
	for name, v := range r.Sealed {
		if len(v) > 5 && strings.Contains(text, v) {
			return fmt.Errorf("the entry shows the %s %q", name, v)
		}
	}
	if len(r.Subject) > 5 && strings.Contains(text, r.Subject) {
		return fmt.Errorf("the entry shows the subject %q", r.Subject)
	}
	return nil
}

func (p *page) Append(_ context.Context, entries [][]byte) (func(context.Context) error, error) {
	if p.failing != nil {
		if err := p.failing(); err != nil {
			return nil, err
		}
	}
	p.entries = append(p.entries, entries...)
	return func(context.Context) error { return nil }, nil
}

func (p *page) Mark() string { return fmt.Sprint(len(p.entries)) }

func (p *page) Since(mark string, f func([]byte) error) error {
	var n int
	fmt.Sscan(mark, &n)
	for _, e := range p.entries[n:] {
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

func openKnown(t testing.TB, book Book) *Known {
	t.Helper()
	k, err := OpenKnown(filepath.Join(t.TempDir(), "ingest"), book)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

var caseTime = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func atCaseTime() time.Time { return caseTime }

// seat knows one network.
func seat(a netip.Addr) (graph.Country, bool) {
	return "DE", netip.MustParsePrefix("192.0.2.0/24").Contains(a)
}

// say runs a file and writes what came of it.
func say(t testing.TB, kind, file string) string {
	var b strings.Builder
	p := &page{}
	sum, err := Run(context.Background(), p, openKnown(t, p), Options{
		Kind: kind, Files: []string{file}, Now: atCaseTime, Locate: seat,
		Refuse: func(r Refusal) { fmt.Fprintf(&b, "refused %d: %v\n", r.Line, r.Err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range p.records {
		o := r.Facts.(*entry.Observation)
		fmt.Fprintf(&b, "%s %s/%s %s %s", o.When, o.Event, o.Action, o.Result, o.Service)
		for _, x := range []string{o.Region, strings.Join(o.From, ","), o.Model} {
			if x != "" {
				b.WriteString(" " + x)
			}
		}
		if o.Records > 0 {
			fmt.Fprintf(&b, " n=%d", o.Records)
		}
		fmt.Fprintf(&b, " | %s", r.Subject)
		for _, name := range []string{"actor", "resource", "address", "client"} {
			if v := r.Sealed[name]; v != "" {
				fmt.Fprintf(&b, " | %s %s", name, v)
			}
		}
		b.WriteString("\n")
	}
	b.WriteString(sum.String() + "\n")
	for _, c := range sum.Cut {
		b.WriteString("cut: " + strings.ReplaceAll(c, file, "FILE") + "\n")
	}
	if added := sum.Logged + sum.Already + sum.Refused + int64(passed(&sum)); added != sum.Read {
		t.Errorf("%d records were read, and something is said of %d", sum.Read, added)
	}
	return b.String()
}

func passed(s *Summary) (n int) {
	for _, c := range s.Passed {
		n += c
	}
	return n
}

// TestCases reads testdata/KIND*.txtar: a file, and what is understood of it.
func TestCases(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range archives {
		kind, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".txtar"), "-")
		seen[kind] = true
		t.Run(filepath.Base(name), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Files) < 2 {
				t.Fatal("it has no want")
			}
			for i := 0; i+1 < len(a.Files); i += 2 {
				file := filepath.Join(t.TempDir(), a.Files[i].Name)
				if err := os.WriteFile(file, a.Files[i].Data, 0o600); err != nil {
					t.Fatal(err)
				}
				got := say(t, kind, file)
				if *rewrite {
					a.Files[i+1].Data = []byte(got)
				} else if want := string(a.Files[i+1].Data); got != want {
					t.Errorf("%s:\n%s\nwant\n%s", a.Files[i].Name, got, want)
				}
			}
			if *rewrite {
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	names, _ := Kinds()
	for _, n := range names {
		if !seen[n] {
			t.Errorf("no case of %s", n)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("kinds are not sorted: %v", names)
	}
}
