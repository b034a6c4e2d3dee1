package cli

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	attestall "github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

func collateralShowCommand(e *env) *cobra.Command {
	var format string
	var within time.Duration
	cmd := &cobra.Command{
		Use:   "show BUNDLE",
		Short: "List what is in a bundle, and until when it counts",
		Long: `show lists what is in a bundle, what ends first on top, as each thing says of itself: whether its vendor signed it is verified with evidence.

Exit codes: 0 everything counts, 1 something has expired, or will within the time of --within, 2 the bundle cannot be read.`,
		Example: "  bailiwick attest collateral show bundle.json\n  bailiwick attest collateral show bundle.json --within 72h",
		Args:    one("bundle"),
		RunE:    func(_ *cobra.Command, args []string) error { return collateralShow(e, args[0], format, within) },
	}
	cmd.Flags().StringVar(&format, "format", "text", "output format: text, json")
	cmd.Flags().DurationVar(&within, "within", 0, "count what expires within this time as expired")
	return cmd
}

func collateralShow(e *env, path, format string, within time.Duration) error {
	if err := textOrJSON(format); err != nil {
		return err
	}
	if within < 0 {
		return fmt.Errorf("--within is a time from now, such as 72h")
	}
	if err := exist([]string{path}); err != nil {
		return err
	}
	b, opened, err := openBundle(path)
	if err != nil {
		return err
	}
	var all []attestall.Content
	for n, i := range b.Items {
		contents, err := attestall.Show(i)
		if err != nil {
			return fmt.Errorf("%s: item %d: %w", path, n+1, err)
		}
		all = append(all, contents...)
	}
	slices.SortStableFunc(all, func(a, b attestall.Content) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.What, b.What))
	})
	limit := e.now().Add(within)
	old := slices.ContainsFunc(all, func(c attestall.Content) bool { return !limit.Before(c.Until) })
	if format == "json" {
		err = e.json(struct {
			Digest   string              `json:"digest"`
			Made     time.Time           `json:"made"`
			Contents []attestall.Content `json:"contents"`
		}{opened.Digest, opened.Made, append([]attestall.Content{}, all...)})
	} else {
		fmt.Fprintf(e.out, "%s, made on %s\n", opened.Digest, opened.Made.Format(time.DateOnly))
		for _, c := range all {
			mark := "until"
			if !limit.Before(c.Until) {
				mark = "ENDED"
				if e.now().Before(c.Until) {
					mark = "ENDS "
				}
			}
			fmt.Fprintf(e.out, "  %s %s  %-12s  %s\n", mark, c.Until.UTC().Format("2006-01-02 15:04"), c.Kind, finding.Tame(c.What))
		}
	}
	if err == nil && old {
		return exit(exitViolation)
	}
	return err
}
