package review_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/review"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func regions(t *testing.T, c *evidence.Case) []evidence.Region {
	t.Helper()
	d, err := review.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	rs, err := evidence.Regions(d)
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

// TestRegionsStandAlone changes what one region says: the others have the same bytes.
func TestRegionsStandAlone(t *testing.T) {
	dir := evidencetest.Example("clinic-assistant", 3)
	before := regions(t, evidencetest.Case(t, dir, nil))
	after := regions(t, evidencetest.Case(t, dir, func(s string) string {
		return strings.Replace(s, "reason: public help pages\n", "reason: help for everybody\n", 1)
	}))
	var names, differ []string
	for i, r := range before {
		names = append(names, r.Name)
		if r.Text != after[i].Text {
			differ = append(differ, r.Name)
		}
	}
	if !slices.Equal(names, review.Regions()) {
		t.Errorf("regions %v, want %v", names, review.Regions())
	}
	if !slices.Equal(differ, []string{"waivers"}) {
		t.Errorf("the reason of a waiver changes %v", differ)
	}
}

// TestADayThatPassesChangesNothingSteady writes the same result a day later.
func TestADayThatPassesChangesNothingSteady(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), func(s string) string {
		return s + "  answers:\n    - {question: reviewed, text: Go ahead., by: dpo@clinic.example, on: 2026-11-20}\n"
	})
	c.History = &evidence.History{Commit: "0123456789ab", Commits: 2}
	before := regions(t, c)
	c.At = c.At.Add(24 * time.Hour)
	c.Result.At = c.At.Format(time.DateOnly)
	c.History.Commits = 3
	differ := 0
	for i, r := range regions(t, c) {
		if r.Text != before[i].Text {
			differ++
		}
		if evidence.Steady(r.Text) != evidence.Steady(before[i].Text) {
			t.Errorf("%s is stale after a day", r.Name)
		}
	}
	if differ != 1 {
		t.Errorf("%d regions say how long ago the review was", differ)
	}
}

// TestLineage: data to learn from stands by its name where it comes from, without a maker
// of a model, and a maker that is only claimed says so.
func TestLineage(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	for i := range c.Result.Assets {
		if m := c.Result.Assets[i].Maker; m != nil && m.Entity == "openai" {
			m.Confidence = graph.Claimed
		}
	}
	met := 0
	for _, r := range regions(t, c) {
		for region, want := range map[string]string{"lineage": "| bigbio/med", "assets": "OpenAI (United States; claimed only)"} {
			if r.Name != region {
				continue
			}
			met++
			if !strings.Contains(r.Text, want) {
				t.Errorf("%s does not say %q:\n%s", region, want, r.Text)
			}
		}
	}
	if met != 2 {
		t.Errorf("%d regions tell of models", met)
	}
}
