package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/vault"
)

// A ledgerDisclose is one call of the command.
type ledgerDisclose struct {
	*env
	dir, shard string
	fields     []string
}

func ledgerDiscloseCommand(e *env) *cobra.Command {
	d := &ledgerDisclose{env: e}
	cmd := &cobra.Command{
		Use:   "disclose INDEX --field FIELD",
		Short: "Show sealed fields of an entry to somebody, with proof",
		Long: `disclose writes a document that shows the named sealed fields of one entry and proves that the entry stands in the ledger with just
these values. The other fields stay closed. Whoever gets it verifies it with ledger verify and a policy of his own, offline.

Field subject shows whom the entry's pseudonym stands for.`,
		Example: "  bailiwick ledger disclose 4711 --field actor --field subject > disclosure.json\n  bailiwick ledger verify disclosure.json --policy trust.txt",
		Args:    one("index"),
		RunE:    func(c *cobra.Command, args []string) error { return d.run(c.Context(), args[0]) },
	}
	ledgerFlag(cmd, &d.dir)
	cmd.Flags().StringVar(&d.shard, "shard", "", "shard of the entry, as 2026-11 (default: the newest)")
	cmd.Flags().StringArrayVar(&d.fields, "field", nil, "sealed field to show (repeatable, required)")
	return cmd
}

func (d *ledgerDisclose) run(ctx context.Context, index string) (err error) {
	n, err := strconv.ParseInt(index, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no index of an entry: a number from 0 on", index)
	}
	l, err := d.openDisclosing(ctx, d.dir, d.shard)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	document, err := vault.Disclose(ctx, l.vault, l.Reader, n, d.fields...)
	if err != nil {
		return err
	}
	text, err := document.Marshal()
	if err != nil {
		return err
	}
	_, err = d.out.Write(text)
	return err
}
