package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A ledgerAppend is one call of the command.
type ledgerAppend struct {
	*env
	secret, format string
}

// An appended is what append writes for each entry.
type appended struct {
	Log   string `json:"log"`
	Index int64  `json:"index"`
	Size  int64  `json:"size"`
}

func ledgerAppendCommand(e *env) *cobra.Command {
	a := &ledgerAppend{env: e}
	cmd := &cobra.Command{
		Use:   "append DIR [FILE ...]",
		Short: "Append entries to a ledger",
		Long: `append appends each file as one entry, or, without files, each line of its input. An entry has at most 65,535 bytes. Each is durable
and below a signed checkpoint when its line is printed: the log and the number of the entry there, by which ledger prove finds it.

An entry stays for ever: personal data does not belong into it. docs/guide/trust.md says what does.

Exit codes: 0 all are appended, 2 one is not; those that were printed are.`,
		Example: "  echo 'policy changed' | bailiwick ledger append /var/lib/ledger\n  bailiwick ledger append /var/lib/ledger decision.json --format json",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return nil
			}
			return fmt.Errorf("%s takes the folder of a ledger; as in: %s", c.CommandPath(), firstExample(c))
		},
		RunE: func(c *cobra.Command, args []string) error { return a.run(c.Context(), args[0], args[1:]) },
	}
	cmd.Flags().StringVar(&a.format, "format", "text", "output format: text, json (a document for each entry)")
	secretFlag(cmd, &a.secret)
	return cmd
}

func (a *ledgerAppend) run(ctx context.Context, dir string, files []string) (err error) {
	if err := textOrJSON(a.format); err != nil {
		return err
	}
	s, done, err := a.writeLedger(ctx, dir, a.secret)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if len(files) == 0 {
		return a.lines(ctx, s)
	}
	for _, path := range files {
		entry, err := smallFile(path, c2sp.MaxEntry)
		if err != nil {
			return err
		}
		if err := a.one(ctx, s, entry); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func (a *ledgerAppend) lines(ctx context.Context, s *ledger.Shards) error {
	in := bufio.NewScanner(a.in)
	in.Buffer(nil, c2sp.MaxEntry+2)
	n := 0
	for in.Scan() {
		n++
		if err := a.one(ctx, s, in.Bytes()); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	switch err := in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("line %d has more than %d bytes: log a digest of it", n+1, c2sp.MaxEntry)
	case err != nil && !errors.Is(err, io.EOF):
		return err
	case n == 0:
		return errors.New("there was no line to append")
	}
	return nil
}

func (a *ledgerAppend) one(ctx context.Context, s *ledger.Shards, entry []byte) error {
	r, err := s.Append(ctx, entry)
	if err != nil {
		return err
	}
	if a.format == "json" {
		return a.json(appended{r.Head.Origin, r.Index, r.Head.Size})
	}
	_, err = fmt.Fprintf(a.out, "%s %d\n", r.Head.Origin, r.Index)
	return err
}

// write writes a result to a file, or to stdout without a name.
func (e *env) write(path string, content []byte) error {
	if path == "" {
		_, err := e.out.Write(content)
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
