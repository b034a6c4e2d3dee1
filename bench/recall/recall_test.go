package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// The labels are whole: enough of them, each with a reason, of rules that exist.
func TestLabels(t *testing.T) {
	for _, file := range []string{"labels.yaml", "second.yaml"} {
		t.Run(file, func(t *testing.T) { whole(t, file) })
	}
}

func whole(t *testing.T, file string) {
	set, err := load(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Labels) < 100 {
		t.Errorf("%d labels", len(set.Labels))
	}
	if _, err := perimeter.Parse("perimeter.yaml", []byte(set.Perimeter)); err != nil {
		t.Error(err)
	}
	rs, err := policy.Load(rules.FS, "rules")
	if err != nil {
		t.Fatal(err)
	}
	for i := range set.Labels {
		l := &set.Labels[i]
		for _, r := range slices.Concat(l.Fail, l.Open) {
			if _, ok := rs.Find(string(r)); !ok {
				t.Errorf("%s: there is no rule %s", l.key(), r)
			}
		}
		if natures[l.Nature] == graph.BearsNothing && (len(l.Places) > 0 || l.Operator != "") {
			t.Errorf("%s: it holds nothing, and has a place or an operator", l.key())
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	const good = "at: \"2026-11-25\"\nlabels:\n- {repository: r, root: a, address: x.y, origin: a/main.tf:1, nature: data, reason: because}\n"
	for text, want := range map[string]string{
		"at: \"2026-11-25\"\n":                                     "has no labels",
		strings.Replace(good, "nature: data", "nature: dat", 1):    "the known ones are data, work, transit, nothing, part",
		strings.Replace(good, ", reason: because", "", 1):          "a label needs a reason",
		strings.Replace(good, "nature:", "naturre:", 1):            "field naturre not found",
		strings.Replace(good, "2026-11-25", "tomorrow", 1):         "is not a day",
		good + strings.SplitAfter(good, "labels:\n")[1]:            "stands twice",
		strings.Replace(good, "repository: r", "repository: [", 1): "yaml",
	} {
		file := filepath.Join(t.TempDir(), "labels.yaml")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := load(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// Each way in which a label and an answer can stand to each other is counted once.
func TestCompare(t *testing.T) {
	list := []label{
		{Repository: "r", Address: "a", Nature: restsThere, Places: []string{"DE"}, Operator: "aws", Fail: []graph.RuleID{"A", "B", "C"}, Open: []graph.RuleID{"D", "E"}, Reason: "x"},
		{Repository: "r", Address: "b", Nature: holdsNone, Reason: "x"},
		{Repository: "r", Address: "c", Nature: partOfOther, Reason: "x"},
		{Repository: "r", Address: "d", Nature: computes, Places: []string{"FR"}, Reason: "x"},
		{Repository: "r", Address: "e", Nature: restsThere, Reason: "x"},
	}
	said := map[string]*answer{
		list[0].key(): {present: true, kind: graph.ObjectStore, places: []string{"DE"}, operator: "aws", fail: []graph.RuleID{"A", "A", "F"}, open: []graph.RuleID{"B", "D", "G"}},
		list[1].key(): {present: true, kind: graph.UnknownKind},
		list[2].key(): {present: true, attached: true},
		list[3].key(): {present: true, kind: graph.Compute, places: []string{"US"}},
	}
	got := compare(list, said)
	want := table{assets: 5, hit: 1, hedged: 1, missed: 1, invented: 1, opened: 2, openHit: 1, passed: 1, doubted: 1,
		nature: ratio{3, 4}, place: ratio{1, 2}, operator: ratio{2, 2}, misplaced: 1}
	if len(got.absent) != 1 || got.absent[0] != list[4].key() {
		t.Errorf("absent: %v", got.absent)
	}
	var text strings.Builder
	got.write(&text, true)
	for _, line := range []string{
		"recall of fail      33.3 % (1 of 3; 1 of the rest are called undecided)",
		"precision of fail   50.0 % (1 of 2)",
		"what it is          3 of 4 agree",
		"where it is         1 of 2 agree; in 1 a country is given that is not the labelled one",
		"F: said to fail, not so labelled",
		"E: labelled open, nothing is said",
	} {
		if !strings.Contains(text.String(), line) {
			t.Errorf("%q is not in\n%s", line, text.String())
		}
	}
	got.absent, got.differences = nil, nil
	if g, w := *got, want; g.hit != w.hit || g.hedged != w.hedged || g.missed != w.missed || g.invented != w.invented || g.opened != w.opened ||
		g.openHit != w.openHit || g.passed != w.passed || g.doubted != w.doubted || g.nature != w.nature || g.place != w.place || g.operator != w.operator || g.misplaced != w.misplaced || g.assets != w.assets {
		t.Errorf("%+v, want %+v", g, w)
	}
}
