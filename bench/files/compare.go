package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A score counts what is there for both, for the label alone and for us alone.
type score struct{ hit, missed, invented int }

func (s *score) add(t score) {
	s.hit, s.missed, s.invented = s.hit+t.hit, s.missed+t.missed, s.invented+t.invented
}

func (s score) cells() string {
	return fmt.Sprintf("%s | %s", share(s.hit, s.hit+s.missed), share(s.hit, s.hit+s.invented))
}

// share is a part as text; of nothing there is none.
func share(n, of int) string {
	if of == 0 {
		return "none"
	}
	return fmt.Sprintf("%.1f %% (%d of %d)", 100*float64(n)/float64(of), n, of)
}

// A line is what one stratum comes to.
type line struct {
	files         int
	alike         int // files of which nothing is missed and nothing invented
	calls, assets score
	purposes      [2]int // right, of calls for which one is labelled
	natures       [2]int
	places        [2]int
	unknown       int // assets of unknown kind
	problems      int
}

func (l *line) add(m *line) {
	l.files, l.alike, l.unknown, l.problems = l.files+m.files, l.alike+m.alike, l.unknown+m.unknown, l.problems+m.problems
	l.calls.add(m.calls)
	l.assets.add(m.assets)
	for i := range 2 {
		l.purposes[i], l.natures[i], l.places[i] = l.purposes[i]+m.purposes[i], l.natures[i]+m.natures[i], l.places[i]+m.places[i]
	}
}

// A table is the comparison.
type table struct {
	strata      []string
	lines       map[string]*line
	absent      []string
	differences []difference
}

// A difference is what a label and the answer disagree on in one file.
type difference struct {
	key, reason string
	what        []string
}

// compare holds answers against labels.
func compare(s *set, said map[string]*answer) *table {
	t := &table{lines: map[string]*line{}}
	for i := range s.Files {
		l, a := &s.Files[i], said[s.Files[i].key()]
		if a == nil || !a.there {
			t.absent = append(t.absent, l.key())
			continue
		}
		if t.lines[l.Stratum] == nil {
			t.lines[l.Stratum] = &line{}
			t.strata = append(t.strata, l.Stratum)
		}
		one := line{files: 1, unknown: a.unknown, problems: a.problems}
		what := one.callsOf(l, a)
		what = append(what, one.assetsOf(l, a)...)
		if one.calls.missed+one.calls.invented+one.assets.missed+one.assets.invented == 0 {
			one.alike = 1
		}
		t.lines[l.Stratum].add(&one)
		if len(what) > 0 {
			t.differences = append(t.differences, difference{l.key(), l.Reason, what})
		}
	}
	return t
}

// callsOf compares whom the file calls.
func (n *line) callsOf(l *label, a *answer) (what []string) {
	for i := range l.To {
		e := &l.To[i]
		purposes, found := []string{}, false
		for _, c := range a.calls {
			if e.is(c.host, a.defaults) {
				found = true
				purposes = append(purposes, c.purposes...)
			}
		}
		switch {
		case found && !e.May:
			n.calls.hit++
			if e.For == "" {
				break
			}
			n.purposes[1]++
			if slices.Contains(purposes, e.For) {
				n.purposes[0]++
			} else {
				what = append(what, fmt.Sprintf("for: %s is labelled %s, said to be %s", e.To, e.For, strings.Join(purposes, ", ")))
			}
		case !found && !e.May:
			n.calls.missed++
			what = append(what, "missed: it calls "+e.To)
		}
	}
	for _, c := range a.calls {
		if !slices.ContainsFunc(l.To, func(e end) bool { return e.is(c.host, a.defaults) }) {
			n.calls.invented++
			host := c.host
			if host == "" {
				host = "nobody knows whom"
			}
			what = append(what, fmt.Sprintf("invented: it calls %s for %s", host, strings.Join(c.purposes, ", ")))
		}
	}
	return what
}

// assetsOf compares what the file describes.
func (n *line) assetsOf(l *label, a *answer) (what []string) {
	for i := range l.Assets {
		want := &l.Assets[i]
		if want.May {
			continue
		}
		j := a.closest(want)
		if j < 0 {
			n.assets.missed++
			what = append(what, "missed: the asset "+want.Name)
			continue
		}
		n.assets.hit++
		got := &a.assets[j]
		n.natures[1]++
		if got.bearing == natures[want.Nature] {
			n.natures[0]++
		} else {
			what = append(what, fmt.Sprintf("nature: %s is labelled %s", want.Name, want.Nature))
		}
		n.places[1]++
		if slices.Equal(got.places, slices.Sorted(slices.Values(want.Places))) {
			n.places[0]++
		} else {
			what = append(what, fmt.Sprintf("place: %s is labelled %v, said to be %v", want.Name, want.Places, got.places))
		}
	}
	for _, t := range a.assets {
		if !slices.ContainsFunc(l.Assets, func(i item) bool { return i.is(t.address) }) {
			n.assets.invented++
			what = append(what, "invented: the asset "+t.address)
		}
	}
	return what
}

// closest is the asset of the shortest address that has the labelled name: a
// volume grafana_data is not the service grafana. -1: there is none.
func (a *answer) closest(want *item) int {
	best := -1
	for i := range a.assets {
		if want.is(a.assets[i].address) && (best < 0 || len(a.assets[i].address) < len(a.assets[best].address)) {
			best = i
		}
	}
	return best
}

// write prints every difference, and the table below them.
func (t *table) write(w io.Writer, verbose bool) {
	for _, k := range t.absent {
		fmt.Fprintf(w, "%s: not in the corpus\n", k)
	}
	for _, d := range t.differences {
		fmt.Fprintln(w, d.key)
		if verbose {
			fmt.Fprintf(w, "    label: %s\n", d.reason)
		}
		for _, s := range d.what {
			fmt.Fprintf(w, "  %s\n", s)
		}
	}
	fmt.Fprintln(w, "\n| kind of file | files | nothing to correct | calls: recall | precision | assets: recall | precision |")
	fmt.Fprintln(w, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
	sum := &line{}
	for _, s := range t.strata {
		t.lines[s].write(w, s)
		sum.add(t.lines[s])
	}
	sum.write(w, "all")
	fmt.Fprintf(w, "\nOf calls that both name, the purpose is the labelled one in %s. Of assets that both name, the nature agrees in %s, and the place in %s. Assets of unknown kind: %d. Problems: %d.\n",
		share(sum.purposes[0], sum.purposes[1]), share(sum.natures[0], sum.natures[1]), share(sum.places[0], sum.places[1]), sum.unknown, sum.problems)
}

func (l *line) write(w io.Writer, name string) {
	fmt.Fprintf(w, "| %s | %d | %d | %s | %s |\n", name, l.files, l.alike, l.calls.cells(), l.assets.cells())
}
