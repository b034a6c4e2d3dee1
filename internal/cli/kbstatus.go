package cli

import (
	"cmp"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/kb"
)

// A kbStatus is the document of kb status --format json.
type kbStatus struct {
	Digest string     `json:"digest"`
	At     string     `json:"at"`
	Facts  []kb.Count `json:"facts"`  // by kind
	Grades []kb.Count `json:"grades"` // by what they count for on the day
	Lists  []kbList   `json:"lists,omitempty"`
}

func kbStatusCommand(e *env) *cobra.Command {
	var k knowledge
	var at, format string
	cmd := &cobra.Command{
		Use: "status", Short: "Count cited and claimed facts by how well they are known, their ages, and the reviews that are due", Args: none,
		Long: `status counts the records of each kind: how many are cited, so that a pass may rest on them, and how many are only claimed; what
they count for on the day, a record past its review one grade less; the oldest and the median day for which they hold; how
many reviews are overdue, and how many fall due within 90 days.`,
		RunE: func(*cobra.Command, []string) error {
			if err := textOrJSON(format); err != nil {
				return err
			}
			day, err := e.day(at)
			if err != nil {
				return err
			}
			base, _, err := k.open()
			if err != nil {
				return err
			}
			s := kbStatus{Digest: base.Digest(), At: day.Format(time.DateOnly)}
			s.Facts, s.Grades = base.Census(day)
			for _, l := range base.PublishedLists() {
				s.Lists = append(s.Lists, kbList{l.Name, l.Ranges, l.Cited.Address, l.Cited.Licence, l.AsOf, l.ReviewBy})
			}
			if format == "json" {
				return e.json(s)
			}
			s.print(e)
			return nil
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "day as of which to count (default: today)")
	cmd.Flags().StringVar(&format, "format", "text", "output format: json, text")
	k.flags(cmd)
	return cmd
}

func (s *kbStatus) print(e *env) {
	row := func(c kb.Count) {
		fmt.Fprintf(e.out, "%-28s %7d %7d %9d %8d  %-10s  %s\n", c.Of, c.Cited, c.Claimed, c.Review, c.Due, cmp.Or(c.Oldest, "-"), cmp.Or(c.Median, "-"))
	}
	fmt.Fprintf(e.out, "%-28s %7s %7s %9s %8s  %-10s  %s\n", "", "cited", "claimed", "to review", "due soon", "oldest", "median")
	for _, c := range s.Facts {
		row(c)
	}
	fmt.Fprintln(e.out)
	for _, c := range s.Grades {
		row(c)
	}
	fmt.Fprintln(e.out)
	writeLists(e, s.Lists)
	fmt.Fprintf(e.out, "digest %s\n", s.Digest)
}
