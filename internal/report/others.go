package report

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// othersShown is how many sayings of other scanners the first look has, and
// othersRoom how many lines may stand before them; after more they are counted.
const (
	othersShown = 6
	othersRoom  = 20
)

// others writes what other scanners say: first what asks for the opposite of the
// perimeter, with the answer that satisfies both.
func (t *text) others(crowded bool) {
	list := heard(t.r)
	if len(list) == 0 {
		return
	}
	if crowded && !t.o.All {
		t.line("%s  %s", t.bold("Others say"), t.dim(heardOf(list)+"; --all lists them"))
		t.line("")
		return
	}
	t.line("%s  %s", t.bold("Others say"), t.dim(heardOf(list)))
	for i := range list {
		if t.cut(i, othersShown, len(list), "finding") {
			break
		}
		s := &list[i]
		t.line("  %s %s %s  %s", s.Tool, s.Rule, t.bold(string(s.Subject)), t.dim(where(s.Origin)))
		if s.Answer != "" {
			answer := t.yellow(s.Answer)
			if s.Met {
				answer = t.green(s.Answer)
			}
			t.line("      %s: %s", clip(s.Title, 90), answer)
		} else if s.Title != "" {
			t.line("      %s", clip(s.Title, 150))
		}
	}
	t.line("")
}

// heard returns what other scanners say in the order of the reports.
func heard(r *finding.Result) []finding.Said {
	list := slices.Clone(r.Others)
	slices.SortStableFunc(list, func(a, b finding.Said) int { return told(&b) - told(&a) })
	return list
}

// heardOf words how much that is.
func heardOf(list []finding.Said) string {
	placed := 0
	for i := range list {
		if list[i].Root != "" {
			placed++
		}
	}
	return fmt.Sprintf("%s, of which %d are about assets here; they decide nothing", count(len(list), "finding"), placed)
}

// markdownOthers writes the same as a list, which is cut as the others are.
func (t *text) markdownOthers() {
	var items []string
	list := heard(t.r)
	for i := range list {
		s := &list[i]
		item := fmt.Sprintf("%s %s", t.cell(s.Tool), t.code(s.Rule))
		if s.Subject != "" {
			item += " " + t.code(string(s.Subject))
		}
		item += colon(t.cell(s.Title))
		if s.Answer != "" {
			item += fmt.Sprintf(" **%s**", t.cell(s.Answer))
		}
		items = append(items, item+" ("+t.code(where(s.Origin))+")")
	}
	t.markdownList("Others say", "saying", items)
}

// told orders sayings: those with an answer first, then those about an asset.
func told(s *finding.Said) int {
	switch {
	case s.Answer != "":
		return 2
	case s.Root != "":
		return 1
	}
	return 0
}
