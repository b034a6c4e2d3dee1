package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
)

// A ledgerDrop is one call of the command.
type ledgerDrop struct {
	*env
	secret, format string
}

func ledgerDropCommand(e *env) *cobra.Command {
	d := &ledgerDrop{env: e}
	cmd := &cobra.Command{
		Use:   "drop DIR",
		Short: "Drop the months that are older than the declared retention",
		Long: `drop removes the entries of each month that ended longer ago than ledger.yaml's retention says, oldest first, and appends an entry that
says so: which month, its final checkpoint, the retention. That checkpoint stays, so that the chain from month to month still verifies,
and whoever kept a proof of an entry can verify it as before. It asks nothing and cannot be undone: the policy in ledger.yaml decides.

What was sealed of the entries stays in the vault until its subject is erased, though nothing proves it any more. ledger erase --again
cannot repeat erasures that only a dropped month held: keep no copy of the vault for longer than the retention. What was exported is
not touched.

Exit codes: 0 what was due is dropped, which may be nothing, 2 no retention is declared, or a month could not be dropped.`,
		Example: "  bailiwick ledger drop /var/lib/ledger",
		Args:    one("folder"),
		RunE:    func(c *cobra.Command, args []string) error { return d.run(c.Context(), args[0]) },
	}
	secretFlag(cmd, &d.secret)
	cmd.Flags().StringVar(&d.format, "format", "text", "output format: text, json")
	return cmd
}

func (d *ledgerDrop) run(ctx context.Context, dir string) (err error) {
	if err := textOrJSON(d.format); err != nil {
		return err
	}
	c, err := ledger.LoadConfig(dir)
	if err != nil {
		return err
	}
	if !c.Monthly {
		return fmt.Errorf("%s has no months: it is one log for ever, of which nothing can be dropped", dir)
	}
	s, done, err := d.writeLedger(ctx, dir, d.secret)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	dropped, failed := s.Drop(ctx)
	if failed != nil && len(dropped) == 0 {
		return failed
	}
	return errors.Join(failed, d.write(c, dropped))
}

func (d *ledgerDrop) write(c ledger.Config, dropped []ledger.Shard) error {
	if d.format == "json" {
		return d.json(map[string]any{"retention": c.Retention.String(), "dropped": append([]ledger.Shard{}, dropped...)})
	}
	if len(dropped) == 0 {
		fmt.Fprintf(d.out, "nothing is older than the retention of %s\n", c.Retention)
	}
	for _, s := range dropped {
		fmt.Fprintf(d.out, "DROPPED  %s, by the retention of %s\n", s.Origin, c.Retention)
	}
	return nil
}
