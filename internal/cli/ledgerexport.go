package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
)

// A ledgerExport is one call of the command.
type ledgerExport struct {
	*env
	shard string
	anew  bool
}

func ledgerExportCommand(e *env) *cobra.Command {
	x := &ledgerExport{env: e}
	cmd := &cobra.Command{
		Use:   "export DIR OUT",
		Short: "Write a ledger as files that any web server serves",
		Long: `export writes each shard as a folder below OUT in the layout of c2sp.org/tlog-tiles: checkpoint, tile/LEVEL/INDEX, tile/entries/INDEX.
Any web server or bucket serves it, and other tools of C2SP, Tessera among them, read and verify it. A folder that was exported before
gets what came since. It may run beside a process that appends.

Exit codes: 0 it is written, 2 it is not.`,
		Example: `  bailiwick ledger export /var/lib/ledger /srv/www/ledger`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return fmt.Errorf("%s takes the ledger's folder and the one to write; as in: %s", c.CommandPath(), firstExample(c))
		},
		RunE: func(c *cobra.Command, args []string) error { return x.run(c.Context(), args[0], args[1]) },
	}
	cmd.Flags().StringVar(&x.shard, "shard", "", "only this shard, as in 2026-11")
	cmd.Flags().BoolVar(&x.anew, "anew", false, "write everything, not only what came since the last export")
	return cmd
}

func (x *ledgerExport) run(ctx context.Context, dir, out string) error {
	c, err := ledger.LoadConfig(dir)
	if err != nil {
		return err
	}
	shards, err := c.Shards()
	if err == nil && len(shards) == 0 {
		err = fmt.Errorf("%s has no entries yet", dir)
	}
	if x.shard != "" && err == nil {
		var s ledger.Shard
		s, err = shardNamed(c, x.shard)
		shards = []ledger.Shard{s}
	}
	if err != nil {
		return err
	}
	for _, s := range shards {
		if err := x.one(ctx, c, s, filepath.Join(out, s.Name)); err != nil {
			return err
		}
	}
	return nil
}

func (x *ledgerExport) one(ctx context.Context, c ledger.Config, s ledger.Shard, out string) error {
	switch {
	case s.Missing:
		return fmt.Errorf("shard %s is missing: restore it from a copy, and see `bailiwick ledger fsck`", s.Name)
	case s.Dropped:
		fmt.Fprintf(x.out, "%s: dropped; only its final checkpoint is left\n", s.Origin)
		if _, err := os.Stat(filepath.Join(out, "tile")); err == nil {
			fmt.Fprintf(x.err, "bailiwick: %s still holds what was exported before: remove it by the same policy\n", out)
		}
		return nil
	}
	r, err := ledger.OpenReader(s.Dir)
	if err != nil {
		remains, lost := c.OpenReader(s.Name)
		if lost != nil {
			return err
		}
		fmt.Fprintf(x.out, "%s: recovered; what is left does not make up its checkpoint, and stays here\n", s.Origin)
		return remains.Close()
	}
	defer r.Close()
	e, err := ledger.Export(ctx, r, out, x.anew)
	if err != nil {
		return err
	}
	fmt.Fprintf(x.out, "%s: %d entries, %d files written\n", s.Origin, e.Head.Size, e.Tiles+1)
	return nil
}
