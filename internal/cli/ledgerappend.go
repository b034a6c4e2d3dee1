package cli

import (
	"bufio"
	"bytes"
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

// batchLines is how many lines are appended before the first of their receipts
// is waited for: they share one sync of the disk.
const batchLines = 256

// lines appends each line of the input. As many as there are go together, and
// one that comes alone does not wait for others.
func (a *ledgerAppend) lines(ctx context.Context, s *ledger.Shards) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	lines, failed := readLines(ctx, a.in)
	n := 0
	for batch := nextBatch(ctx, lines); len(batch) > 0; batch = nextBatch(ctx, lines) {
		if err := a.batch(ctx, s, batch, n); err != nil {
			return err
		}
		n += len(batch)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	switch err := <-failed; {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("line %d has more than %d bytes: log a digest of it", n+1, c2sp.MaxEntry)
	case err != nil:
		return err
	case n == 0:
		return errors.New("there was no line to append")
	}
	return nil
}

// readLines reads lines, as far ahead as one batch. When the lines end the
// error is there, or nil.
func readLines(ctx context.Context, r io.Reader) (<-chan []byte, <-chan error) {
	lines, failed := make(chan []byte, batchLines), make(chan error, 1)
	go func() {
		defer close(lines)
		in := bufio.NewScanner(r)
		in.Buffer(nil, c2sp.MaxEntry+2)
		for in.Scan() {
			select {
			case lines <- bytes.Clone(in.Bytes()):
			case <-ctx.Done():
				return
			}
		}
		failed <- in.Err()
	}()
	return lines, failed
}

// nextBatch waits for a line, and takes those that are there besides. There is
// none at the end.
func nextBatch(ctx context.Context, lines <-chan []byte) (batch [][]byte) {
	select {
	case line, ok := <-lines:
		if !ok {
			return nil
		}
		batch = append(batch, line)
	case <-ctx.Done():
		return nil
	}
	for len(batch) < batchLines {
		select {
		case line, ok := <-lines:
			if !ok {
				return batch
			}
			batch = append(batch, line)
		default:
			return batch
		}
	}
	return batch
}

// batch appends lines, and says of each in their order that it is there. The
// error is that of the first that is not.
func (a *ledgerAppend) batch(ctx context.Context, s *ledger.Shards, lines [][]byte, before int) (failed error) {
	fail := func(i int, err error) {
		if err != nil && failed == nil {
			failed = fmt.Errorf("line %d: %w", before+i+1, err)
		}
	}
	var tickets []ledger.Ticket
	var refused error
	for _, line := range lines {
		t, err := s.Enqueue(ctx, line)
		if err != nil {
			refused = err
			break
		}
		tickets = append(tickets, t)
	}
	for i, t := range tickets {
		r, err := t.Receipt(ctx)
		if err == nil {
			err = a.say(r)
		}
		fail(i, err)
	}
	fail(len(tickets), refused)
	return failed
}

func (a *ledgerAppend) one(ctx context.Context, s *ledger.Shards, entry []byte) error {
	r, err := s.Append(ctx, entry)
	if err != nil {
		return err
	}
	return a.say(r)
}

func (a *ledgerAppend) say(r ledger.Receipt) error {
	if a.format == "json" {
		return a.json(appended{r.Head.Origin, r.Index, r.Head.Size})
	}
	_, err := fmt.Fprintf(a.out, "%s %d\n", r.Head.Origin, r.Index)
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
