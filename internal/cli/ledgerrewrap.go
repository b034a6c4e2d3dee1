package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
)

// A ledgerRewrap is one call of the command.
type ledgerRewrap struct {
	*env
	dir, to string
}

func ledgerRewrapCommand(e *env) *cobra.Command {
	r := &ledgerRewrap{env: e}
	cmd := &cobra.Command{
		Use:   "rewrap",
		Short: "Wrap the vault's keys by another key, or by its new version",
		Long: `rewrap wraps every key of the vault anew: by the newest version of its key after that was rotated, or by the key of --to, which then is
to stand in ledger.yaml as vaultKey. When the old version is destroyed after that, copies of the vault that nobody can reach any more, in
backups, in snapshots and in worn cells of a disk, open nothing: not what was erased since they were made, and nothing else.`,
		Example: "  bailiwick ledger rewrap --ledger /var/lib/ledger\n  bailiwick ledger rewrap --to transit://bao.clinic.example:8200/transit/vault",
		Args:    none,
		RunE:    func(c *cobra.Command, _ []string) error { return r.run(c.Context()) },
	}
	ledgerFlag(cmd, &r.dir)
	cmd.Flags().StringVar(&r.to, "to", "", "address of the key that wraps from now on (default: the vault's key, in its newest version)")
	return cmd
}

func (r *ledgerRewrap) run(ctx context.Context) (err error) {
	l, err := r.openRecorder(ctx, r.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	c, err := ledger.LoadConfig(r.dir)
	if err != nil {
		return err
	}
	to, err := openKey(ctx, cmp.Or(r.to, c.VaultKey, c.Key))
	if err != nil {
		return err
	}
	defer to.Close()
	if err := l.Vault.Rewrap(ctx, to); err != nil {
		return err
	}
	fmt.Fprintf(r.out, "REWRAPPED  the keys of %d subjects\n", l.Vault.Subjects())
	if r.to != "" {
		fmt.Fprintf(r.out, "  write into %s: vaultKey: %q\n", ledger.ConfigName, r.to)
	}
	return nil
}
