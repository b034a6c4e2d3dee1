package cli

import (
	"crypto/ed25519"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A ledgerFsck is one call of the command.
type ledgerFsck struct {
	*env
	policy, format string
	checkpoints    []string
}

// A fsckResult is what fsck writes.
type fsckResult struct {
	Sound  bool                 `json:"sound"`
	Shards []ledger.ShardReport `json:"shards"`
}

func ledgerFsckCommand(e *env) *cobra.Command {
	k := &ledgerFsck{env: e}
	cmd := &cobra.Command{
		Use:   "fsck DIR",
		Short: "Work a ledger out anew from its entries",
		Long: `fsck reads every entry of every shard, works out all hashes, and holds them against what was signed: the published checkpoints, those of
the guard, those that witnesses or others kept (--checkpoint), and the chain from each shard to the next. It writes nothing, and may
run beside a process that appends. Entries that are not there are a fault, unless a record says that they were dropped or lost.

The signatures must be of the key that the ledger's folder names, or of a log of --policy: whoever does not trust the folder needs that.

Exit codes: 0 sound, 1 not, 2 it cannot be read, 3 there is nothing to check.`,
		Example: "  bailiwick ledger fsck /var/lib/ledger\n  bailiwick ledger fsck /var/lib/ledger --checkpoint kept.txt --policy trust.txt",
		Args:    one("folder"),
		RunE:    func(_ *cobra.Command, args []string) error { return k.run(args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&k.policy, "policy", "", "file that names the log whose key you trust")
	f.StringArrayVar(&k.checkpoints, "checkpoint", nil, "signed checkpoint that was kept elsewhere (repeatable)")
	f.StringVar(&k.format, "format", "text", "output format: text, json")
	return cmd
}

func (k *ledgerFsck) run(dir string) error {
	if err := textOrJSON(k.format); err != nil {
		return err
	}
	c, err := ledger.LoadConfig(dir)
	if err != nil {
		return err
	}
	if shards, err := c.Shards(); err != nil {
		return err
	} else if len(shards) == 0 && len(k.checkpoints) == 0 {
		fmt.Fprintf(k.err, "bailiwick: %s has no entries yet: nothing was checked\n", dir)
		return exit(exitUndecided)
	}
	public, err := k.public(c)
	if err != nil {
		return err
	}
	known, err := k.known(c, public)
	if err != nil {
		return err
	}
	reports, err := ledger.FsckShards(c, public, known)
	if err != nil {
		return err
	}
	r := fsckResult{Sound: true, Shards: reports}
	var entries int64
	for i := range reports {
		r.Sound = r.Sound && len(reports[i].Faults) == 0
		entries += reports[i].Entries
	}
	if err := k.show(c, r); err != nil {
		return err
	}
	switch {
	case !r.Sound:
		return exit(exitViolation)
	case entries == 0:
		fmt.Fprintf(k.err, "bailiwick: %s has no entries yet: nothing was checked\n", dir)
		return exit(exitUndecided)
	}
	return nil
}

// public is the key by which the ledger must have signed.
func (k *ledgerFsck) public(c ledger.Config) (ed25519.PublicKey, error) {
	if k.policy == "" {
		return c.Public()
	}
	p, err := readPolicy(k.policy)
	if err != nil {
		return nil, err
	}
	for _, l := range p.Logs() {
		if name := l.Key.Name(); name == c.Origin || strings.HasPrefix(name, c.Origin+"/") {
			return l.Key.Public(), nil
		}
	}
	return nil, fmt.Errorf("%s names no log %s or shard of it", k.policy, c.Origin)
}

// known reads the checkpoints that were kept elsewhere. Each must be signed.
func (k *ledgerFsck) known(c ledger.Config, public ed25519.PublicKey) ([]c2sp.Checkpoint, error) {
	var known []c2sp.Checkpoint
	for _, path := range k.checkpoints {
		text, err := smallFile(path, maxProof)
		if err != nil {
			return nil, err
		}
		origin, _, _ := strings.Cut(string(text), "\n")
		if origin != c.Origin && !strings.HasPrefix(origin, c.Origin+"/") {
			return nil, fmt.Errorf("%s is no checkpoint of %s", path, c.Origin)
		}
		checkpoint, err := signedBy(text, origin, public)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		known = append(known, checkpoint)
	}
	return known, nil
}

// signedBy is a checkpoint that the log of that name signed, cosigned or not.
func signedBy(signed []byte, origin string, public ed25519.PublicKey) (c2sp.Checkpoint, error) {
	p, err := c2sp.ParsePolicy([]byte("log " + c2sp.LogKey(origin, public).String() + "\nquorum none\n"))
	if err != nil {
		return c2sp.Checkpoint{}, err
	}
	opened, err := p.Open(signed)
	return opened.Checkpoint, err
}

func (k *ledgerFsck) show(c ledger.Config, r fsckResult) error {
	if k.format == "json" {
		return k.json(r)
	}
	for _, s := range r.Shards {
		name, how := s.Origin, "sound"
		switch {
		case len(s.Faults) > 0:
			how = "DAMAGED"
		case s.Recovered != nil:
			how = recovered(s)
		case s.Dropped:
			how = "dropped; its final checkpoint is there"
		}
		fmt.Fprintf(k.out, "%s: %d entries, %s\n", name, s.Entries, how)
		for _, f := range s.Faults {
			fmt.Fprintf(k.out, "  %s\n", f)
		}
	}
	if k.policy == "" {
		fmt.Fprintf(k.out, "Signatures were held against the key that %s names itself; --policy takes one that you trust.\n", c.Dir)
	}
	return nil
}

// recovered says what a shard lost, and who said so, if that is still kept.
func recovered(s ledger.ShardReport) string {
	lost := "its guard was lost"
	if s.Recovered.From < s.Recovered.To {
		lost = fmt.Sprintf("entries %d to %d were lost", s.Recovered.From, s.Recovered.To-1)
	}
	text := fmt.Sprintf("recovered: %s, said on %s", lost, s.Recovered.At.Format("2006-01-02"))
	if s.Approval == nil {
		return text
	}
	return text + fmt.Sprintf(" by %s (%s)", finding.Tame(s.Approval.ApprovedBy), finding.Tame(s.Approval.Reason))
}
