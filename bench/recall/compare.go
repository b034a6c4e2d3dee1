package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A table is what the comparison comes to. Pairs are (asset, rule).
type table struct {
	assets int
	absent []string // labelled, and not read

	hit      int // pairs that the label and the rules both call broken
	missed   int // labelled broken, and nothing is said
	hedged   int // labelled broken, and called undecided
	invented int // called broken, and not so labelled

	opened, openHit int // pairs labelled open, and of them those called undecided
	passed          int // pairs labelled open about which nothing is said, or which are called broken
	doubted         int // pairs called undecided that are labelled neither open nor broken

	nature, place, operator ratio
	misplaced               int // a country was given, and it is not the labelled one: the worst there is

	differences []difference
}

// A ratio counts agreement.
type ratio struct{ same, of int }

func (r *ratio) count(same bool) {
	r.of++
	if same {
		r.same++
	}
}

func (r ratio) String() string { return fmt.Sprintf("%d of %d", r.same, r.of) }

// A difference is one thing on which the label and the answer disagree.
type difference struct {
	key, what, reason string
}

// compare holds answers against labels.
func compare(list []label, said map[string]*answer) *table {
	t := &table{}
	for i := range list {
		l := &list[i]
		a := said[l.key()]
		t.assets++
		if a == nil || !a.present {
			t.absent = append(t.absent, l.key())
			continue
		}
		t.coordinates(l, a)
		t.pairs(l, a)
	}
	return t
}

func (t *table) differ(l *label, format string, args ...any) {
	t.differences = append(t.differences, difference{l.key(), fmt.Sprintf(format, args...), l.Reason})
}

// coordinates compares what it is, where it is and who runs it.
func (t *table) coordinates(l *label, a *answer) {
	bearing := graph.BearsNothing
	if !a.attached {
		bearing = a.kind.Bearing()
	}
	same := bearing == natures[l.Nature] && a.kind != graph.UnknownKind
	t.nature.count(same)
	if !same {
		t.differ(l, "nature: labelled %s, said to be %s", l.Nature, named(a))
	}
	if natures[l.Nature] == graph.BearsNothing || bearing == graph.BearsNothing {
		return
	}
	want := slices.Sorted(slices.Values(l.Places))
	same = slices.Equal(want, a.places)
	t.place.count(same)
	if !same {
		if len(a.places) > 0 {
			t.misplaced++
		}
		t.differ(l, "place: labelled %s, said to be %s", list(want), list(a.places))
	}
	want, got := []string{l.Operator}, []string{a.operator}
	same = slices.Equal(want, got)
	t.operator.count(same)
	if !same {
		t.differ(l, "operator: labelled %s, said to be %s", list(want), list(got))
	}
}

// pairs compares what the rules say.
func (t *table) pairs(l *label, a *answer) {
	for _, r := range l.Fail {
		switch {
		case slices.Contains(a.fail, r):
			t.hit++
		case slices.Contains(a.open, r):
			t.hedged++
			t.differ(l, "%s: labelled fail, said to be undecided: %s", r, a.messages[r])
		default:
			t.missed++
			t.differ(l, "%s: labelled fail, nothing is said", r)
		}
	}
	for _, r := range unique(a.fail) {
		if !slices.Contains(l.Fail, r) {
			t.invented++
			t.differ(l, "%s: said to fail, not so labelled: %s", r, a.messages[r])
		}
	}
	for _, r := range l.Open {
		t.opened++
		switch {
		case slices.Contains(a.open, r):
			t.openHit++
		case !slices.Contains(a.fail, r): // a fail is counted above
			t.passed++
			t.differ(l, "%s: labelled open, nothing is said", r)
		}
	}
	for _, r := range unique(a.open) {
		if !slices.Contains(l.Open, r) && !slices.Contains(l.Fail, r) {
			t.doubted++
			t.differ(l, "%s: said to be undecided, not so labelled: %s", r, a.messages[r])
		}
	}
}

func unique(ids []graph.RuleID) []graph.RuleID {
	ids = slices.Sorted(slices.Values(ids))
	return slices.Compact(ids)
}

func named(a *answer) string {
	if a.attached {
		return "part of another asset"
	}
	return string(a.kind)
}

func list(words []string) string {
	if s := strings.Join(words, ", "); s != "" {
		return s
	}
	return "unknown"
}

// write prints the table, and every difference below it.
func (t *table) write(w io.Writer, verbose bool) {
	for _, k := range t.absent {
		fmt.Fprintf(w, "%s: not in the corpus\n", k)
	}
	last := ""
	for _, d := range t.differences {
		if d.key != last {
			fmt.Fprintf(w, "%s\n", d.key)
			if verbose {
				fmt.Fprintf(w, "    label: %s\n", d.reason)
			}
		}
		last = d.key
		fmt.Fprintf(w, "  %s\n", d.what)
	}
	labelled, called := t.hit+t.missed+t.hedged, t.hit+t.invented
	fmt.Fprintf(w, "\n%d resources\n", t.assets)
	fmt.Fprintf(w, "what it is          %s agree\n", t.nature)
	fmt.Fprintf(w, "where it is         %s agree; in %d a country is given that is not the labelled one\n", t.place, t.misplaced)
	fmt.Fprintf(w, "who runs it         %s agree\n", t.operator)
	fmt.Fprintf(w, "undecided           %d of %d labelled ones are called so; nothing is said of %d; %d more are called so\n", t.openHit, t.opened, t.passed, t.doubted)
	fmt.Fprintf(w, "recall of fail      %s (%d of %d; %d of the rest are called undecided)\n", percent(t.hit, labelled), t.hit, labelled, t.hedged)
	fmt.Fprintf(w, "precision of fail   %s (%d of %d)\n", percent(t.hit, called), t.hit, called)
}

// percent is a share as text; without anything there is none.
func percent(n, of int) string {
	if of == 0 {
		return "none"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}
