package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"
)

// A ledgerDisclose is one call of the command.
type ledgerDisclose struct {
	*env
	secret, shard, output string
	fields                []string
}

func ledgerDiscloseCommand(e *env) *cobra.Command {
	d := &ledgerDisclose{env: e}
	cmd := &cobra.Command{
		Use:   "disclose DIR INDEX --field FIELD",
		Short: "Show sealed fields of an entry to somebody, with proof",
		Long: `disclose writes a document that shows the named sealed fields of one entry and proves that the entry stands in the ledger with just
these values. The other fields stay closed. Whoever gets it verifies it with ledger verify and a policy of his own, offline.

Field subject shows whom the entry's pseudonym stands for.

Exit codes: 0 the document is written, 2 there is no such entry or field, or its subject was erased.`,
		Example: "  bailiwick ledger disclose /var/lib/ledger 4711 --field actor --field subject -o disclosure.json\n  bailiwick ledger verify disclosure.json --policy trust.txt",
		Args:    folderAnd("the number of an entry"),
		RunE:    func(c *cobra.Command, args []string) error { return d.run(c.Context(), args[0], args[1]) },
	}
	secretFlag(cmd, &d.secret)
	cmd.Flags().StringVarP(&d.output, "output", "o", "", "file for the document (default: stdout)")
	cmd.Flags().StringVar(&d.shard, "shard", "", "shard of the entry, as 2026-11 (default: the newest)")
	cmd.Flags().StringArrayVar(&d.fields, "field", nil, "sealed field to show (repeatable, required)")
	return cmd
}

func (d *ledgerDisclose) run(ctx context.Context, dir, number string) error {
	index, err := strconv.ParseInt(number, 10, 64)
	if err != nil || index < 0 {
		return fmt.Errorf("%q is no number of an entry: record prints it", number)
	}
	text, err := d.disclose(ctx, dir, d.shard, d.secret, index, d.fields)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
	if d.output == "" {
		return write(d.out)
	}
	return toFileOf(d.output, 0o600, write)
}
