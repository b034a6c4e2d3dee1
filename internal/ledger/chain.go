package ledger

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A ShardReport is what [FsckShards] found of one shard.
type ShardReport struct {
	Shard
	Report
	// Recovered is the record of a loss that somebody approved: what the shard
	// lost is no fault any more, and stays lost.
	Recovered *Recovery `json:"recovered,omitempty"`
	Approval  *Approval `json:"approval,omitempty"` // of the recovery, if it is still kept
}

// FsckShards checks every shard of a ledger by [Fsck], against its published
// checkpoint, its guard and those checkpoints that are known besides, and the
// chain from shard to shard. All signatures must be of the public key.
func FsckShards(c Config, public ed25519.PublicKey, known []c2sp.Checkpoint) ([]ShardReport, error) {
	shards, err := c.Shards()
	if err != nil {
		return nil, err
	}
	if len(shards) == 0 {
		return nil, fmt.Errorf("%s holds no entries: nothing was checked", c.Dir)
	}
	reports := make([]ShardReport, len(shards))
	for i, s := range shards {
		r := &reports[i]
		r.Shard = s
		if s.Missing {
			r.fault("only the guard of shard %s is there: its entries were removed. Restore them from a copy", s.Name)
			continue
		}
		var next *Shard
		if i+1 < len(shards) {
			next = &shards[i+1]
		}
		if err := r.check(c, public, next, known); err != nil {
			return nil, err
		}
	}
	return reports, nil
}

func (r *ShardReport) check(c Config, public ed25519.PublicKey, next *Shard, known []c2sp.Checkpoint) error {
	final, due := r.signed(c, public)
	for _, k := range known {
		if k.Origin == r.Origin {
			due = append(due, k)
		}
	}
	if next != nil && !next.Missing && !next.Dropped {
		r.link(*next, final, public)
	}
	if r.Dropped {
		r.Entries, r.Root = final.Size, final.Root
		return nil
	}
	if r.Recovered != nil {
		return r.remains()
	}
	report, err := Fsck(r.Dir, due)
	if err != nil {
		return err
	}
	report.Faults = append(r.Faults, report.Faults...)
	r.Report = report
	return nil
}

// remains holds what is left of a shard that was recovered against the record.
func (r *ShardReport) remains() error {
	found, err := c2sp.ParseCheckpoint(r.Recovered.Found)
	if err != nil || found.Size == 0 {
		return err
	}
	report, err := Fsck(r.Dir, []c2sp.Checkpoint{found})
	if err != nil {
		return err
	}
	if report.Entries == found.Size && report.Root == found.Root {
		report.Faults = nil // the rest of the damage is what the record is about
	}
	report.Faults = append(r.Faults, report.Faults...)
	r.Report = report
	return nil
}

// signed are the checkpoints that were signed: the published one, which is
// verified, and the guard's, which is believed. Both are read before the
// entries: a log that is being written has at least what they say.
func (r *ShardReport) signed(c Config, public ed25519.PublicKey) (final Head, due []c2sp.Checkpoint) {
	head, err := readHead(r.Dir)
	if err == nil {
		final, err = r.verified(head.Signed, c2sp.LogKey(r.Origin, public))
	}
	if err != nil {
		r.fault("shard %s: its published checkpoint: %v", r.Name, err)
	} else {
		due = append(due, final.Checkpoint)
	}
	guard, err := ReadGuard(c.GuardFile(r.Name))
	switch {
	case err == nil:
		due = append(due, guard)
	case errors.Is(err, fs.ErrNotExist) && r.Dropped:
	default:
		r.fault("shard %s: its guard cannot be read: %v", r.Name, err)
	}
	return final, due
}

// link holds the first entry of the next shard against this one.
func (r *ShardReport) link(next Shard, final Head, public ed25519.PublicKey) {
	first, err := firstEntry(next.Dir)
	if errors.Is(err, io.EOF) {
		return // it was begun and has no entry yet
	}
	if err != nil {
		r.fault("shard %s: its first entry, which chains it to %s: %v", next.Name, r.Name, err)
		return
	}
	if next.recovered() {
		record, err := parseRecovery(first)
		if err != nil || record.Origin != r.Origin {
			r.fault("shard %s does not begin with the record of a recovery of %s: the chain is broken", next.Name, r.Origin)
			return
		}
		r.Recovered, r.Faults = &record, nil // what the record names is known
		a, err := next.approval(record)
		switch {
		case err == nil:
			r.Approval = &a
		case !errors.Is(err, fs.ErrNotExist):
			r.fault("shard %s: %v", next.Name, err)
		}
		return
	}
	head, err := r.verified(first, c2sp.LogKey(r.Origin, public))
	switch {
	case err != nil:
		r.fault("shard %s does not begin with the final checkpoint of %s: the chain is broken: %v", next.Name, r.Origin, err)
	case head.Checkpoint != final.Checkpoint:
		r.fault("shard %s begins with a checkpoint of %d entries of %s, but the final one has %d: the chain is broken", next.Name, head.Size, r.Origin, final.Size)
	}
}
