package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/cases"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
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
	for _, r := range k.own {
		file := path.Join(path.Dir(r.File), "cases.txtar")
		src, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			return ran, nil, fmt.Errorf("%s: the rule %s has no cases: %w", file, r.ID, tree.Plain(err))
		}
		got, err := cases.Rule(base, set, r.ID, file, src)
		if err != nil {
			return ran, nil, err
		}
		ran++
		fails = append(fails, got...)
	}
	for _, dir := range k.kbDirs {
		files, err := dialectCases(dir)
		if err != nil {
			return ran, nil, err
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				return ran, nil, fmt.Errorf("%s: the dialect beside it has no cases: %w", file, tree.Plain(err))
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

// dialectCases are the archives of the providers below a --kb folder: those
// that are there, and those that must be, because a dialect is.
func dialectCases(dir string) ([]string, error) {
	files, err := fs.Glob(os.DirFS(dir), "providers/*/*")
	if err != nil {
		return nil, fmt.Errorf("--kb %s: %w", dir, err)
	}
	var out []string
	for _, file := range files {
		name := path.Base(file)
		archive, ok := cases.Archive(name)
		switch {
		case ok:
			out = append(out, filepath.Join(dir, filepath.FromSlash(path.Dir(file)), archive))
		case strings.HasPrefix(name, "cases") && path.Ext(name) == ".txtar":
			out = append(out, filepath.Join(dir, filepath.FromSlash(file)))
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func failed(fs []cases.Failure) int {
	seen := map[string]bool{}
	for _, f := range fs {
		seen[f.File] = true
	}
	return len(seen)
}
