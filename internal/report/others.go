package report

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// othersShown is how many sayings of other scanners the first look has.
const othersShown = 6

// others writes what other scanners say: first what asks for the opposite of the
// perimeter, with the answer that satisfies both.
func (t *text) others() {
	list := slices.Clone(t.r.Others)
	if len(list) == 0 {
		return
	}
	slices.SortStableFunc(list, func(a, b finding.Said) int { return told(&b) - told(&a) })
	placed := 0
	for i := range list {
		if list[i].Root != "" {
			placed++
		}
	}
	t.line("%s  %s", t.bold("Others say"), t.dim(fmt.Sprintf("%s, of which %d are about assets here; they decide nothing", count(len(list), "finding"), placed)))
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
