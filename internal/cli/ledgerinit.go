package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
)

// A ledgerInit is one call of the command.
type ledgerInit struct {
	*env
	config            ledger.Config
	shards, retention string
	secret            string
}

func ledgerInitCommand(e *env) *cobra.Command {
	i := &ledgerInit{env: e}
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Begin a ledger",
		Long: `init makes the folder of a ledger with a ledger.yaml, and the folder of its guard. The guard remembers what was signed: put it where
no backup of the ledger goes, best on another disk. A ledger that lost entries is refused by its guard, and never signs a second history.

The key signs for as long as the ledger is: it is what others know the ledger by. Make one with ` + "`bailiwick keys create`" + `.

Exit codes: 0 it is begun, 2 it could not be.`,
		Example: `  bailiwick ledger init /var/lib/ledger --origin ledger.clinic.example --key file:/etc/bailiwick/ledger.key --guard /srv/guard`,
		Args:    one("folder"),
		RunE:    func(c *cobra.Command, args []string) error { return i.run(c.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&i.config.Origin, "origin", "", "name of the ledger, a host and a path that are yours (required)")
	f.StringVar(&i.config.Key, "key", "", "address of the key that signs (required)")
	f.StringVar(&i.config.Guard, "guard", "", "folder outside that remembers what was signed (required)")
	f.StringVar(&i.shards, "shards", "monthly", "monthly: one log each month, chained; none: one for ever")
	f.StringVar(&i.config.Witnesses, "witnesses", "", "policy with the URLs of those who cosign")
	f.StringArrayVar(&i.config.Timestamps, "timestamp", nil, "URL of a time stamping authority (repeatable)")
	f.StringVar(&i.retention, "retention", "", "how long months are kept before ledger drop removes them, as in 10y (default: for ever)")
	secretFlag(cmd, &i.secret)
	return cmd
}

func (i *ledgerInit) run(ctx context.Context, dir string) (err error) {
	c := &i.config
	c.Dir = dir
	for _, f := range []struct{ name, value string }{{"--origin", c.Origin}, {"--key", c.Key}, {"--guard", c.Guard}} {
		if f.value == "" {
			return fmt.Errorf("%s is missing: --origin, --key and --guard say who the ledger is", f.name)
		}
	}
	if i.shards != "monthly" && i.shards != "none" {
		return fmt.Errorf("--shards: %q is not known%s; there are: monthly, none", i.shards, suggest(i.shards, []string{"monthly", "none"}))
	}
	c.Monthly = i.shards == "monthly"
	if i.retention != "" {
		if !c.Monthly {
			return fmt.Errorf("--retention: only whole months are dropped, and with --shards none there are none")
		}
		if c.Retention, err = ledger.ParseRetention(i.retention); err != nil {
			return fmt.Errorf("--retention: %w", err)
		}
	}
	// What the file names must be found from any folder.
	if c.Guard, err = filepath.Abs(c.Guard); err != nil {
		return err
	}
	if a, err := keys.ParseAddress(c.Key); err == nil && a.Scheme == "file" {
		if a.Path, err = filepath.Abs(a.Path); err != nil {
			return err
		}
		c.Key = a.String()
	}
	if c.Witnesses != "" {
		if c.Witnesses, err = filepath.Abs(c.Witnesses); err != nil {
			return err
		}
		if _, _, err := witnessPolicy(*c); err != nil {
			return err
		}
	}
	key, err := i.signingKey(ctx, c.Key, i.secret)
	if err != nil {
		return err
	}
	defer key.key.Close()
	if err := ledger.Init(*c, key.Public()); err != nil {
		return err
	}
	fmt.Fprintf(i.out, "%s is begun as %s. Its guard is %s: keep it out of backups of the ledger.\n", dir, c.Origin, c.Guard)
	return nil
}
