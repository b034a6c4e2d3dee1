package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// A ledgerDrop is one call of the command.
type ledgerDrop struct {
	*env
	secret string
}

func ledgerDropCommand(e *env) *cobra.Command {
	d := &ledgerDrop{env: e}
	cmd := &cobra.Command{
		Use:   "drop DIR",
		Short: "Drop the months that are older than the declared retention",
		Long: `drop removes the entries of every shard whose month ended longer ago than the retention in ledger.yaml, oldest first. An entry of the
ledger says which, by which retention, and with which final checkpoint; that checkpoint stays, so that the chain still verifies. Without a
declared retention nothing may be dropped. What was dropped is gone: proofs that were made before go on to verify, new ones cannot be made.

Exit codes: 0 it is done, also when nothing is that old, 2 it is not.`,
		Example: "  bailiwick ledger drop /var/lib/ledger",
		Args:    one("folder"),
		RunE:    func(c *cobra.Command, args []string) error { return d.run(c.Context(), args[0]) },
	}
	secretFlag(cmd, &d.secret)
	return cmd
}

func (d *ledgerDrop) run(ctx context.Context, dir string) (err error) {
	s, done, err := d.writeLedger(ctx, dir, d.secret)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	dropped, err := s.Drop(ctx)
	for _, shard := range dropped {
		fmt.Fprintf(d.out, "DROPPED  %s\n", shard.Origin)
	}
	if err == nil && len(dropped) == 0 {
		fmt.Fprintln(d.out, "Nothing is older than the retention.")
	}
	return err
}
