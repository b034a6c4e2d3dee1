package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/report"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A check is one run of the main job.
type check struct {
	*env
	knowledge
	locator   locator
	paths     []string
	perimeter string
	base      string
	format    string
	output    string
	at        string
	baseline  string
	only      []string
	vars      []string
	varFiles  []string
	workspace string
	all       bool
	failOnNew bool
	exitZero  bool

	comparing bool // whether the rule about a loosened perimeter is to be run
}

func checkCommand(e *env) *cobra.Command {
	c := &check{env: e}
	cmd := &cobra.Command{
		Use:   "check [PATH ...]",
		Short: "Hold what the code will build against the perimeter",
		Long: `check reads every Terraform and OpenTofu root, plan and state below the paths (default: this folder), works out
where each asset is, who runs it, who holds its keys and whose weights it runs, and holds that against perimeter.yaml.

Exit codes: 0 pass, 1 violation, 2 error, 3 undecided (something that matters could not be established).`,
		Example: `  bailiwick check
  bailiwick check infra --perimeter perimeter.yaml --format sarif -o bailiwick.sarif
  bailiwick check --baseline last.json --fail-on-new`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c.paths = args
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.perimeter, "perimeter", "", "perimeter file (default: the nearest perimeter.yaml upward from the first path)")
	f.StringVar(&c.base, "base", "", "git revision whose perimeter and waivers count")
	f.StringVar(&c.format, "format", "text", "output format: "+strings.Join(report.Formats(), ", "))
	f.StringVarP(&c.output, "output", "o", "", "write the result to a file")
	f.StringVar(&c.at, "at", "", "day whose law and waivers count (default: today)")
	f.StringVar(&c.baseline, "baseline", "", "earlier result (json); what it has too is marked old")
	f.BoolVar(&c.failOnNew, "fail-on-new", false, "with --baseline: exit by what is new only")
	f.StringArrayVar(&c.only, "rule", nil, "run this rule only (repeatable)")
	f.BoolVar(&c.all, "all", false, "everything: passes, findings not in force, the inventory")
	f.StringArrayVar(&c.varFiles, "var-file", nil, "tfvars file for every root (repeatable)")
	f.StringArrayVar(&c.vars, "var", nil, "variable for every root, name=value (repeatable)")
	f.StringVar(&c.workspace, "workspace", "", "value of terraform.workspace (default: unknown)")
	f.BoolVar(&c.exitZero, "exit-zero", false, "exit 0 whatever the verdict is (for inventories)")
	c.locator.flags(cmd)
	c.knowledge.flags(cmd)
	return cmd
}

func (c *check) run(ctx context.Context) error {
	if len(c.paths) == 0 {
		c.paths = []string{"."}
	}
	if err := exist(c.paths); err != nil {
		return err
	}
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
	at, err := c.day(c.at)
	if err != nil {
		return nil, err
	}
	path, err := c.perimeterPath()
	if err != nil {
		return nil, err
	}
	p, err := perimeter.Load(path)
	if err != nil {
		return nil, err
	}
	o := assess.Options{Perimeter: p, At: at, All: c.all}
	if o.KB, o.Loosened, err = c.open(); err != nil {
		return nil, err
	}
	if o.Rules, err = c.policies(); err != nil {
		return nil, err
	}
	o.Known = o.Rules
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
	opt, err := c.sourceOptions(o.KB)
	if err != nil {
		return nil, err
	}
	facts := all.Read(c.paths, opt)
	if c.base != "" {
		problems, err := c.fromBase(&o, path, p, facts.Notes)
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

func (c *check) perimeterPath() (string, error) {
	if c.perimeter != "" {
		return c.perimeter, nil
	}
	if path, ok := perimeter.Find(c.paths[0]); ok {
		for _, p := range c.paths[1:] {
			if other, ok := perimeter.Find(p); ok && !sameFile(path, other) {
				fmt.Fprintf(c.err, "bailiwick: %s judges all paths, %s does not count; --perimeter names another\n", path, other)
			}
		}
		return path, nil
	}
	if yml := filepath.Join(c.paths[0], "perimeter.yml"); isFile(yml) {
		return "", fmt.Errorf("%s is not looked for under this name: rename it to %s, or name it with --perimeter", yml, perimeter.FileName)
	}
	return "", fmt.Errorf("there is no perimeter.yaml in %s or above: bailiwick init writes one, --perimeter names one", c.paths[0])
}

// sourceOptions says what the files alone do not.
func (c *check) sourceOptions(k *kb.KB) (all.Options, error) {
	o := all.Options{Terraform: terraform.Options{VarFiles: c.varFiles, Workspace: c.workspace, Data: dataAttributes(k)}}
	for _, v := range c.vars {
		name, value, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			return o, fmt.Errorf("--var %q: write it as name=value", v)
		}
		if o.Terraform.Vars == nil {
			o.Terraform.Vars = map[string]string{}
		}
		o.Terraform.Vars[name] = value
	}
	for _, f := range c.varFiles {
		if _, err := os.Stat(f); err != nil {
			return o, fmt.Errorf("--var-file %s: it cannot be read: %w", f, plain(err))
		}
	}
	return o, nil
}

// dataAttributes translates attributes of data sources into paths of their
// provider configuration, as the dialects say.
func dataAttributes(k *kb.KB) func(dataType, attr string) (string, bool) {
	return func(dataType, attr string) (string, bool) {
		return k.DataAttribute("terraform", dataType, attr)
	}
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
