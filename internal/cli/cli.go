// Package cli is the command line: one file a command, and the only place
// where all packages meet. It says which exit code a result has:
//
//	0 pass · 1 violation · 2 error · 3 undecided · 130 interrupted
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/report"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// The exit codes of every command.
const (
	exitPass        = 0
	exitViolation   = 1
	exitError       = 2
	exitUndecided   = 3
	exitInterrupted = 130
)

// An exit ends a command with a code, without a message of its own.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// codeOf is the exit code of a verdict.
func codeOf(v finding.Verdict) int {
	switch v {
	case finding.VerdictPass:
		return exitPass
	case finding.VerdictViolation:
		return exitViolation
	}
	return exitUndecided
}

// An env is what a command gets from outside: streams, clock, terminal, and
// the roots of vendors of chips.
type env struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	roots    attest.Roots
}

// terminal reports whether w is a terminal that shows colour.
func (e *env) terminal(w io.Writer) bool {
	if s, ok := w.(*sink); ok {
		w = s.Writer
	}
	f, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// A sink is standard output. It keeps the first error of writing, which few
// commands look at.
type sink struct {
	io.Writer
	err error
}

func (s *sink) Write(b []byte) (int, error) {
	n, err := s.Writer.Write(b)
	s.err = cmp.Or(s.err, err)
	return n, err
}

// json writes a document for programs.
func (e *env) json(v any) error {
	return report.JSON(e.out, v)
}

// textOrJSON checks the format of commands that have these two.
func textOrJSON(format string) error {
	if format == "text" || format == "json" {
		return nil
	}
	return fmt.Errorf("there is no format %q; there are: json, text", format)
}

// Main runs the command line and returns the exit code.
func Main(args []string, in io.Reader, out, errw io.Writer) int {
	return run(&env{in: in, out: out, err: errw, now: time.Now, roots: attest.Pinned()}, args)
}

func run(e *env, args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	sink := &sink{Writer: e.out}
	errw := e.err
	e.out = sink
	root := command(e)
	root.SetArgs(args)
	root.SetIn(e.in)
	root.SetOut(sink)
	root.SetErr(errw)
	err := interruptible(ctx, root.ExecuteContext)
	if code := exit(0); sink.err != nil && (err == nil || errors.As(err, &code)) {
		err = fmt.Errorf("write the result: %w", tree.Plain(sink.err)) // a part of it is no result
	}
	var code exit
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(errw, "bailiwick: interrupted")
		return exitInterrupted
	case err == nil:
		return exitPass
	case errors.As(err, &code):
		return int(code)
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(errw, "bailiwick: %s\n", finding.Tame(strings.TrimRight(line, "\n")))
	}
	return exitError
}

// grace is how long an interrupted command may take to clean up.
const grace = time.Second

// interruptible runs a command until it ends or, shortly, until the user
// interrupts it: a read from a pipe or of a large tree does not look at ctx.
func interruptible(ctx context.Context, run func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(grace):
		return ctx.Err()
	}
}

func command(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:   "bailiwick",
		Short: "Whose law reaches every byte of an AI system",
		Long: `Bailiwick reads infrastructure code, works out whose law reaches every store, model, key and flow,
and holds that against one written perimeter.

  bailiwick init                writes a perimeter.yaml for this folder
  bailiwick check               gives the verdict: exit 0 pass, 1 violation, 2 error, 3 undecided
  bailiwick map -o map.svg      draws what flows where, by jurisdiction
  bailiwick where eu-west-2     says where something is, who runs it and which law reaches it
  bailiwick explain LOC-010     says what a rule or a clause of law asks for
  bailiwick enforce, admit      let the systems that can refuse do so
  bailiwick ledger, keys, attest   the trust base: a log, keys and machines that others can verify`,
		Version:       Version(),
		SilenceUsage:  true,
		SilenceErrors: true,
		// every command has this one
		PersistentPreRunE: given,
		Args:              noCommand,
		RunE: func(c *cobra.Command, _ []string) error {
			return c.Help()
		},
	}
	root.SetVersionTemplate("bailiwick {{.Version}}\n")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w; %s --help lists the flags", err, c.CommandPath())
	})
	root.AddCommand(
		checkCommand(e), whereCommand(e), explainCommand(e), initCommand(e), diffCommand(e),
		reportCommand(e), testCommand(e), kbCommand(e), versionCommand(e), fixCommand(e), mapCommand(e), evidenceCommand(e), scoreCommand(e), reviewCommand(e), enforceCommand(e), sbomCommand(e), admitCommand(e), ledgerCommand(e), keysCommand(e), attestCommand(e),
	)
	strict(root)
	return root
}

// strict makes the commands that cobra brings refuse a name that they do not
// know, as ours do: a script must not take a page of help for what it asked for.
func strict(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "completion":
			c.Args = noCommand
			c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
		case "help":
			c.Run = nil
			c.RunE = func(_ *cobra.Command, args []string) error { return help(root, args) }
		}
	}
}

// help prints what is known of the command that the names lead to.
func help(c *cobra.Command, names []string) error {
	found, rest, err := c.Find(names)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return noCommand(found, rest)
	}
	found.InitDefaultHelpFlag()
	return found.Help()
}
