package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// A ledgerVerify is one call of the command.
type ledgerVerify struct {
	*env
	policies      []string
	entry, format string
}

func ledgerVerifyCommand(e *env) *cobra.Command {
	v := &ledgerVerify{env: e}
	cmd := &cobra.Command{
		Use:   "verify PROOF",
		Short: "Verify that an entry is in a log, offline",
		Long: `verify says whether an entry stands in a log that you trust. It needs the proof (c2sp.org/tlog-proof), a policy that names the
keys of logs and witnesses and how many must have cosigned (c2sp.org/tlog-policy), and nothing else: no network, no ledger. Of several
policies the one that names the proof's log counts: a ledger that begins a log each month has one for each.
Keep them apart from what the log's operator gives you: whoever writes them decides what verifies.

The entry stands in the proof, or in the file that --entry names. A document of ledger disclose is verified too: that the entry is in the
log, and that each field that is shown is the one that it commits to.

Exit codes: 0 it is in the log, 1 it is not, or the signatures do not satisfy the policy, 2 a file cannot be read.`,
		Example: "  bailiwick ledger verify proof.txt --policy trust.txt\n  bailiwick ledger verify artifact.tlog-proof --entry artifact.tar --policy trust.txt --format json",
		Args:    one("proof"),
		RunE:    func(_ *cobra.Command, args []string) error { return v.run(args[0]) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&v.policies, "policy", nil, "file that names whom you trust (required; repeatable)")
	f.StringVar(&v.entry, "entry", "", "file with the entry (default: the entry stands in the proof)")
	f.StringVar(&v.format, "format", "text", "output format: text, json")
	return cmd
}

// A verification is what verify writes.
type verification struct {
	Verified bool       `json:"verified"`
	Reason   string     `json:"reason,omitempty"`
	Log      string     `json:"log,omitempty"`
	Index    int64      `json:"index"`
	Size     int64      `json:"size,omitempty"`
	Cosigned []cosigned `json:"cosigned,omitempty"`
	Entry    any        `json:"entry,omitempty"` // see [readable]
	Opened   []shown    `json:"opened,omitempty"`
}

type cosigned struct {
	Witness string    `json:"witness"`
	At      time.Time `json:"at"`
}

// shown is a sealed field that a disclosure opens.
type shown struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

func (v *ledgerVerify) run(path string) error {
	if err := textOrJSON(v.format); err != nil {
		return err
	}
	by, err := readTrust(v.policies)
	if err != nil {
		return err
	}
	text, err := smallFile(path, entry.MaxDisclosure)
	if err != nil {
		return err
	}
	verify := v.proof
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		verify = v.disclosure
	}
	r, err := verify(path, text, by)
	if err != nil {
		return err
	}
	if err := v.write(r); err != nil {
		return err
	}
	if !r.Verified {
		return exit(exitViolation)
	}
	return nil
}

// proof verifies a proof of an entry.
func (v *ledgerVerify) proof(path string, text []byte, by trust) (verification, error) {
	proof, err := c2sp.ParseProof(text)
	if err != nil {
		return verification{}, fmt.Errorf("%s: %w", path, err)
	}
	content := proof.Extra
	if v.entry != "" {
		if content, err = smallFile(v.entry, c2sp.MaxEntry); err != nil {
			return verification{}, err
		}
	}
	if content == nil {
		return verification{}, fmt.Errorf("%s: the entry does not stand in the proof: name its file with --entry", path)
	}
	policy, err := by.of(proof.Checkpoint)
	if err != nil {
		return verification{Index: proof.Index, Reason: err.Error()}, nil
	}
	opened, err := proof.Verify(content, policy)
	if err != nil {
		return verification{Index: proof.Index, Reason: err.Error()}, nil
	}
	return proven(proof.Index, opened, content), nil
}

// disclosure verifies a document that shows sealed fields.
func (v *ledgerVerify) disclosure(path string, text []byte, by trust) (verification, error) {
	if v.entry != "" {
		return verification{}, fmt.Errorf("%s: a disclosure holds its entry: leave --entry out", path)
	}
	d, err := entry.ParseDisclosure(text)
	if err != nil {
		return verification{}, fmt.Errorf("%s: %w", path, err)
	}
	var got entry.Disclosed
	proof, err := c2sp.ParseProof([]byte(d.Proof))
	if err == nil {
		var policy *c2sp.Policy
		if policy, err = by.of(proof.Checkpoint); err == nil {
			got, err = d.Verify(policy)
		}
	}
	if err != nil {
		return verification{Reason: err.Error()}, nil
	}
	r := proven(got.Index, got.Log, got.Bytes)
	for _, o := range got.Opened {
		r.Opened = append(r.Opened, shown{o.Field, o.Value})
	}
	return r, nil
}

func proven(index int64, opened c2sp.Opened, entry []byte) verification {
	r := verification{Verified: true, Log: opened.Origin, Index: index, Size: opened.Size, Entry: readable(entry)}
	for name, s := range opened.Cosigned {
		if at, err := c2sp.CosignedAt(s); err == nil {
			r.Cosigned = append(r.Cosigned, cosigned{name, at})
		}
	}
	slices.SortFunc(r.Cosigned, func(a, b cosigned) int { return strings.Compare(a.Witness, b.Witness) })
	return r
}

// readable is an entry as our JSON shows it: as JSON if it is, else its bytes
// in base64. One that is a string of JSON is shown by its bytes too: it could
// not be told from the base64 of another entry.
func readable(entry []byte) any {
	if json.Valid(entry) && !bytes.HasPrefix(bytes.TrimSpace(entry), []byte(`"`)) {
		return json.RawMessage(entry)
	}
	return entry
}

func (v *ledgerVerify) write(r verification) error {
	if v.format == "json" {
		return v.json(r)
	}
	if !r.Verified {
		fmt.Fprintf(v.out, "NOT VERIFIED  %s\n", finding.Tame(r.Reason))
		return nil
	}
	fmt.Fprintf(v.out, "VERIFIED  entry %d of %s, in a signed tree of %d entries\n", r.Index, r.Log, r.Size)
	for _, c := range r.Cosigned {
		fmt.Fprintf(v.out, "  cosigned by %s at %s\n", c.Witness, c.At.Format(time.RFC3339))
	}
	if len(r.Cosigned) == 0 {
		fmt.Fprintln(v.out, "  no witness of the policy cosigned: its operator could have shown others another log")
	}
	if raw, ok := r.Entry.(json.RawMessage); ok {
		fmt.Fprintf(v.out, "  %s\n", finding.Tame(string(raw))) // whoever wrote it writes no line of ours
	}
	for _, o := range r.Opened {
		fmt.Fprintf(v.out, "  %s: %q\n", o.Field, o.Value)
	}
	return nil
}
