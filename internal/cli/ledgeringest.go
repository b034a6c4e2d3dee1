package cli

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/ingest"
)

// A ledgerIngest is one call of the command.
type ledgerIngest struct {
	*env
	locator      locator
	secrets      secrets
	format, zone string
	follow       bool
	refusals     []refusal
	refused      int
}

func ledgerIngestCommand(e *env) *cobra.Command {
	i := &ledgerIngest{env: e}
	names, titles := ingest.Kinds()
	var list strings.Builder
	for n, name := range names {
		fmt.Fprintf(&list, "  %-11s %s\n", name, titles[n])
	}
	cmd := &cobra.Command{
		Use:   "ingest DIR KIND FILE...",
		Short: "Bring what others logged into the ledger",
		Long: `ingest reads logs, packed (gzip) or not, and appends an entry of kind observation for each record. The entry says in clear what was
done, to which kind of thing, when, from which country (with --mmdb) and whether it was allowed; who did it, to which thing and from which
address go into the vault, and the entry only commits to them. docs/spec/ingest.md says for each kind which field goes where.

` + list.String() + `
A record gets in once, however often its file is read: after a crash, run the same command again. What cannot be understood is named by
file and line, and counted; nothing is left out unseen.

Exit codes: 0 all was understood, 2 error (what was logged until then is in the ledger), 3 something was not understood.`,
		Example: `  bailiwick ledger ingest /var/lib/ledger kubernetes /var/log/kubernetes/audit.log --follow
  bailiwick ledger ingest /var/lib/ledger cloudtrail trail/*.json.gz --mmdb countries.mmdb
  bailiwick ledger ingest /var/lib/ledger postgresql /var/log/postgresql/*.csv`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 3 {
				return fmt.Errorf("name the folder of the ledger, a kind of log and at least one file; kinds: %s", strings.Join(names, ", "))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return i.run(c.Context(), args[0], args[1], args[2:]) },
	}
	i.secrets.flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&i.follow, "follow", false, "wait for more at the end of the last file, through rotation, until interrupted")
	f.StringVar(&i.zone, "zone", "UTC", "time zone of logs that name none: syslog of RFC 3164, MariaDB")
	f.StringVar(&i.format, "format", "text", "output format: text, json")
	i.locator.flags(cmd)
	return cmd
}

// A refusal is a record that could not be understood, as JSON.
type refusal struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Refusals beyond are counted: in text those of the whole run, in JSON the lines that are listed.
const (
	mostSaid   = 20
	mostListed = 10_000
)

func (i *ledgerIngest) run(ctx context.Context, dir, kind string, files []string) (err error) {
	if err := textOrJSON(i.format); err != nil {
		return err
	}
	zone, err := time.LoadLocation(i.zone)
	if err != nil {
		return fmt.Errorf("--zone: %w; write it as Europe/Berlin or UTC", err)
	}
	table, err := i.locator.open()
	if err != nil {
		return err
	}
	defer table.close()
	l, err := i.openRecorder(ctx, dir, i.secrets)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	book := ingest.NewBook(l.shards, l.Vault, func() ledger.Head { return l.shards.Log().Head() }, l.shards.Since, i.now)
	known, err := ingest.OpenKnown(filepath.Join(dir, "ingest"), book)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, known.Close()) }()
	defer ingest.Streaming()()
	sum, failed := ingest.Run(ctx, book, known, ingest.Options{
		Kind: kind, Files: files, Follow: i.follow, Locate: countries(table), Now: i.now, Zone: zone, Refuse: i.refuse, Warn: i.warn,
	})
	if err := i.write(&sum); err != nil {
		return err
	}
	switch {
	case failed != nil:
		return failed
	case sum.Read == 0 && !i.follow, !sum.Complete():
		return exit(exitUndecided)
	}
	return nil
}

// countries takes what the table says.
func countries(t addressTable) ingest.Locator {
	if t.table == nil {
		return nil
	}
	return func(a netip.Addr) (graph.Country, bool) {
		c, _, ok := t.table.Country(a)
		return c, ok
	}
}

// refuse says what cannot be understood as soon as it is seen.
func (i *ledgerIngest) refuse(r ingest.Refusal) {
	r.File = filepath.ToSlash(r.File)
	i.refused++
	if i.format == "json" {
		if len(i.refusals) < mostListed {
			i.refusals = append(i.refusals, refusal{r.File, r.Line, r.Err.Error()})
		}
		return
	}
	switch {
	case i.refused <= mostSaid:
		i.warn("%v", r)
	case i.refused == mostSaid+1:
		i.warn("further lines that are not understood are counted; --format json lists them")
	}
}

func (i *ledgerIngest) write(sum *ingest.Summary) error {
	if i.format == "json" {
		return i.json(struct {
			*ingest.Summary
			Refusals []refusal `json:"refusals,omitempty"`
		}{sum, i.refusals})
	}
	for _, c := range sum.Cut {
		i.warn("%s", c)
	}
	_, err := fmt.Fprintln(i.out, sum)
	return err
}

// warn says what does not stop the command.
func (i *ledgerIngest) warn(format string, args ...any) {
	fmt.Fprintf(i.err, "bailiwick: "+format+"\n", args...)
}
