package review_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/review"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
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

// TestNothingIsSaid: a part of which nothing was found says so.
func TestNothingIsSaid(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"perimeter.yaml": "apiVersion: bailiwick/v1\nkind: Perimeter\nmetadata: {name: small}\nspec: {jurisdictions: {allow: [EU]}}\n",
		"main.tf":        "resource \"aws_s3_bucket\" \"b\" {}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said := 0
	for _, r := range regions(t, evidencetest.Case(t, dir, nil)) {
		if r.Name == "flows" && strings.Contains(r.Text, "no flow leads to somebody else") || r.Name == "lineage" && strings.Contains(r.Text, "Nothing in what was read trains a model") {
			said++
		}
	}
	if said != 2 {
		t.Errorf("%d of 2 parts say that there is nothing", said)
	}
}

// TestUnknownIsNotFine: what nobody knows, or nothing judged, never reads like fine.
func TestUnknownIsNotFine(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	const bucket = "aws_s3_bucket.corpus"
	for i := range c.Result.Findings {
		if f := &c.Result.Findings[i]; f.Subject == bucket {
			f.Status = finding.NotInForce
		}
	}
	for i := range c.Result.Flows {
		c.Result.Flows[i].Classes = nil
		if o := c.Result.Flows[i].Operator; o != nil && o.Entity == "sentry" {
			o.Seat, o.Control, o.Laws = "", nil, nil
		}
	}
	met := 0
	for _, r := range regions(t, c) {
		for line := range strings.Lines(strings.ReplaceAll(r.Text, `\`, "")) {
			cells := strings.Split(line, " | ")
			switch {
			case r.Name == "assets" && strings.HasPrefix(line, "| "+bucket+"[") && len(cells) == 5 && !strings.Contains(line, "claimed"):
				met++
				if !strings.Contains(cells[4], "no check judged it") {
					t.Errorf("what no law in force asks reads as %s", cells[4])
				}
			case r.Name == "assets" && strings.HasPrefix(line, "| Sentry["):
				met++
				if !strings.Contains(cells[2], "not known") {
					t.Errorf("of nobody knows whom the laws read as %s", cells[2])
				}
			case r.Name == "flows" && strings.Contains(line, " → ") && len(cells) == 5:
				met++
				if !strings.Contains(cells[2], "not known") {
					t.Errorf("data of no class read as %s", cells[2])
				}
			}
		}
	}
	if met < 10 {
		t.Errorf("only %d lines were looked at", met)
	}
}
