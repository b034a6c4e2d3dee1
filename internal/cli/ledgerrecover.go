package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
)

// A ledgerRecover is one call of the command.
type ledgerRecover struct {
	*env
	reason, approvedBy, secret string
}

func ledgerRecoverCommand(e *env) *cobra.Command {
	r := &ledgerRecover{env: e}
	cmd := &cobra.Command{
		Use:   "recover DIR",
		Short: "Go on after entries were lost for good, and say so in the ledger",
		Long: `recover goes on when the newest shard has less than what was signed, or its guard is lost, and no copy is left to restore. Try that
first: what recover writes stays for ever.

It begins a new shard under a name of its own, whose first entry says which entries are lost, what was signed and what is left, and
commits to why and who approved: both lie beside it in DIR/SHARD.approval, because a name does not belong into an entry that stays for ever.
Nothing is signed under the old name again. What is left of the old shard can still be read and proven; the guard's old state is kept beside it.

Exit codes: 0 it goes on, 2 it does not, or nothing is lost.`,
		Example: `  bailiwick ledger recover /var/lib/ledger --reason "disk sdb failed, the backup is of the day before" --approved-by "dpo@clinic.example"`,
		Args:    one("folder"),
		RunE:    func(c *cobra.Command, args []string) error { return r.run(c.Context(), args[0]) },
	}
	cmd.Flags().StringVar(&r.reason, "reason", "", "what happened (required)")
	cmd.Flags().StringVar(&r.approvedBy, "approved-by", "", "who approved (required)")
	secretFlag(cmd, &r.secret)
	return cmd
}

func (r *ledgerRecover) run(ctx context.Context, dir string) (err error) {
	c, err := ledger.LoadConfig(dir)
	if err != nil {
		return err
	}
	key, err := r.signingKey(ctx, c.Key, r.secret)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, key.key.Close()) }()
	o, err := r.shardOptions(c, key)
	if err != nil {
		return err
	}
	record, err := ledger.Recover(ctx, c, o, r.reason, r.approvedBy)
	if err != nil {
		return err
	}
	if record.From < record.To {
		fmt.Fprintf(r.out, "%s lost entries %d to %d.", record.Origin, record.From, record.To-1)
	} else {
		fmt.Fprintf(r.out, "%s lost its guard; every entry that was published is there.", record.Origin)
	}
	fmt.Fprintln(r.out, " A new shard goes on, and says so in its first entry.")
	return nil
}
