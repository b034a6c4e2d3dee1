package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/vault"
)

// A ledgerRecord is one call of the command.
type ledgerRecord struct {
	*env
	secrets secrets
	format  string
}

func ledgerRecordCommand(e *env) *cobra.Command {
	r := &ledgerRecord{env: e}
	cmd := &cobra.Command{
		Use:   "record DIR < RECORDS",
		Short: "Bring what happened into the ledger",
		Long: `record reads records from standard input, JSON objects one after the other, and appends an entry for each. An entry is durable and
proven before the next one is read.

What may stand openly in an entry is fixed (docs/spec/ledger.md): words, countries, digests, ids of rules and models. What could be about a
person is put under "sealed": the entry then holds only a commitment to it, and the value goes into the vault, under the key of the
subject, until ledger erase destroys that key. "subject" is whom it is about, an e-mail address or a number; the entry holds a pseudonym.

Exit codes: 0 all are recorded, 2 one is not; those that were printed are.`,
		Example: `  echo '{"kind":"access","subject":"patient-4711","facts":{"action":"read","result":"allowed"},"sealed":{"actor":"dr-house"}}' | bailiwick ledger record /var/lib/ledger
  bailiwick ledger record /var/lib/ledger --format json < records.jsonl`,
		Args: one("folder"),
		RunE: func(c *cobra.Command, args []string) error { return r.run(c.Context(), args[0]) },
	}
	r.secrets.flags(cmd)
	cmd.Flags().StringVar(&r.format, "format", "text", "output format: text, json (a line each, with the proof)")
	return cmd
}

// recordedLine is what is written of an entry.
type recordedLine struct {
	Log     string          `json:"log"`
	Index   int64           `json:"index"`
	Subject string          `json:"subject,omitempty"` // the pseudonym
	Entry   json.RawMessage `json:"entry"`
	Proof   string          `json:"proof"`
}

func (r *ledgerRecord) run(ctx context.Context, dir string) (err error) {
	if err := textOrJSON(r.format); err != nil {
		return err
	}
	l, err := r.openRecorder(ctx, dir, r.secrets)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	allowed := &allowance{Reader: r.in}
	in, n := json.NewDecoder(allowed), 0
	for {
		var text json.RawMessage
		allowed.left = maxRecordInput
		if err := in.Decode(&text); err == io.EOF {
			break
		} else if err != nil {
			return fmt.Errorf("record %d on standard input is no JSON: %w", n+1, err)
		}
		n++
		rec, err := entry.ReadRecord(text)
		if err != nil {
			return fmt.Errorf("record %d: %w", n, err)
		}
		got, err := l.Record(ctx, rec)
		if err != nil {
			return fmt.Errorf("record %d: %w", n, err)
		}
		if err := r.recorded("RECORDED", r.format, got); err != nil {
			return err
		}
	}
	if n == 0 {
		return errors.New("no record on standard input: nothing was recorded")
	}
	return nil
}

// maxRecordInput bounds what is read of a record: its values, six bytes each
// when JSON escapes them, and as much again, which the decoder reads ahead.
const maxRecordInput = 2 * entry.MaxDisclosure

// An allowance is a reader that gives so many bytes, until it is allowed more.
type allowance struct {
	io.Reader
	left int
}

func (a *allowance) Read(b []byte) (int, error) {
	if a.left == 0 {
		return 0, fmt.Errorf("it has more than %d bytes: seal the digest of what is long", maxRecordInput)
	}
	n, err := a.Reader.Read(b[:min(len(b), a.left)])
	a.left -= n
	return n, err
}

// recorded writes an entry that stands in the ledger.
func (e *env) recorded(did, format string, got vault.Recorded) error {
	if format == "text" {
		_, err := fmt.Fprintf(e.out, "%s  entry %d of %s\n  %s\n", did, got.Index, got.Head.Origin, got.Entry)
		return err
	}
	parsed, err := entry.Parse(got.Entry)
	if err != nil {
		return err
	}
	line := recordedLine{Log: got.Head.Origin, Index: got.Index, Entry: got.Entry, Proof: string(got.Text())}
	if parsed.Subject != (entry.KeyID{}) {
		line.Subject = parsed.Subject.String()
	}
	return json.NewEncoder(e.out).Encode(line)
}
