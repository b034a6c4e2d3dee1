package kb

import (
	"slices"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Count is how well one kind of record is known on a day.
type Count struct {
	Of      string                   `json:"of"`        // "operators", "regions of aws"
	Cited   int                      `json:"cited"`     // a pass may rest on them
	Claimed int                      `json:"claimed"`   // all others
	Review  int                      `json:"to_review"` // past their review
	Due     int                      `json:"due_soon"`  // to be reviewed within the next 90 days
	Oldest  string                   `json:"oldest,omitempty"`
	Median  string                   `json:"median,omitempty"` // of the days for which they hold; half are as old or older
	Grades  map[graph.Confidence]int `json:"grades"`           // what they count for on the day
}

// soon is how far ahead a review is announced.
const soon = 90 * 24 * time.Hour

// Census counts all records by kind. Regions are counted by provider.
func (k *KB) Census(at time.Time) []Count {
	var all []Count
	for _, id := range k.Providers() {
		all = append(all, countRecords("regions of "+string(id), k.Regions(id), at))
	}
	return append(all,
		countRecords("hosts", k.Endpoints(), at), countRecords("operators", k.Operators(), at), countRecords("models", k.Models(), at),
		countRecords("requirements", k.Requirements(), at), countRecords("laws", k.Laws(), at),
		countRecords("adequacy decisions", k.Decisions(), at), countRecords("blocs", k.Blocs(), at))
}

// countRecords counts the own facts of records, not those of their parts.
func countRecords[T any, P record[T]](of string, list []T, at time.Time) Count {
	c := Count{Of: of, Grades: map[graph.Confidence]int{}}
	day, ahead := at.Format(time.DateOnly), at.Add(soon).Format(time.DateOnly)
	var ages []string
	for i := range list {
		P(&list[i]).facts(func(f *Fact, nested bool) {
			if nested {
				return
			}
			grade := f.Standing(at)
			c.Grades[grade]++
			if grade.Firm() {
				c.Cited++
			} else {
				c.Claimed++
			}
			switch {
			case f.ReviewBy == "":
			case f.ReviewBy < day:
				c.Review++
			case f.ReviewBy <= ahead:
				c.Due++
			}
			if f.AsOf != "" {
				ages = append(ages, f.AsOf)
			}
		})
	}
	if len(ages) > 0 {
		slices.Sort(ages)
		c.Oldest, c.Median = ages[0], ages[(len(ages)-1)/2]
	}
	return c
}
