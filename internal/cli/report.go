package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/report"
)

func reportCommand(e *env) *cobra.Command {
	var from, format, output string
	var all bool
	cmd := &cobra.Command{
		Use:     "report --from RESULT",
		Short:   "Write a result in another format",
		Example: "  bailiwick report --from result.json --format sarif -o result.sarif",
		Args:    none,
		RunE: func(*cobra.Command, []string) error {
			if err := report.Check(format); err != nil {
				return err
			}
			if from == "" {
				return fmt.Errorf("--from names the result: a file that check --format json wrote")
			}
			r, err := readResult(e, from)
			if err != nil {
				return err
			}
			o := report.Options{All: all, Version: Version()}
			if output != "" {
				return toFile(output, func(w io.Writer) error { return report.Write(w, format, r, o) })
			}
			o.Color = e.terminal(e.out)
			return report.Write(e.out, format, r, o)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "result document (json); - is standard input")
	cmd.Flags().StringVar(&format, "format", "text", "output format: "+strings.Join(report.Formats(), ", "))
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to a file")
	cmd.Flags().BoolVar(&all, "all", false, "text: everything instead of one screen")
	return cmd
}

func diffCommand(e *env) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what is new and what is gone between two results",
		Long: `diff compares two results of check --format json by fingerprint.

Exit codes: 0 nothing new that counts, 1 a new violation (at or above gate.fail_on), 3 something new is undecided and blocks.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("%s takes two results, not %d; as in: bailiwick diff last.json now.json", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if err := textOrJSON(format); err != nil {
				return err
			}
			old, err := readResult(e, args[0])
			if err != nil {
				return err
			}
			cur, err := readResult(e, args[1])
			if err != nil {
				return err
			}
			d := finding.Compare(old, cur)
			if format == "json" {
				err = e.json(d)
			} else {
				err = report.Diff(e.out, d)
			}
			if err != nil {
				return err
			}
			if code := codeOf(d.Verdict()); code != exitPass {
				return exit(code)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "output format: json, text")
	return cmd
}
