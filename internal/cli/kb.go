package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/kb"
)

func kbCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "kb", Short: "Look into the knowledge base", Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	cmd.AddCommand(kbStatusCommand(e), kbDriftCommand(e))
	return cmd
}

func kbStatusCommand(e *env) *cobra.Command {
	var k knowledge
	var at string
	cmd := &cobra.Command{
		Use: "status", Short: "Count cited and claimed facts, and those past their review", Args: none,
		RunE: func(*cobra.Command, []string) error {
			day, err := e.day(at)
			if err != nil {
				return err
			}
			base, _, err := k.open()
			if err != nil {
				return err
			}
			fmt.Fprintf(e.out, "%-28s %7s %7s %9s\n", "", "cited", "claimed", "to review")
			for _, id := range base.Providers() {
				var c kbCount
				for _, r := range base.Regions(id) {
					c.add(r.Fact, r.ReviewBy != "" && r.ReviewBy < day.Format("2006-01-02"))
				}
				fmt.Fprintf(e.out, "%-28s %7d %7d %9d\n", "regions of "+string(id), c.cited, c.claimed, c.stale)
			}
			var ops, reqs kbCount
			for _, o := range base.Operators() {
				ops.add(o.Fact, o.ReviewBy != "" && o.ReviewBy < day.Format("2006-01-02"))
			}
			for _, q := range base.Requirements() {
				reqs.add(q.Fact, false)
			}
			fmt.Fprintf(e.out, "%-28s %7d %7d %9d\n%-28s %7d %7d %9d\n", "operators", ops.cited, ops.claimed, ops.stale, "requirements", reqs.cited, reqs.claimed, reqs.stale)
			fmt.Fprintf(e.out, "digest %s\n", base.Digest())
			return nil
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "day as of which to count (default: today)")
	k.flags(cmd)
	return cmd
}

type kbCount struct{ cited, claimed, stale int }

func (c *kbCount) add(f kb.Fact, stale bool) {
	if f.Cited != nil && f.Quote != "" {
		c.cited++
	} else {
		c.claimed++
	}
	if stale {
		c.stale++
	}
}
