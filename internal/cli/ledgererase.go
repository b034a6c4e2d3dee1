package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// A ledgerErase is one call of the command.
type ledgerErase struct {
	*env
	secrets       secrets
	format, basis string
	again         bool
}

func ledgerEraseCommand(e *env) *cobra.Command {
	r := &ledgerErase{env: e}
	cmd := &cobra.Command{
		Use:   "erase DIR SUBJECT --basis REQUIREMENT",
		Short: "Destroy what the ledger's vault has of a person",
		Long: `erase destroys the key of a subject and everything that was sealed under it, where it stands on the disk, and appends an entry that
says so: which pseudonym, on which legal basis, when, how much. Every entry and every proof stays as it is; the sealed fields of the
subject's entries can never be shown again. It asks nothing and cannot be undone.

SUBJECT is spelled as in the records; - reads it from standard input, which keeps it out of the shell's history. Copies of the vault that
are elsewhere, in backups and snapshots, are reached by rotating its key, ledger rewrap, and destroying the old version: see
docs/spec/ledger.md. After a copy was put back, --again erases all those once more whose erasure stands in the ledger.

Exit codes: 0 the subject is erased, and the ledger says so; 2 it is not: the vault holds nothing under this name, or the disk failed. When
the message says that an erasure has begun, or that only the ledger does not say so yet, the next command that writes makes it good.`,
		Example: "  bailiwick ledger erase /var/lib/ledger erika@clinic.example --basis GDPR_ART_17_1_A\n  bailiwick ledger erase /var/lib/ledger --again",
		Args: func(c *cobra.Command, args []string) error {
			if r.again {
				return one("folder")(c, args)
			}
			return folderAnd("a subject")(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error { return r.run(c.Context(), args) },
	}
	r.secrets.flags(cmd)
	cmd.Flags().StringVar(&r.basis, "basis", "", "legal basis, as GDPR_ART_17_1_A (required)")
	cmd.Flags().BoolVar(&r.again, "again", false, "erase again whom a restored copy of the vault brought back")
	cmd.Flags().StringVar(&r.format, "format", "text", "output format: text, json")
	return cmd
}

func (r *ledgerErase) run(ctx context.Context, args []string) (err error) {
	if err := textOrJSON(r.format); err != nil {
		return err
	}
	if !r.again && r.basis == "" {
		return errors.New("--basis is missing: the requirement that the erasure rests on, as GDPR_ART_17_1_A; it stands in the ledger")
	}
	l, err := r.openVault(ctx, args[0], r.secrets, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	if r.again {
		return r.eraseAgain(ctx, l)
	}
	subject, err := r.subject(args[1])
	if err != nil {
		return err
	}
	got, err := l.Erase(ctx, subject, r.basis)
	if err != nil {
		return err
	}
	return r.recorded("ERASED", r.format, got)
}

// subject is the name as it was typed; - is the line on standard input.
func (r *ledgerErase) subject(typed string) (string, error) {
	if typed != "-" {
		return typed, nil
	}
	b, err := io.ReadAll(io.LimitReader(r.in, entry.MaxSubject+3)) // the end of a line, and what is too much
	if err != nil {
		return "", err
	}
	name := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if name == "" || len(name) > entry.MaxSubject || strings.ContainsAny(name, "\r\n") {
		return "", fmt.Errorf("standard input is not the name of one subject, a line of 1 to %d bytes: nothing was erased", entry.MaxSubject)
	}
	return name, nil
}

// eraseAgain goes through the shards. One that is missing makes it an error,
// since the erasures in it are not repeated; what can be done is done before.
func (r *ledgerErase) eraseAgain(ctx context.Context, l *recorder) error {
	shards, err := l.config.Shards()
	if err != nil {
		return err
	}
	n := 0
	var missing []error
	for _, s := range shards {
		if s.Missing {
			missing = append(missing, fmt.Errorf("shard %s is missing, and erasures that only it holds are not repeated: restore it from a copy, then run this again", s.Name))
			continue
		}
		if s.Dropped {
			fmt.Fprintf(r.err, "bailiwick: shard %s was dropped: erasures that only it held are not repeated\n", s.Name)
			continue
		}
		log, err := l.shards.Reader(s.Name)
		if err != nil {
			return err
		}
		more, err := l.EraseAgain(ctx, log.Head().Size, log)
		if err != nil {
			return err
		}
		n += more
	}
	if r.format == "json" {
		err = r.json(map[string]int{"erased_again": n})
	} else {
		_, err = fmt.Fprintf(r.out, "ERASED AGAIN  %d subjects\n", n)
	}
	return errors.Join(append(missing, err)...)
}
