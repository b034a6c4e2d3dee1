package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/kb"
)

func kbCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "kb", Short: "Look into the knowledge base", Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	cmd.AddCommand(kbStatusCommand(e), kbDriftCommand(e))
	return cmd
}

// A kbStatus is the document of kb status --format json.
type kbStatus struct {
	Digest string    `json:"digest"`
	At     string    `json:"at"`
	Facts  []kbCount `json:"facts"`
	Lists  []kbList  `json:"lists,omitempty"`
}

// A kbCount counts the records of one kind by what they stand for on the day.
type kbCount struct {
	Of      string `json:"of"`
	Cited   int    `json:"cited"`   // a pass may rest on them
	Claimed int    `json:"claimed"` // all others
	Review  int    `json:"to_review"`
}

func kbStatusCommand(e *env) *cobra.Command {
	var k knowledge
	var at, format string
	cmd := &cobra.Command{
		Use: "status", Short: "Count cited and claimed facts, and those past their review", Args: none,
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
			s := statusOf(base, day)
			if format == "json" {
				return e.json(s)
			}
			fmt.Fprintf(e.out, "%-28s %7s %7s %9s\n", "", "cited", "claimed", "to review")
			for _, c := range s.Facts {
				fmt.Fprintf(e.out, "%-28s %7d %7d %9d\n", c.Of, c.Cited, c.Claimed, c.Review)
			}
			writeLists(e, s.Lists)
			fmt.Fprintf(e.out, "digest %s\n", s.Digest)
			return nil
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "day as of which to count (default: today)")
	cmd.Flags().StringVar(&format, "format", "text", "output format: json, text")
	k.flags(cmd)
	return cmd
}

func statusOf(base *kb.KB, day time.Time) kbStatus {
	s := kbStatus{Digest: base.Digest(), At: day.Format(time.DateOnly)}
	for _, id := range base.Providers() {
		s.Facts = append(s.Facts, tally("regions of "+string(id), day, base.Regions(id), func(r *kb.Region) kb.Fact { return r.Fact }))
	}
	s.Facts = append(s.Facts,
		tally("hosts", day, base.Endpoints(), func(h *kb.Endpoint) kb.Fact { return h.Fact }),
		tally("ranges of addresses", day, base.Ranges(), func(r *kb.Range) kb.Fact { return r.Fact }),
		tally("operators", day, base.Operators(), func(o *kb.Operator) kb.Fact { return o.Fact }),
		tally("models", day, base.Models(), func(m *kb.Model) kb.Fact { return m.Fact }),
		tally("requirements", day, base.Requirements(), func(q *kb.Requirement) kb.Fact { return q.Fact }),
		tally("laws", day, base.Laws(), func(l *kb.Law) kb.Fact { return l.Fact }),
		tally("adequacy decisions", day, base.Decisions(), func(a *kb.Adequacy) kb.Fact { return a.Fact }),
		tally("blocs", day, base.Blocs(), func(b *kb.Bloc) kb.Fact { return b.Fact }),
	)
	for _, l := range base.PublishedLists() {
		s.Lists = append(s.Lists, kbList{l.Name, l.Ranges, l.Cited.Address, l.Cited.Licence, l.AsOf, l.ReviewBy})
	}
	return s
}

func tally[T any](of string, day time.Time, list []T, fact func(*T) kb.Fact) kbCount {
	c := kbCount{Of: of}
	for i := range list {
		f := fact(&list[i])
		if f.Standing(day).Firm() {
			c.Cited++
		} else {
			c.Claimed++
		}
		if f.ReviewBy != "" && f.ReviewBy < day.Format(time.DateOnly) {
			c.Review++
		}
	}
	return c
}
