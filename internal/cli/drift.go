package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/kb"
)

func kbDriftCommand(e *env) *cobra.Command {
	var k knowledge
	var format string
	cmd := &cobra.Command{
		Use:   "drift FILE ...",
		Short: "Compare the regions of the knowledge base with providers' own lists",
		Long: `drift reads files that providers publish (partitions.json of the AWS SDKs, regions.go of the OCI SDK, locality.go of the
Scaleway SDK, locations.tf.json of the Azure verified modules, cloud.json of Google), offline, and prints the codes that one
side lacks. It never says in which country a region is: a person finds that and cites it.

Exit codes: 0 nothing differs, 1 something does, 2 a file cannot be read.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s takes the files to compare with; as in: bailiwick kb drift partitions.json", c.CommandPath())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if err := textOrJSON(format); err != nil {
				return err
			}
			base, _, err := k.open()
			if err != nil {
				return err
			}
			var files []kb.Upstream
			for _, path := range args {
				src, err := tree.Load(path, tree.MaxBytes)
				if err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
				files = append(files, kb.Upstream{Name: path, Data: src})
			}
			diffs, err := kb.Drift(base, files...)
			if err != nil {
				return err
			}
			if format == "json" {
				if diffs == nil {
					diffs = []kb.Difference{}
				}
				if err := e.json(diffs); err != nil {
					return err
				}
			} else {
				for _, d := range diffs {
					fmt.Fprintln(e.out, d)
				}
				fmt.Fprintf(e.out, "%d differences\n", len(diffs))
			}
			if len(diffs) > 0 {
				return exit(exitViolation)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "output format: json, text")
	k.flags(cmd)
	return cmd
}
