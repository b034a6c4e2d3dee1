package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/sbom"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A sbomCheck is the document of sbom check --format json.
type sbomCheck struct {
	Profile   string         `json:"profile"`
	File      string         `json:"file"`
	Automated int            `json:"automated"`
	Human     int            `json:"human"`
	Missing   int            `json:"missing"`
	Elements  []sbom.Element `json:"elements"`
}

func sbomCheckCommand(e *env) *cobra.Command {
	var profile, format string
	cmd := &cobra.Command{
		Use:   "check --profile g7-ai FILE",
		Short: "Say which minimum elements a bill of materials has",
		Long: `check holds a CycloneDX document against the minimum elements of the G7's "SBOM for AI" (12 May 2026), one line each:
automated (it is there, and tools establish it), human (it is there, and only people can vouch for it), missing (with where it
belongs). The elements bind nobody by law.

Exit codes: 0 all are there, 1 one is missing that a tool could have written, 2 error, 3 only such are missing as people know.`,
		Example: "  bailiwick sbom . -o bom.json && bailiwick sbom check --profile g7-ai bom.json",
		Args:    one("CycloneDX document"),
		RunE: func(_ *cobra.Command, args []string) error {
			return checkBill(e, args[0], profile, format)
		},
	}
	cmd.Flags().StringVar(&profile, "profile", "g7-ai", "list of minimum elements: g7-ai")
	cmd.Flags().StringVar(&format, "format", "text", "output format: json, text")
	return cmd
}

func checkBill(e *env, file, profile, format string) error {
	if err := textOrJSON(format); err != nil {
		return err
	}
	src, err := tree.Load(file, tree.MaxBytes)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	elements, err := sbom.Check(src, profile)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	res := sbomCheck{Profile: profile, File: file, Elements: elements}
	lacking := 0 // what a tool could have written
	for _, el := range elements {
		switch el.Status {
		case sbom.Automated:
			res.Automated++
		case sbom.Human:
			res.Human++
		default:
			res.Missing++
			if el.By == "tool" {
				lacking++
			}
		}
	}
	if format == "json" {
		err = e.json(res)
	} else {
		writeElements(e, &res)
	}
	switch {
	case err != nil:
		return err
	case lacking > 0:
		return exit(exitViolation)
	case res.Missing > 0:
		return exit(exitUndecided)
	}
	return nil
}

func writeElements(e *env, res *sbomCheck) {
	cluster := ""
	for _, el := range res.Elements {
		if el.Cluster != cluster {
			cluster = el.Cluster
			fmt.Fprintf(e.out, "%s\n", cluster)
		}
		line := "  " + pad(el.Status, 11) + pad(el.ID, 14) + el.Name
		if el.Status == sbom.Missing {
			line += ": a " + el.By + " adds " + el.Hint
		}
		fmt.Fprintln(e.out, line)
	}
	fmt.Fprintf(e.out, "%d automated, %d human, %d missing of %d\n", res.Automated, res.Human, res.Missing, len(res.Elements))
}
