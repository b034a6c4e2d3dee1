package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/follow"
)

// A ledgerFollow is one run of the command.
type ledgerFollow struct {
	*env
	policy, state, out string
	every              time.Duration
	prove              int64
	quiet              bool
}

// A followed is what follow writes for each entry.
type followed struct {
	Index int64 `json:"index"`
	Entry any   `json:"entry"` // see [readable]
}

func ledgerFollowCommand(e *env) *cobra.Command {
	f := &ledgerFollow{env: e}
	cmd := &cobra.Command{
		Use:   "follow URL|DIR",
		Short: "Read a log of others, and verify everything it gives out",
		Long: `follow fetches the checkpoint of a log (c2sp.org/tlog-tiles, over HTTP or in a folder), verifies it by a policy, proves that it continues the
last one that was seen, and writes the entries that came since, each verified against the tree, one a line. --state is the file that
remembers both, so that it goes on where it ended; the log cannot be rolled back unseen as long as the file is kept.

Lines are JSON documents with index and entry: as JSON if it is (and no mere string), else its bytes in base64. --prove N writes the proof of one entry
instead, which ledger verify and others verify offline. With --every it runs until SIGTERM, which ends it with 0.

Exit codes: 0 all is verified, 1 the log forked, was rolled back, or gives out what it did not sign, 2 it cannot be read,
3 too few witnesses cosigned its checkpoint, as yet.`,
		Example: `  bailiwick ledger follow https://ledger.clinic.example/2026-11 --policy trust.txt --state seen.json
  bailiwick ledger follow https://ledger.clinic.example/2026-11 --policy trust.txt --state seen.json --prove 17 -o proof.txt`,
		Args: one("address"),
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.policy, "policy", "", "file that names whom you trust (required)")
	flags.StringVar(&f.state, "state", "", "file that remembers what was seen (required)")
	flags.DurationVar(&f.every, "every", 0, "look again so often, until it is ended (default: look once)")
	flags.Int64Var(&f.prove, "prove", -1, "write the proof of this entry instead of the entries")
	flags.StringVarP(&f.out, "output", "o", "", "file for the proof (default: stdout)")
	flags.BoolVar(&f.quiet, "verify-only", false, "verify the entries, and do not write them")
	return cmd
}

func (f *ledgerFollow) run(ctx context.Context, address string) (err error) {
	if f.policy == "" {
		return errNoPolicy
	}
	policy, err := readPolicy(f.policy)
	if err != nil {
		return err
	}
	if f.state == "" {
		return fmt.Errorf("--state FILE is missing: without a memory of what was seen nobody notices when a log is rolled back")
	}
	switch proves := f.prove >= 0; {
	case f.prove < -1:
		return fmt.Errorf("--prove %d: want the number of an entry", f.prove)
	case proves && f.every > 0:
		return fmt.Errorf("--prove writes one proof, and --every goes on: give one of them")
	case proves && f.quiet:
		return fmt.Errorf("--prove writes a proof, and --verify-only writes nothing: give one of them")
	case !proves && f.out != "":
		return fmt.Errorf("--output is for --prove: entries go to stdout, write > %s", f.out)
	}
	source, err := follow.At(address)
	if err != nil {
		return err
	}
	log, err := follow.Open(source, policy, f.state)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	for {
		err := f.round(ctx, log)
		var fork *follow.Fork
		switch {
		case errors.As(err, &fork), errors.Is(err, follow.ErrAltered):
			fmt.Fprintf(f.err, "NOT VERIFIED  %v\n", err)
			return exit(exitViolation)
		case errors.Is(err, c2sp.ErrQuorum) && f.every <= 0:
			fmt.Fprintf(f.err, "UNDECIDED  %v\n", err)
			return exit(exitUndecided)
		case f.every <= 0:
			return err
		case err != nil && ctx.Err() == nil:
			fmt.Fprintf(f.err, "bailiwick: %s; looking again in %s\n", finding.Tame(err.Error()), f.every)
		}
		select {
		case <-time.After(f.every):
		case <-ctx.Done():
			return nil
		}
	}
}

func (f *ledgerFollow) round(ctx context.Context, log *follow.Follower) error {
	opened, err := log.Update(ctx)
	if err != nil {
		return err
	}
	if f.prove >= 0 {
		proof, err := log.Prove(ctx, f.prove)
		if err != nil {
			return err
		}
		return f.write(f.out, proof.Marshal())
	}
	first := log.Next()
	if err := f.entries(ctx, log); err != nil {
		return err
	}
	fmt.Fprintf(f.err, "VERIFIED  %s: %d entries, %d of them new, %d cosignatures\n", opened.Origin, opened.Size, log.Next()-first, len(opened.Cosigned))
	return nil
}

// tookEvery is how many entries may be written twice when the process is
// killed: what was written is remembered from time to time.
const tookEvery = 1 << 14

func (f *ledgerFollow) entries(ctx context.Context, log *follow.Follower) error {
	out := bufio.NewWriterSize(f.env.out, 64<<10)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	next := log.Next()
	took := func() error {
		if err := out.Flush(); err != nil {
			return err
		}
		if next == log.Next() {
			return nil
		}
		return log.Took(next)
	}
	err := log.Entries(ctx, next, func(index int64, entry []byte) error {
		if !f.quiet {
			if err := lines.Encode(followed{index, readable(entry)}); err != nil {
				return err
			}
		}
		next = index + 1
		if next%tookEvery == 0 {
			return took()
		}
		return nil
	})
	return errors.Join(err, took())
}
