package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/keys/local"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/report"
)

// A keysDestroy is one call of the command.
type keysDestroy struct {
	*env
	secret, output, ledger, ledgerSecret string
	yes                                  bool
}

func keysDestroyCommand(e *env) *cobra.Command {
	d := &keysDestroy{env: e}
	cmd := &cobra.Command{
		Use:   "destroy ADDRESS VERSION ...",
		Short: "Destroy versions of a key file, with a signed proof",
		Long: `destroy ends versions of a key file for good: what they alone wrapped nobody can open any more. The newest version can only be
destroyed with all others, and the file with them.

It writes a proof, which each version signs as its last act. The proof says what was done to this file; that no copy of it exists elsewhere
nobody can prove. With --ledger each proof becomes an entry of that ledger. It asks for the address to be typed, unless --yes.
keys verify verifies a proof, by the public key that the version had. A version that is gone already gives its proof again, as long as the
key file is there: so none is lost when something stops in between.

Exit codes: 0 destroyed, 2 error. The message says whether anything was destroyed.`,
		Example: `  bailiwick keys destroy file:records.key 1 -o destroyed.json
  bailiwick keys destroy file:records.key 1 --ledger /var/lib/ledger -o destroyed.json
  bailiwick keys destroy file:records.key 1 2 --yes --secret file:passphrase > destroyed.json`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) < 2 {
				return fmt.Errorf("%s takes the address of a key and the versions that end; as in: %s", c.CommandPath(), firstExample(c))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return d.run(c.Context(), args[0], args[1:]) },
	}
	f := cmd.Flags()
	f.StringVarP(&d.output, "output", "o", "", "file for the proof (default: stdout)")
	f.StringVar(&d.ledger, "ledger", "", "folder of a ledger in which the proof is to stand")
	f.StringVar(&d.ledgerSecret, "ledger-secret", "", "where the passphrase of the ledger's key stands, as --secret")
	f.BoolVar(&d.yes, "yes", false, "do not ask")
	secretFlag(cmd, &d.secret)
	return cmd
}

func (d *keysDestroy) run(ctx context.Context, address string, words []string) error {
	numbers, err := versionNumbers(words)
	if err != nil {
		return err
	}
	if !d.yes && d.keyboard() == nil {
		return errors.New("nothing was destroyed: there is no terminal to confirm on: write --yes if you are sure")
	}
	k, err := d.versioned(ctx, address, d.secret)
	if err != nil {
		return err
	}
	defer k.Close()
	if !d.yes {
		if err := d.confirm(ctx, k, address, numbers); err != nil {
			return err
		}
	}
	if d.ledger == "" {
		_, err := d.destroy(ctx, k, numbers)
		return err
	}
	log, done, err := d.writeLedger(ctx, d.ledger, d.ledgerSecret) // before anything ends
	if err != nil {
		return fmt.Errorf("nothing was destroyed: %w", err)
	}
	proofs, err := d.destroy(ctx, k, numbers)
	return errors.Join(err, d.record(ctx, log, proofs), done())
}

// record appends proofs to a ledger: each that can be, whatever became of the
// others, and of a user who gives up now.
func (d *keysDestroy) record(ctx context.Context, log *ledger.Shards, proofs []local.Destruction) error {
	var errs []error
	for _, p := range proofs {
		b, err := json.Marshal(p)
		if err != nil {
			return err
		}
		r, err := log.Append(context.WithoutCancel(ctx), b)
		if err != nil {
			errs = append(errs, fmt.Errorf("version %d was destroyed, but its proof is not in the ledger: append it by `bailiwick ledger append`: %w", p.Version, err))
			continue
		}
		fmt.Fprintf(d.err, "bailiwick: the proof of version %d is entry %d of %s\n", p.Version, r.Index, finding.Tame(r.Head.Origin))
	}
	return errors.Join(errs...)
}

// destroy destroys and writes the proofs: into a file when it is known that it
// can be written. If it still cannot, they are not lost.
func (d *keysDestroy) destroy(ctx context.Context, k *local.Key, numbers []int) (proofs []local.Destruction, err error) {
	if d.output == "" {
		if proofs, err = k.Destroy(ctx, numbers...); err != nil {
			return nil, err
		}
		return proofs, d.json(proofs)
	}
	var refused error
	err = lasting(d.output, 0o644, func(w io.Writer) error {
		if proofs, refused = k.Destroy(ctx, numbers...); refused != nil {
			return refused
		}
		return report.JSON(w, proofs)
	})
	switch {
	case refused != nil:
		return nil, refused
	case err != nil && proofs != nil:
		err = errors.Join(fmt.Errorf("the versions were destroyed; keep the proof, it stands on standard output: %w", err), d.json(proofs))
	}
	return proofs, err
}

func versionNumbers(words []string) ([]int, error) {
	var numbers []int
	for _, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no version: versions are numbers from 1 on, which keys describe shows", w)
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), nil
}

// confirm shows what will end, and has the address typed.
func (d *keysDestroy) confirm(ctx context.Context, k *local.Key, address string, numbers []int) error {
	all, err := k.Versions(ctx)
	if err != nil {
		return err
	}
	gone, err := k.Destroyed(ctx)
	if err != nil {
		return err
	}
	for _, p := range gone {
		if slices.Contains(numbers, p.Version) {
			d.tell(fmt.Sprintf("version %d was destroyed on %s: its proof is given again\n", p.Version, p.Destroyed.Format(time.DateOnly)))
		}
	}
	there := 0
	for _, v := range all {
		end := "stays"
		if slices.Contains(numbers, v.Number) {
			end = "ends: what it alone wrapped nobody can open any more"
			there++
		}
		d.tell(fmt.Sprintf("version %d of %s  %s\n", v.Number, v.Created.Format(time.DateOnly), end))
	}
	if there == len(all) {
		d.tell("No version stays: the key file is removed.\n")
	}
	line, err := d.typed(fmt.Sprintf("Type %s to destroy: ", finding.Tame(address)))
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case line != address:
		return errors.New("nothing was destroyed: what was typed is not the address of the key")
	}
	return nil
}
