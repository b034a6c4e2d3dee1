package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/witness"
)

// A ledgerWitness is one run of the command.
type ledgerWitness struct {
	serving
	name, key, secret, state string
	logs                     []string
	public                   bool
}

func ledgerWitnessCommand(e *env) *cobra.Command {
	w := &ledgerWitness{serving: serving{env: e}}
	cmd := &cobra.Command{
		Use:   "witness",
		Short: "Cosign the checkpoints of logs of others, so that they cannot be rewritten",
		Long: `witness answers logs as c2sp.org/tlog-witness says: it cosigns a checkpoint that continues the one it cosigned last, and no other. A
witness is worth something when somebody else runs it than the log's operator, best under another law.

--logs names a policy (c2sp.org/tlog-policy) with a line for each log; a ledger that begins a log each month has one for each, which can be
named before the month begins. --state is a folder that remembers the last checkpoint of each;
an old copy of it must never be put back. The key should be used for nothing else. --public prints the line that logs and verifiers write
in their policies, and ends.

A checkpoint that a known log signed and that does not continue the last one is refused, logged as an error, and counted as status 422.
SIGTERM ends it with 0.`,
		Example: `  bailiwick ledger witness --name witness.example/w1 --key file:witness.key --public
  bailiwick ledger witness --name witness.example/w1 --key file:witness.key --secret credential:pass --logs logs.txt --state /var/lib/witness`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error { return w.start(c.Context()) },
	}
	f := cmd.Flags()
	f.StringVar(&w.name, "name", "", "name of the witness, as in witness.example/w1 (required)")
	f.StringVar(&w.key, "key", "", "address of its key (required)")
	f.StringArrayVar(&w.logs, "logs", nil, "policy that names logs (required; repeatable: one for each month of a ledger)")
	f.StringVar(&w.state, "state", "", "folder that remembers what was cosigned (required)")
	f.BoolVar(&w.public, "public", false, "print the line for policies, and end")
	secretFlag(cmd, &w.secret)
	w.flags(cmd, "127.0.0.1:7390")
	return cmd
}

func (w *ledgerWitness) start(ctx context.Context) (err error) {
	if w.name == "" || w.key == "" {
		return fmt.Errorf("--name and --key are needed: who the witness is")
	}
	key, err := w.signingKey(ctx, w.key, w.secret)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, key.key.Close()) }()
	if w.public {
		vkey := c2sp.WitnessKey(w.name, key.Public()).String()
		if _, err := c2sp.ParseKey(vkey); err != nil {
			return fmt.Errorf("--name %q: want one like witness.example/w1, without spaces and plus signs", w.name)
		}
		_, err := fmt.Fprintf(w.out, "witness w1 %s\n", vkey)
		return err
	}
	if len(w.logs) == 0 || w.state == "" {
		return fmt.Errorf("--logs and --state are needed: which logs are cosigned, and where is remembered what was")
	}
	known, err := readTrust(w.logs)
	if err != nil {
		return err
	}
	logs := known.logs()
	if len(logs) == 0 {
		return fmt.Errorf("%s: no log is named: write a line `log KEY` for each", strings.Join(w.logs, ", "))
	}
	log := slog.New(slog.NewJSONHandler(w.err, nil))
	server, err := witness.Open(witness.Options{Name: w.name, Signer: key, Logs: logs, Dir: w.state, Now: w.now, Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	w.metrics = server.Metrics
	return w.run(ctx, log, server, "witness", server.Key().String(), "logs", len(logs))
}
