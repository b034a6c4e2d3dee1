package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/others"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/report"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
)

// A check is one run of the main job.
type check struct {
	*env
	knowledge
	subject
	locator   locator
	base      string
	format    string
	output    string
	baseline  string
	all       bool
	with      []string
	failOnNew bool
	exitZero  bool

	comparing bool         // whether the rule about a loosened perimeter is to be run
	facts     *graph.Facts // what was read, once it is judged
}

func checkCommand(e *env) *cobra.Command {
	c := &check{env: e}
	cmd := &cobra.Command{
		Use:   "check [PATH ...]",
		Short: "Hold what the code will build against the perimeter",
		Long: `check reads infrastructure code, manifests and charts, images, build files, pipelines, programs and logs of traffic
below the paths (default: this folder; docs/guide/sources.md lists what is understood), works out where each asset is,
where each flow leads, who runs it, who holds its keys and whose weights it runs, and holds that against perimeter.yaml.

Exit codes: 0 pass, 1 violation, 2 error, 3 undecided (something that matters could not be established).`,
		Example: `  bailiwick check
  bailiwick check infra --perimeter perimeter.yaml --format sarif -o bailiwick.sarif
  bailiwick check --baseline last.json --fail-on-new`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.name(args); err != nil {
				return err
			}
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.base, "base", "", "git revision whose perimeter and waivers count")
	f.StringVar(&c.format, "format", "text", "output format: "+strings.Join(report.Formats(), ", "))
	f.StringVarP(&c.output, "output", "o", "", "write the result to a file")
	f.StringVar(&c.baseline, "baseline", "", "earlier result (json); what it has too is marked old")
	f.BoolVar(&c.failOnNew, "fail-on-new", false, "with --baseline: exit by what is new only")
	f.StringArrayVar(&c.only, "rule", nil, "run this rule only (repeatable)")
	f.BoolVar(&c.all, "all", false, "everything: passes, findings not in force, the inventory")
	f.BoolVar(&c.exitZero, "exit-zero", false, "exit 0 whatever the verdict is (for inventories)")
	f.StringArrayVar(&c.with, "with", nil, "report of another scanner (SARIF; JSON of borderlint, Checkov, modelscan, Prowler or Trivy), shown beside; it decides nothing (repeatable)")
	c.subject.flags(cmd)
	c.locator.flags(cmd)
	c.knowledge.flags(cmd)
	return cmd
}

func (c *check) run(ctx context.Context) error {
	if err := report.Check(c.format); err != nil {
		return err
	}
	if c.failOnNew && c.baseline == "" {
		return fmt.Errorf("--fail-on-new needs --baseline")
	}
	res, err := c.assess(ctx)
	if err != nil {
		return err
	}
	if err := c.write(res); err != nil {
		return err
	}
	v := res.Verdict
	if c.failOnNew {
		v = res.NewVerdict
	}
	if code := codeOf(v); code != exitPass && !c.exitZero {
		return exit(code)
	}
	return nil
}

// assess does the work.
func (c *check) assess(ctx context.Context) (*finding.Result, error) {
	o, path, err := c.options()
	if err != nil {
		return nil, err
	}
	return c.judge(ctx, o, path)
}

// judge does the work by options that are made already.
func (c *check) judge(ctx context.Context, o assess.Options, path string) (*finding.Result, error) {
	o.All = c.all
	table, err := c.locator.open()
	if err != nil {
		return nil, err
	}
	defer table.close()
	o.Locator = table.locator()
	if err := c.choose(&o); err != nil {
		return nil, err
	}
	if c.baseline != "" {
		if o.Baseline, err = readResult(c.env, c.baseline); err != nil {
			return nil, err
		}
	}
	for _, file := range c.with {
		said, err := others.Read(file)
		if err != nil {
			return nil, err
		}
		o.Others = append(o.Others, said...)
	}
	opt, err := c.source(o.KB)
	if err != nil {
		return nil, err
	}
	facts := all.Read(c.paths, opt)
	c.facts = &facts
	if c.base != "" {
		problems, err := c.fromBase(&o, path, o.Perimeter, facts.Notes)
		if err != nil {
			return nil, err
		}
		facts.Problems = append(facts.Problems, problems...)
	}
	res, err := assess.Run(ctx, &facts, o)
	if err == nil && len(o.Rules.Rules) == 0 {
		decideAlone(res, &o)
	}
	return res, err
}

// choose keeps the rules that --rule names. The rule about a loosened
// perimeter is no Rego: alone it leaves no other rule, and unnamed it is not run.
func (c *check) choose(o *assess.Options) error {
	ids := slices.DeleteFunc(spelled(o.Rules, c.only), func(id string) bool { return strings.EqualFold(id, string(loosenedRule.ID)) })
	c.comparing = len(ids) < len(c.only) || len(c.only) == 0
	switch {
	case c.comparing && len(c.only) > 0 && c.base == "":
		return fmt.Errorf("--rule %s compares the perimeter with that of a git revision: name it with --base", loosenedRule.ID)
	case len(ids) == 0 && len(c.only) > 0:
		none := *o.Rules
		none.Rules = nil
		o.Rules = &none
		return nil
	}
	var err error
	o.Rules, err = o.Rules.Only(ids)
	return err
}

// spelled writes rule ids as the rules do: any letter case will do. Unknown
// ones stay for [policy.Set.Only] to refuse.
func spelled(set *policy.Set, ids []string) []string {
	out := slices.Clone(ids)
	for i, id := range out {
		if r, ok := set.Find(id); ok {
			out[i] = string(r.ID)
		}
	}
	return out
}

func (c *check) write(res *finding.Result) error {
	w := c.out
	if c.output == "" {
		return report.Write(w, c.format, res, report.Options{All: c.all, Color: c.terminal(w), Version: Version()})
	}
	return toFile(c.output, func(w io.Writer) error {
		return report.Write(w, c.format, res, report.Options{All: c.all, Version: Version()})
	})
}
