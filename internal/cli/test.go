package cli

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/cases"
)

func testCommand(e *env) *cobra.Command {
	var k knowledge
	cmd := &cobra.Command{
		Use:   "test --rules DIR [--kb DIR]",
		Short: "Run the cases beside your own rules and dialects",
		Long: `test runs the cases.txtar beside every rule below --rules and beside every dialect below --kb.
docs/spec/rules.md says how a case is written.

Exit codes: 0 all cases hold, 1 some do not, 2 a file is broken, 3 there was nothing to test.`,
		Example: "  bailiwick test --rules policy/rules",
		Args:    none,
		RunE: func(*cobra.Command, []string) error {
			ran, fails, err := runCases(&k)
			if err != nil {
				return err
			}
			for _, f := range fails {
				fmt.Fprintln(e.out, f.Error())
			}
			switch {
			case ran == 0:
				fmt.Fprintln(e.err, "bailiwick: nothing was tested: --rules and --kb name folders with rules or dialects of your own")
				return exit(exitUndecided)
			case len(fails) > 0:
				fmt.Fprintf(e.out, "%d of %d archives fail\n", failed(fails), ran)
				return exit(exitViolation)
			}
			fmt.Fprintf(e.out, "%d archives hold\n", ran)
			return nil
		},
	}
	k.flags(cmd)
	return cmd
}

func runCases(k *knowledge) (ran int, fails []cases.Failure, err error) {
	base, _, err := k.open()
	if err != nil {
		return 0, nil, err
	}
	set, err := k.policies()
	if err != nil {
		return 0, nil, err
	}
	for _, r := range set.Rules {
		own := false
		for _, dir := range k.ruleDirs {
			own = own || path.Clean(dir) == "." || len(r.File) > len(dir) && r.File[:len(path.Clean(dir))] == path.Clean(dir)
		}
		if !own {
			continue
		}
		file := path.Join(path.Dir(r.File), "cases.txtar")
		src, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			return ran, nil, fmt.Errorf("%s: the rule %s has no cases: %w", file, r.ID, plain(err))
		}
		got, err := cases.Rule(base, set, r.ID, file, src)
		if err != nil {
			return ran, nil, err
		}
		ran++
		fails = append(fails, got...)
	}
	for _, dir := range k.kbDirs {
		files, err := filepath.Glob(filepath.Join(dir, "providers", "*", "cases.txtar"))
		if err != nil {
			return ran, nil, err
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				return ran, nil, fmt.Errorf("%s: it cannot be read: %w", file, plain(err))
			}
			got, err := cases.Dialect(base, filepath.ToSlash(file), src)
			if err != nil {
				return ran, nil, err
			}
			ran++
			fails = append(fails, got...)
		}
	}
	return ran, fails, nil
}

func failed(fs []cases.Failure) int {
	seen := map[string]bool{}
	for _, f := range fs {
		seen[f.File] = true
	}
	return len(seen)
}
