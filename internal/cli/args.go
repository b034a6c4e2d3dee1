package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// one asks for exactly one argument; what says which.
func one(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return fmt.Errorf("%s takes one %s, not %d; as in: %s", c.CommandPath(), what, len(args), firstExample(c))
	}
}

// folderAnd asks for the folder of a ledger and one argument more; what says
// which.
func folderAnd(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 2 {
			return nil
		}
		return fmt.Errorf("%s takes a folder and %s; as in: %s", c.CommandPath(), what, firstExample(c))
	}
}

// oneAtMost allows one argument; what says which.
func oneAtMost(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) <= 1 {
			return nil
		}
		return fmt.Errorf("%s takes one %s at most, not %d; as in: %s", c.CommandPath(), what, len(args), firstExample(c))
	}
}

// none refuses arguments and shows how the command is called.
func none(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes no argument such as %q; as in: %s", c.CommandPath(), args[0], firstExample(c))
}

func firstExample(c *cobra.Command) string {
	for line := range strings.Lines(c.Example) {
		return strings.TrimSpace(line)
	}
	return c.UseLine()
}

// noCommand is what an argument of the root is: a command that there is not.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			known = append(known, sub.Name())
		}
	}
	return fmt.Errorf("there is no command %q%s; there are: %s", args[0], suggest(args[0], known), strings.Join(known, ", "))
}

// suggest proposes the known name that is closest, when one is close.
func suggest(name string, known []string) string {
	best, least := "", 1+len(name)/3
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToUpper(name), strings.ToUpper(k)); d < least || d == least && best == "" {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// mayBeEmpty marks a flag of which an empty value means something.
const mayBeEmpty = "bailiwick/may-be-empty"

// given refuses a flag that is written and has no value: it would count as one
// that is not written, and "--base $BASE" of a script would judge by another
// perimeter than the one that it asks for.
func given(c *cobra.Command, _ []string) error {
	var errs []error
	c.Flags().Visit(func(f *pflag.Flag) {
		empty := f.Value.Type() == "string" && f.Value.String() == ""
		if list, ok := f.Value.(pflag.SliceValue); ok {
			empty = slices.Contains(list.GetSlice(), "")
		}
		if _, may := f.Annotations[mayBeEmpty]; empty && !may {
			errs = append(errs, fmt.Errorf("--%s is empty: is a variable of the script not set?", f.Name))
		}
	})
	return errors.Join(errs...)
}

// exist says which path is not there. A path that a person typed and that
// does not exist is wrong usage, not something that could not be established.
func exist(paths []string) error {
	var errs []error
	for _, p := range paths {
		switch _, err := os.Stat(p); {
		case p == "":
			errs = append(errs, errors.New("a path is empty: is a variable of the script not set?"))
		case errors.Is(err, os.ErrNotExist):
			errs = append(errs, fmt.Errorf("%s: there is no such file or folder", p))
		}
	}
	return errors.Join(errs...)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func sameFile(a, b string) bool {
	x, err := filepath.Abs(a)
	if err != nil {
		return a == b
	}
	y, err := filepath.Abs(b)
	return err == nil && x == y
}

// quoted is a path as a shell wants it.
func quoted(path string) string {
	if path != "" && !strings.ContainsFunc(path, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("./_-+@%,:=", r) || r > 127)
	}) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
