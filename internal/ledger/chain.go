package ledger

import (
	"cmp"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

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

	final c2sp.Checkpoint // the published one
}

// FsckShards checks every shard of a ledger by [Fsck], against its published
// checkpoint, its guard and those checkpoints that are known besides, and the
// chain from shard to shard. All signatures must be of the public key. What is
// not there must be accounted for: a shard that was dropped by the record of
// it, a month before the first by nothing.
func FsckShards(c Config, public ed25519.PublicKey, known []c2sp.Checkpoint) ([]ShardReport, error) {
	shards, err := c.Shards()
	if err != nil {
		return nil, err
	}
	gone := removed(c, shards, known)
	shards = append(gone, shards...)
	if len(shards) == 0 {
		return nil, fmt.Errorf("%s holds no entries: nothing was checked", c.Dir)
	}
	reports := make([]ShardReport, len(shards))
	var drops drops
	for i, s := range shards {
		r := &reports[i]
		r.Shard = s
		switch {
		case i < len(gone):
			r.fault("a checkpoint of shard %s was kept, and nothing of the shard is here: it was removed. Restore it from a copy", s.Name)
			continue
		case s.Missing:
			r.fault("only the guard of shard %s is there: its entries were removed. Restore them from a copy", s.Name)
			continue
		case i == len(gone):
			r.first(c, public)
		}
		var next *Shard
		if i+1 < len(shards) {
			next = &shards[i+1]
		}
		if err := r.check(c, public, next, known, &drops); err != nil {
			return nil, err
		}
	}
	for i := range reports {
		reports[i].dropped(drops.finals)
	}
	return reports, nil
}

// dropped holds a shard against the records of shards that were dropped.
func (r *ShardReport) dropped(finals []string) {
	said := false
	for _, text := range finals {
		if final, err := c2sp.ParseCheckpoint(text); err == nil && final.Origin == r.Origin {
			said = true
			if final != r.final {
				r.fault("shard %s has a final checkpoint of %d entries, but it was dropped with one of %d: another history was put in its place", r.Name, r.final.Size, final.Size)
			}
		}
	}
	if r.Dropped && !said {
		r.fault("the entries of shard %s are not there, and no entry of a later shard says that they were dropped: they were removed. Restore them from a copy", r.Name)
	}
}

// removed are the shards of which checkpoints are known and nothing is left.
func removed(c Config, shards []Shard, known []c2sp.Checkpoint) (gone []Shard) {
	for _, k := range known {
		of := func(s Shard) bool { return s.Origin == k.Origin }
		if !slices.ContainsFunc(shards, of) && !slices.ContainsFunc(gone, of) {
			gone = append(gone, Shard{Name: strings.TrimPrefix(k.Origin, c.Origin+"/"), Origin: k.Origin, Missing: true})
		}
	}
	slices.SortFunc(gone, func(a, b Shard) int { return cmp.Compare(a.Name, b.Name) })
	return gone
}

// first refuses a first shard that goes on from one of which nothing is left.
func (r *ShardReport) first(c Config, public ed25519.PublicKey) {
	first, err := firstEntry(r.Dir)
	if err != nil {
		return // [Fsck] says why
	}
	before := Shard{}
	if record, err := parseRecovery(first); err == nil {
		before.Origin = record.Origin
	} else if claimed, err := c2sp.Unverified(first); err == nil {
		before.Origin = claimed.Origin
		if _, err := before.verified(first, c2sp.LogKey(before.Origin, public)); err != nil {
			return
		}
	}
	if before.Origin != r.Origin && (before.Origin == c.Origin || strings.HasPrefix(before.Origin, c.Origin+"/")) {
		r.fault("shard %s goes on from %s, of which neither entries nor checkpoint are there: they were removed. Restore them from a copy", r.Name, before.Origin)
	}
}

func (r *ShardReport) check(c Config, public ed25519.PublicKey, next *Shard, known []c2sp.Checkpoint, drops *drops) error {
	final, due := r.signed(c, public)
	r.final = final.Checkpoint
	known = slices.DeleteFunc(slices.Clone(known), func(k c2sp.Checkpoint) bool { return k.Origin != r.Origin })
	if next != nil && !next.Missing && !next.Dropped {
		r.link(*next, final, public)
	}
	if r.Dropped {
		r.Entries, r.Root = final.Size, final.Root
		for _, k := range known {
			if k.Size > final.Size || k.Size == final.Size && k.Root != final.Root {
				r.fault("a checkpoint of %d entries was signed, which does not go together with the final one of %d", k.Size, final.Size)
			}
		}
		return nil
	}
	if r.Recovered != nil {
		return r.remains(known, drops)
	}
	report, err := fsck(r.Dir, append(due, known...), drops.see)
	if err != nil {
		return err
	}
	report.Faults = append(r.Faults, report.Faults...)
	r.Report = report
	return nil
}

// remains holds what is left of a shard that was recovered against the record,
// and the record against the checkpoints that are known.
func (r *ShardReport) remains(known []c2sp.Checkpoint, drops *drops) error {
	for _, k := range known {
		if k.Size > r.Recovered.To {
			r.fault("a checkpoint of %d entries was signed, but the record of the recovery says that %d were: more was lost than it says", k.Size, r.Recovered.To)
		}
	}
	// Those that lie in what the record gave up hold no more.
	known = slices.DeleteFunc(known, func(k c2sp.Checkpoint) bool { return k.Size > r.Recovered.From })
	found, err := c2sp.ParseCheckpoint(r.Recovered.Found)
	if err != nil || found.Size == 0 {
		return err
	}
	report, err := fsck(r.Dir, []c2sp.Checkpoint{found}, drops.see)
	if err != nil {
		return err
	}
	if report.Entries == found.Size && report.Root == found.Root {
		report.Faults = nil // the rest of the damage is what the record is about
	}
	roots := map[int64]tlog.Hash{}
	for _, k := range known {
		roots[k.Size] = tlog.Hash{}
	}
	if _, _, err := whatIsThere(r.Shard, roots); err != nil {
		return err
	}
	for _, k := range known {
		if roots[k.Size] != k.Root {
			report.fault("the first %d entries are others than those of a checkpoint that was signed, and the record of the recovery does not give them up", k.Size)
		}
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
