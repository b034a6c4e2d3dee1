package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/fix"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
)

func fixCommand(e *env) *cobra.Command {
	c := &check{env: e}
	cmd := &cobra.Command{
		Use:   "fix [PATH ...]",
		Short: "Print a patch for what has a safe mechanical remedy",
		Long: `fix looks for edits of the Terraform and OpenTofu code that mend findings: another region of the same provider, another
SKU, a switch, a retention. It checks the edited code before it prints it, and keeps an edit only when its findings are gone, no
other one appears and nothing else changed. The patch goes to stdout, what it answers and what remains to stderr. No file is
written: git apply or patch -p1 does that, in the folder where fix ran. Read it first: what moves to another region is built anew.

Exit codes, of the code with the patch: 0 pass, 1 a violation remains, 2 error, 3 something undecided remains.`,
		Example: `  bailiwick fix | git apply
  bailiwick fix infra --rule LOC-004 > mend.patch
  bailiwick fix --format json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.name(args); err != nil {
				return err
			}
			return c.fix(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.format, "format", "diff", "output format: diff, json")
	f.StringArrayVar(&c.only, "rule", nil, "mend findings of this rule only, and look at no other (repeatable)")
	c.subject.flags(cmd)
	c.locator.flags(cmd)
	c.knowledge.flags(cmd)
	return cmd
}

func (c *check) fix(ctx context.Context) error {
	if c.format != "diff" && c.format != "json" {
		return fmt.Errorf("there is no format %q; there are: diff, json", c.format)
	}
	plan, err := c.plan(ctx)
	if err != nil {
		return err
	}
	if c.format == "json" {
		err = c.json(plan.Document())
	} else {
		for i := range plan.Files {
			plan.TalkEdits(c.err, &plan.Files[i])
			if err = plan.Files[i].Diff(c.out); err != nil {
				break
			}
		}
		plan.TalkOpen(c.err)
	}
	if err != nil {
		return err
	}
	if code := codeOf(plan.After.Verdict); code != exitPass {
		return exit(code)
	}
	return nil
}

// plan looks for the edits.
func (c *check) plan(ctx context.Context) (*fix.Plan, error) {
	o, _, err := c.options()
	if err != nil {
		return nil, err
	}
	o.All = true
	table, err := c.locator.open()
	if err != nil {
		return nil, err
	}
	defer table.close()
	o.Locator = table.locator()
	if slices.ContainsFunc(c.only, func(id string) bool { return strings.EqualFold(id, string(loosenedRule.ID)) }) {
		return nil, fmt.Errorf("--rule %s compares two perimeters: there is nothing in the code to mend", loosenedRule.ID)
	}
	if o.Rules, err = o.Rules.Only(spelled(o.Rules, c.only)); err != nil {
		return nil, err
	}
	source, err := c.source(o.KB)
	if err != nil {
		return nil, err
	}
	book, err := limits.New(o.KB, o.Perimeter, o.At)
	if err != nil {
		return nil, err
	}
	traced := source
	traced.Terraform.Trace = true
	facts := all.Read(c.paths, traced)
	j := &judge{paths: c.paths, source: source, options: o}
	r := resolve.New(o.KB, o.Perimeter, book, o.At)
	r.Locate(o.Locator)
	levers := r.Levers(&facts)
	return fix.Run(ctx, &fix.Tools{Checker: j, Rewriter: j, Limits: book, Levers: levers, Dir: terraform.RealPath(".")})
}

// A judge is the rest of the program, as fix needs it.
type judge struct {
	paths   []string
	source  all.Options
	options assess.Options
}

// Check implements [fix.Checker].
func (j *judge) Check(ctx context.Context, files map[string][]byte) (*finding.Result, error) {
	source := j.source
	source.Terraform.Overlay = files
	facts := all.Read(j.paths, source)
	return assess.Run(ctx, &facts, j.options)
}

// Rewrite implements [fix.Rewriter].
func (j *judge) Rewrite(name string, src []byte, edits []graph.Edit) ([]byte, error) {
	return terraform.Rewrite(name, src, edits)
}
