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
	secrets      secrets
	to, toSecret string
}

func ledgerRewrapCommand(e *env) *cobra.Command {
	r := &ledgerRewrap{env: e}
	cmd := &cobra.Command{
		Use:   "rewrap DIR",
		Short: "Wrap the vault's keys by another key, or by its new version",
		Long: `rewrap wraps every key of the vault anew: by the newest version of its key after that was rotated, or by the key of --to, which then is
to stand in ledger.yaml as vaultKey. When the old version is destroyed after that, copies of the vault that nobody can reach any more, in
backups, in snapshots and in worn cells of a disk, open nothing: not what was erased since they were made, and nothing else.

Exit codes: 0 all keys are wrapped anew, 2 they are as they were.`,
		Example: "  bailiwick ledger rewrap /var/lib/ledger\n  bailiwick ledger rewrap /var/lib/ledger --to transit://bao.clinic.example:8200/transit/vault",
		Args:    one("folder"),
		RunE:    func(c *cobra.Command, args []string) error { return r.run(c.Context(), args[0]) },
	}
	r.secrets.flags(cmd)
	cmd.Flags().StringVar(&r.to, "to", "", "address of the key that wraps from now on (default: the vault's key, in its newest version)")
	cmd.Flags().StringVar(&r.toSecret, "to-secret", "", "where the passphrase of --to stands (default: that of --secret)")
	return cmd
}

func (r *ledgerRewrap) run(ctx context.Context, dir string) (err error) {
	l, err := r.openVault(ctx, dir, r.secrets, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	address, secret := cmp.Or(l.config.VaultKey, l.config.Key), cmp.Or(r.secrets.vault, r.secrets.signing)
	if r.to != "" {
		address, secret = r.to, cmp.Or(r.toSecret, r.secrets.signing)
	}
	to, err := r.openKey(ctx, address, secret)
	if err != nil {
		return err
	}
	l.keys = append(l.keys, to)
	if err := l.Vault.Rewrap(ctx, to); err != nil {
		return err
	}
	fmt.Fprintf(r.out, "REWRAPPED  the keys of %d subjects\n", l.Vault.Subjects())
	if r.to != "" {
		fmt.Fprintf(r.out, "  write into %s: vaultKey: %q\n", ledger.ConfigName, r.to)
	}
	return nil
}
