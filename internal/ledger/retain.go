package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
)

// A Drop says in the ledger that a shard was dropped, by which policy.
type Drop struct {
	Record     string    `json:"record"` // bailiwick/ledger-drop/v1
	Origin     string    `json:"origin"`
	Checkpoint string    `json:"checkpoint"` // the final one
	Retention  string    `json:"retention"`
	At         time.Time `json:"at"`
}

const dropRecord = "bailiwick/ledger-drop/v1"

// drops are the records of dropped shards among entries.
type drops struct {
	entries [][]byte
	finals  []string // their checkpoints
}

func (d *drops) see(entry []byte) {
	if !bytes.HasPrefix(entry, []byte(`{"record":"`+dropRecord+`"`)) {
		return
	}
	var r Drop
	if json.Unmarshal(entry, &r) == nil {
		d.entries, d.finals = append(d.entries, bytes.Clone(entry)), append(d.finals, r.Checkpoint)
	}
}

// Drop drops the shards that are older than the declared retention, oldest
// first, and says so in the ledger. Their final checkpoints stay, so that the
// chain can be verified and nobody can put another history in their place; so do
// the records of those that were dropped before, by being said again.
func (s *Shards) Drop(ctx context.Context) ([]Shard, error) {
	if s.config.Retention.Count == 0 {
		return nil, fmt.Errorf("%s declares no retention: without one nothing may be dropped", filepath.Join(s.config.Dir, ConfigName))
	}
	shards, err := s.config.Shards()
	if err != nil {
		return nil, err
	}
	if err := s.leapt(shards); err != nil {
		return nil, err
	}
	var dropped []Shard
	for i, shard := range shards[:len(shards)-1] {
		switch {
		case shard.Missing:
			continue
		case shard.Dropped:
			if err := empty(shard.Dir); err != nil { // a process that was killed may have left some of it
				return dropped, err
			}
			continue
		}
		end, err := shard.end()
		if err != nil || s.options.Now().Before(s.config.Retention.until(end)) {
			break // an endless shard, or one that is kept; those behind are younger
		}
		if err := s.drop(ctx, shard, shards[i+1]); err != nil {
			return dropped, fmt.Errorf("drop shard %s: %w", shard.Name, err)
		}
		dropped = append(dropped, shard)
	}
	return dropped, nil
}

// leapt refuses to believe a clock by which more than a year passed since the
// shard before the newest: entries would be gone for good that are younger.
func (s *Shards) leapt(shards []Shard) error {
	if len(shards) < 2 {
		return nil
	}
	before := shards[len(shards)-2]
	end, err := before.end()
	if err == nil && s.options.Now().After(end.AddDate(1, 0, 0)) {
		return fmt.Errorf("nothing is dropped: the clock says %s, and the newest shard but one is %s. If no entry came for so long, drop next month", s.month(), before.Name)
	}
	return nil
}

func (s *Shards) drop(ctx context.Context, shard, next Shard) error {
	final, err := readHead(shard.Dir)
	if err != nil {
		return err
	}
	if err := s.chained(shard, next, final); err != nil {
		return err
	}
	entry, err := json.Marshal(Drop{dropRecord, shard.Origin, final.String(), s.config.Retention.String(), s.options.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	var before drops
	if _, err := fsck(shard.Dir, nil, before.see); err != nil {
		return err
	}
	for _, e := range append(before.entries, entry) {
		if _, err := s.Append(ctx, e); err != nil {
			return err
		}
	}
	s.reading.Lock()
	if r := s.readers[shard.Name]; r != nil {
		err = r.Close()
		delete(s.readers, shard.Name)
	}
	s.reading.Unlock()
	return errors.Join(err, empty(shard.Dir))
}

// chained refuses to drop what the next shard does not vouch for.
func (s *Shards) chained(shard, next Shard, final Head) error {
	r := ShardReport{Shard: shard}
	r.link(next, final, s.options.Key.Public())
	if len(r.Faults) > 0 {
		return errors.New(r.Faults[0])
	}
	return nil
}

// empty removes all but the final checkpoint. The entries go first, by one
// step: without them the shard is dropped, whatever is left besides.
func empty(dir string) error {
	gone := filepath.Join(dir, "dropped")
	if err := os.Rename(filepath.Join(dir, "entries"), gone); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := durable.SyncDir(dir); err != nil {
		return err
	}
	var errs []error
	for _, name := range []string{"dropped", "tree", "bundles", "state", "lock"} {
		errs = append(errs, os.RemoveAll(filepath.Join(dir, name)))
	}
	return errors.Join(append(errs, durable.SyncDir(dir))...)
}
