package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/chart"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/report"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func reviewDiffCommand(e *env) *cobra.Command {
	r := &reviewer{proof: proof{check: check{env: e, all: true}}}
	cmd := &cobra.Command{
		Use:   "diff BASE [PATH ...]",
		Short: "Tell what a change does to the data flows",
		Long: `diff judges the working copy and the git revision BASE, and tells which flows, recipients, countries, operators, models and keys
are new, gone or changed: a comment for a pull request. The revision is checked out into a temporary folder; the repository stays
as it is. What is new is held against the perimeter of the revision, since nobody approves himself; where the revision has
none, against that of the working copy.

Exit codes: 0 nothing new is outside, 1 something new is (or is a violation), 2 error, 3 of something new it is not established.`,
		Example: `  bailiwick review diff origin/main
  bailiwick review diff origin/main --format json -o flows.json`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s takes a git revision; as in: %s", c.CommandPath(), firstExample(c))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if r.format != "markdown" && r.format != "json" {
				return fmt.Errorf("there is no format %q; there are: json, markdown", r.format)
			}
			return r.diff(cmd.Context(), args[0], args[1:])
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.format, "format", "markdown", "output format: json, markdown")
	f.StringVarP(&r.output, "output", "o", "", "write the result to a file")
	r.subject.flags(cmd)
	r.locator.flags(cmd)
	r.knowledge.flags(cmd)
	return cmd
}

func (r *reviewer) diff(ctx context.Context, base string, args []string) error {
	if strings.HasPrefix(base, "-") {
		return fmt.Errorf("%q is not a revision", base)
	}
	if err := r.locate(args); err != nil {
		return err
	}
	var err error
	if r.output, err = absolute(r.output); err != nil {
		return err
	}
	back, err := r.enter(filepath.Dir(r.perimeter))
	if err != nil {
		return err
	}
	defer back()
	c, err := r.against(ctx, base)
	if err != nil {
		return err
	}
	err = r.put(func(w io.Writer) error {
		if r.format == "json" {
			return report.JSON(w, c)
		}
		return report.Change(w, c)
	})
	if err != nil {
		return err
	}
	if code := codeOf(c.Verdict); code != exitPass {
		return exit(code)
	}
	return nil
}

// against judges the working copy and the revision.
func (r *reviewer) against(ctx context.Context, base string) (*finding.Change, error) {
	top, err := topLevel(".")
	if err != nil {
		return nil, fmt.Errorf("review diff compares with a git revision: %w", err)
	}
	if _, err := git(ctx, ".", "rev-parse", "--verify", "--quiet", "--end-of-options", base+"^{commit}"); err != nil {
		return nil, fmt.Errorf("there is no git revision %q here: is the clone shallow, or was it not fetched?", base)
	}
	o, path, err := r.options()
	if err != nil {
		return nil, err
	}
	allows, err := chart.For(o.KB, o.Perimeter, o.At)
	if err != nil {
		return nil, err
	}
	now, err := r.judge(ctx, o, path)
	if err != nil {
		return nil, err
	}
	held := now
	_, missing := gitShow(path, base)
	if missing == nil {
		asked := *r
		asked.base = base
		o, _, err := asked.options()
		if err != nil {
			return nil, err
		}
		if held, err = asked.judge(ctx, o, path); err != nil {
			return nil, err
		}
	} else {
		fmt.Fprintf(r.err, "bailiwick: %s has no %s: what is new is held against the one of the working copy\n", base, filepath.ToSlash(path))
	}
	for _, p := range r.paths {
		if _, ok := inTree(top, p); !ok {
			return nil, fmt.Errorf("%s is outside of the repository %s: git cannot say what it was at %s", filepath.ToSlash(p), top, base)
		}
	}
	then, old, err := r.revision(ctx, top, base)
	if err != nil {
		return nil, err
	}
	if old != nil {
		allows = *old
	}
	c := finding.Changes(then, now)
	c.Base, c.Findings = base, finding.Compare(then, held)
	c.Verdict = c.Findings.Verdict()
	c.Crossings = crossings(c, held, allows.Allows)
	unknown := func(is map[string]string) bool {
		return slices.Contains(finding.Words(is["countries"]), finding.NotKnown)
	}
	open := slices.ContainsFunc(c.Flows.New, func(t finding.Thing) bool { return unknown(t.Is) }) ||
		slices.ContainsFunc(c.Flows.Changed, func(t finding.Altered) bool { return unknown(t.Is) })
	switch {
	case len(c.Crossings) > 0:
		c.Verdict = finding.VerdictViolation
	case open && c.Verdict == finding.VerdictPass, now.Summary.Files+then.Summary.Files == 0:
		c.Verdict = finding.VerdictUndecided
	}
	return c, nil
}

// crossings are the new and changed flows that lead to a country which the
// perimeter does not allow, and that no rule passed or waiver covers.
func crossings(c *finding.Change, held *finding.Result, allowed func(graph.Country) bool) []string {
	fine := map[string]bool{} // of several flows with one name all have to be
	for i := range held.Flows {
		e := &held.Flows[i]
		name := string(e.From) + " → " + string(e.To)
		before, met := fine[name]
		fine[name] = (before || !met) && (e.Answer == finding.Pass || e.Answer == finding.Waived)
	}
	out := []string{}
	add := func(name, countries string) {
		outside := func(k string) bool { return k != finding.NotKnown && !allowed(graph.Country(k)) }
		if !fine[name] && slices.ContainsFunc(finding.Words(countries), outside) {
			out = append(out, name)
		}
	}
	for _, t := range c.Flows.New {
		add(t.Name, t.Is["countries"])
	}
	for _, t := range c.Flows.Changed {
		add(t.Name, t.Is["countries"])
	}
	return out
}

// revision judges the tree of a revision by its own perimeter, with the knowledge
// of the working copy: its result, and what its perimeter allows, where it has one.
func (r *reviewer) revision(ctx context.Context, top, base string) (*finding.Result, *chart.Options, error) {
	dir, err := os.MkdirTemp("", "bailiwick-review-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	tmp := filepath.Join(dir, "tree")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return nil, nil, err
	}
	// An index of its own: the repository's is not touched.
	env := []string{"GIT_INDEX_FILE=" + filepath.Join(dir, "index")}
	if _, err := gitWith(ctx, top, env, "read-tree", base); err != nil {
		return nil, nil, fmt.Errorf("check out %s: %w", base, err)
	}
	if _, err := gitWith(ctx, top, env, "checkout-index", "--all", "--quiet", "--prefix="+tmp+"/"); err != nil {
		return nil, nil, fmt.Errorf("check out %s: %w", base, err)
	}
	if err := carry(ctx, top, base, tmp, r.facts.Files); err != nil {
		return nil, nil, fmt.Errorf("compare with %s: %w", base, err)
	}
	here, err := os.Getwd()
	if err != nil {
		return nil, nil, err
	}
	if here, err = filepath.EvalSymlinks(here); err != nil {
		return nil, nil, err
	}
	rel, err := filepath.Rel(top, here)
	if err != nil {
		return nil, nil, err
	}
	at := filepath.Join(tmp, rel)
	then := *r
	if err := then.elsewhere(at); err != nil {
		return nil, nil, err
	}
	then.paths = slices.DeleteFunc(slices.Clone(r.paths), func(p string) bool {
		_, err := os.Stat(filepath.Join(at, p))
		return err != nil || filepath.IsAbs(p)
	})
	if len(then.paths) == 0 { // nothing of it was there
		return &finding.Result{Verdict: finding.VerdictPass}, nil, nil
	}
	if err := os.Chdir(at); err != nil {
		return nil, nil, fmt.Errorf("%s at %s: %w", rel, base, tree.Plain(err))
	}
	defer func() { _ = os.Chdir(here) }()
	own := isFile(then.perimeter) && !filepath.IsAbs(then.perimeter)
	if !own {
		then.perimeter = filepath.Join(here, r.perimeter)
	}
	o, path, err := then.options()
	if err != nil {
		return nil, nil, fmt.Errorf("at %s: %w", base, err)
	}
	res, err := then.judge(ctx, o, path)
	if err != nil || !own {
		return res, nil, err
	}
	allows, err := chart.For(o.KB, o.Perimeter, o.At)
	return res, &allows, err
}

// carry takes the files that were read and are no part of a change, such as modules that
// were fetched and logs of traffic, to the tree of the revision: without them all of it
// would look new.
func carry(ctx context.Context, top, base, tmp string, files []string) error {
	list, err := beside(ctx, top, base)
	if err != nil {
		return err
	}
	folders := map[string]bool{}
	for _, name := range list {
		folders[name] = true
	}
	for _, f := range files {
		name, ok := inTree(top, f)
		if !ok || !listed(folders, name) {
			continue
		}
		if dir, _, ok := strings.Cut(name, modules); ok { // which module is where
			if err := carryOne(top, tmp, dir+modules+"modules.json"); err != nil {
				return err
			}
		}
		if err := carryOne(top, tmp, name); err != nil {
			return err
		}
	}
	return nil
}

// listed reports whether a file, or a folder above it, is among names.
func listed(names map[string]bool, file string) bool {
	if names[file] {
		return true
	}
	for i, c := range file {
		if c == '/' && names[file[:i+1]] {
			return true
		}
	}
	return false
}

// modules is where terraform init puts the modules that it fetches.
const modules = ".terraform/modules/"

// carryOne copies a file that is there and not in the other tree.
func carryOne(top, tmp, name string) error {
	to := filepath.Join(tmp, filepath.FromSlash(name))
	src, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(name)))
	if _, there := os.Lstat(to); there == nil || errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return os.WriteFile(to, src, 0o600)
}

// elsewhere makes what is named on the command line mean the same from a folder:
// knowledge is that of the working copy; values are those of the folder where it
// has them.
func (r *reviewer) elsewhere(dir string) error {
	var errs []error
	move := func(list []string, keep bool) []string {
		out := slices.Clone(list)
		for i, p := range out {
			if _, err := os.Stat(filepath.Join(dir, p)); keep && err == nil {
				continue
			}
			abs, err := absolute(p)
			errs = append(errs, err)
			out[i] = abs
		}
		return out
	}
	r.kbDirs, r.ruleDirs = move(r.kbDirs, false), move(r.ruleDirs, false)
	r.varFiles, r.params, r.values = move(r.varFiles, true), move(r.params, true), move(r.values, true)
	var err error
	r.locator.path, err = absolute(r.locator.path)
	return errors.Join(append(errs, err)...)
}

// absolute is a path from the root; of none there is none.
func absolute(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	return filepath.Abs(path)
}
