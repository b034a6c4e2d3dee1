package kb

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestCensus(t *testing.T) {
	k := loadSmall(t)
	kinds, grades := k.Census(day(t, "2026-12-01"))
	of := map[string]Count{}
	for _, c := range append(kinds, grades...) {
		of[c.Of] = c
	}
	// Three of the four regions are cited; all are due on 2027-01-02.
	r := of["regions of acme"]
	if r.Cited != 3 || r.Claimed != 1 || r.Review != 0 || r.Due != 4 || r.Oldest != "2026-01-02" || r.Median != "2026-01-02" || r.Grades[graph.Authoritative] != 3 {
		t.Errorf("%+v", r)
	}
	if g := of["authoritative"]; g.Cited != 3 || g.Claimed != 0 {
		t.Errorf("%+v", g)
	}
	if o := of["operators"]; o.Cited != 1 || o.Claimed != 1 || o.Oldest != "" {
		t.Errorf("%+v", o)
	}
	later, _ := k.Census(day(t, "2027-01-03"))
	for _, c := range later {
		if c.Of == "regions of acme" && (c.Review != 4 || c.Due != 0 || c.Grades[graph.Documented] != 3 || c.Grades[graph.Authoritative] != 0) {
			t.Errorf("after the review day: %+v", c)
		}
	}
	early, _ := k.Census(day(t, "2026-10-01"))
	for _, c := range early {
		if c.Due != 0 || c.Review != 0 {
			t.Errorf("long before: %+v", c)
		}
	}
}

// All records are counted once by kind and once by grade; their parts have lines
// of their own.
func TestCensusCountsAll(t *testing.T) {
	kinds, grades := open(t).Census(day(t, "2026-11-25"))
	a, b, parts := 0, 0, 0
	for _, c := range kinds {
		if strings.HasPrefix(c.Of, "- ") {
			parts += c.Cited
			continue
		}
		a += c.Cited + c.Claimed
		for _, n := range c.Grades {
			b += n
		}
	}
	if parts == 0 {
		t.Error("no part of a record is cited")
	}
	if a == 0 || a != b {
		t.Errorf("%d records by kind, %d by their grades", a, b)
	}
	b = 0
	for _, c := range grades {
		b += c.Cited + c.Claimed
	}
	if a != b {
		t.Errorf("%d records by kind, %d by grade", a, b)
	}
}
