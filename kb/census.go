package kb

import (
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Count is how well the records of one kind, or of one grade, are known on a day.
type Count struct {
	Of      string                   `json:"of"`        // "operators", "regions of aws"; or a grade
	Cited   int                      `json:"cited"`     // a pass may rest on them
	Claimed int                      `json:"claimed"`   // all others
	Review  int                      `json:"to_review"` // past their review
	Due     int                      `json:"due_soon"`  // to be reviewed within the next 90 days
	Oldest  string                   `json:"oldest,omitempty"`
	Median  string                   `json:"median,omitempty"` // of the days for which they hold: half are as old or older
	Grades  map[graph.Confidence]int `json:"grades,omitempty"` // what they count for on the day

	ages []string
}

// soon is how far ahead a review is announced.
const soon = 90 * 24 * time.Hour

// Census counts all records by kind, regions by provider, and again by what
// they count for on the day. Parts of records, which are facts of their own, have
// lines of their own: an operator whose seat is cited may have a claimed owner.
func (k *KB) Census(at time.Time) (kinds, grades []Count) {
	for _, g := range []graph.Confidence{graph.Authoritative, graph.Documented, graph.Inferred, graph.Claimed, graph.NotKnown} {
		grades = append(grades, Count{Of: string(g)})
	}
	for _, id := range k.Providers() {
		kinds = append(kinds, countRecords("regions of "+string(id), k.Regions(id), at, false, grades))
	}
	kinds = append(kinds,
		countRecords("hosts", k.Endpoints(), at, false, grades), countRecords("- places of hosts", k.Endpoints(), at, true, nil),
		countRecords("ranges of addresses", k.Ranges(), at, false, grades),
		countRecords("operators", k.Operators(), at, false, grades), countRecords("- owners and support", k.Operators(), at, true, nil),
		countRecords("models", k.Models(), at, false, grades), countRecords("- bases of models", k.Models(), at, true, nil),
		countRecords("packages", k.Packages(), at, false, grades), countRecords("- what packages do", k.Packages(), at, true, nil),
		countRecords("requirements", k.Requirements(), at, false, grades),
		countRecords("laws", k.Laws(), at, false, grades), countRecords("adequacy decisions", k.Decisions(), at, false, grades),
		countRecords("blocs", k.Blocs(), at, false, grades))
	for i := range grades {
		grades[i].date()
	}
	return kinds, grades
}

// countRecords counts the records of a list, or their parts.
func countRecords[T any, P record[T]](of string, list []T, at time.Time, parts bool, grades []Count) Count {
	c := Count{Of: of, Grades: map[graph.Confidence]int{}}
	for i := range list {
		P(&list[i]).facts(func(f *Fact, nested bool) {
			if nested != parts {
				return
			}
			grade := f.Standing(at)
			c.Grades[grade]++
			c.add(f, grade, at)
			for j := range grades {
				if grades[j].Of == string(grade) {
					grades[j].add(f, grade, at)
				}
			}
		})
	}
	c.date()
	return c
}

func (c *Count) add(f *Fact, grade graph.Confidence, at time.Time) {
	if grade.Firm() {
		c.Cited++
	} else {
		c.Claimed++
	}
	switch day := at.Format(time.DateOnly); {
	case f.ReviewBy == "":
	case f.ReviewBy < day:
		c.Review++
	case f.ReviewBy <= at.Add(soon).Format(time.DateOnly):
		c.Due++
	}
	if f.AsOf != "" {
		c.ages = append(c.ages, f.AsOf)
	}
}

func (c *Count) date() {
	if len(c.ages) > 0 {
		slices.Sort(c.ages)
		c.Oldest, c.Median = c.ages[0], c.ages[(len(c.ages)-1)/2]
	}
}
