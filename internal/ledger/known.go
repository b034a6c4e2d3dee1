package ledger

import "github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"

// beyond holds checkpoints that were signed against the final one of a shard
// that was dropped: no entries are left to work older ones out from, but none
// can have come after it.
func (r *ShardReport) beyond(final c2sp.Checkpoint, signed []c2sp.Checkpoint) {
	for _, s := range signed {
		switch {
		case s.Size > final.Size:
			r.fault("a checkpoint of %d entries was signed, but the final one that is left has only %d: entries were lost", s.Size, final.Size)
		case s.Size == final.Size && s.Root != final.Root:
			r.fault("two checkpoints of %d entries were signed, with the roots %v and %v: the final one is not that of this history", s.Size, s.Root, final.Root)
		}
	}
}

// elsewhere are the checkpoints of shards that are not there, nor known to a
// guard: whoever removes a shard with all that speaks of it leaves a ledger
// that looks whole to itself.
func elsewhere(reports []ShardReport, known []c2sp.Checkpoint) []ShardReport {
	seen := map[string]bool{}
	for i := range reports {
		seen[reports[i].Origin] = true
	}
	var gone []ShardReport
	for _, k := range known {
		if seen[k.Origin] {
			continue
		}
		r := ShardReport{Shard: Shard{Origin: k.Origin, Missing: true}}
		r.fault("a checkpoint of %d entries was signed, but there is no such shard: its entries were removed. Restore them from a copy", k.Size)
		gone = append(gone, r)
	}
	return gone
}
