package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// A Recovery says, in the ledger itself, that entries were lost for good. It
// is the first entry of the shard that goes on.
type Recovery struct {
	Record    string    `json:"record"`              // bailiwick/ledger-recovery/v1
	Origin    string    `json:"origin"`              // of the log that lost entries
	From      int64     `json:"lost_from"`           // the first entry that is lost or cannot be believed
	To        int64     `json:"lost_to"`             // the first one that was never signed for
	Signed    string    `json:"signed,omitempty"`    // the last checkpoint that the log signed; empty when its guard is lost
	Published string    `json:"published,omitempty"` // the last one that its folder had
	Found     string    `json:"found"`               // the checkpoint that what is there gives; nobody signed it
	At        time.Time `json:"at"`
	// Approval binds the entry to an [Approval] that lies beside the shards: why,
	// and who said so, is about a person, and a leaf stays for ever.
	Approval entry.Commitment `json:"approval"`
}

// maxApproval keeps an approval, as JSON, in what is read of its file.
const maxApproval = 8 << 10

const recoveryRecord = "bailiwick/ledger-recovery/v1"

func parseRecovery(entry []byte) (Recovery, error) {
	var r Recovery
	if err := json.Unmarshal(entry, &r); err != nil {
		return r, err
	}
	if r.Record != recoveryRecord {
		return r, fmt.Errorf("it is no record of a recovery")
	}
	_, err := c2sp.ParseCheckpoint(r.Found)
	return r, err
}

// Recover goes on after a real loss: the newest shard has less than it signed,
// or others entries, or its guard is gone. It never signs under the old origin
// again: a new shard begins, whose first entry names what is lost. What is left
// of the old shard stays readable, and the old state of the guard is archived
// beside it. The reason and who approved are required: the record commits to
// them, and they are kept beside the shards.
func Recover(ctx context.Context, c Config, o ShardOptions, reason, approvedBy string) (Recovery, error) {
	if strings.TrimSpace(reason) == "" || strings.TrimSpace(approvedBy) == "" {
		return Recovery{}, errors.New("a recovery needs a reason and who approved it: the ledger commits to both")
	}
	if len(reason)+len(approvedBy) > maxApproval {
		return Recovery{}, fmt.Errorf("reason and approval have more than %d bytes: name the document that has the rest", maxApproval)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	damaged, next, err := c.damaged()
	if err != nil {
		return Recovery{}, err
	}
	if err := c.confirmKey(o.Key); err != nil {
		return Recovery{}, err
	}
	release, err := seize(damaged.Dir)
	if err != nil {
		return Recovery{}, err
	}
	defer release()
	r, err := c.loss(damaged)
	if err != nil {
		return Recovery{}, err
	}
	r.At = o.Now().UTC().Truncate(time.Second)
	record, err := next.approve(&r, Approval{reason, approvedBy, entry.NewSalt()})
	if err != nil {
		return Recovery{}, err
	}
	s := &Shards{config: c, options: o}
	if err := s.begin(next); err != nil {
		return Recovery{}, err
	}
	_, err = s.log.Append(ctx, record)
	if err := errors.Join(err, s.log.Close()); err != nil {
		return Recovery{}, err
	}
	return r, archive(c.GuardFile(damaged.Name), r.At)
}

// damaged is the newest shard that has entries or had, and the one that goes
// on. A recovery that was cut off before its record was written begins again.
func (c Config) damaged() (old, next Shard, err error) {
	shards, err := c.Shards()
	if err != nil {
		return old, next, err
	}
	if len(shards) == 0 {
		return old, next, fmt.Errorf("%s has no entries and no guard knows of any: there is nothing to recover", c.Dir)
	}
	old = shards[len(shards)-1]
	if len(shards) > 1 && c.unrecorded(old) {
		return shards[len(shards)-2], old, nil
	}
	name, err := old.successor()
	return old, c.shard(name), err
}

// unrecorded says whether a shard was begun by a recovery that was cut off
// before its record was written.
func (c Config) unrecorded(s Shard) bool {
	if !s.recovered() || s.Missing || s.Dropped {
		return false
	}
	guard, unguarded := ReadGuard(c.GuardFile(s.Name))
	published, unpublished := readHead(s.Dir)
	if unguarded == nil && guard.Size > 0 || unguarded != nil && !errors.Is(unguarded, fs.ErrNotExist) || unpublished == nil && published.Size > 0 {
		return false
	}
	_, err := firstEntry(s.Dir)
	return errors.Is(err, io.EOF)
}

// seize sees to it that nobody writes the folder meanwhile.
func seize(dir string) (release func(), err error) {
	if err := durable.Dir(filepath.Join(dir, "entries")); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := durable.Lock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("ledger %s: another process writes it: %w", dir, err)
	}
	return func() { f.Close() }, nil
}

// loss works out what a shard lost. It is an error when it lost nothing.
func (c Config) loss(s Shard) (Recovery, error) {
	r := Recovery{Record: recoveryRecord, Origin: s.Origin}
	due := map[int64]tlog.Hash{}
	guard, unguarded := ReadGuard(c.GuardFile(s.Name))
	switch {
	case unguarded == nil:
		r.Signed, r.To = guard.String(), guard.Size
		due[guard.Size] = tlog.Hash{}
	case !errors.Is(unguarded, fs.ErrNotExist) && !errors.Is(unguarded, errUnreadable):
		return r, unguarded // it may be there
	}
	published, err := readHead(s.Dir)
	if err == nil {
		r.Published, r.To = published.String(), max(r.To, published.Size)
		due[published.Size] = tlog.Hash{}
	}
	found, damage, err := whatIsThere(s, due)
	if err != nil {
		return r, err
	}
	r.Found, r.To = found.String(), max(r.To, found.Size)
	holds := func(c c2sp.Checkpoint) bool { return c.Size <= found.Size && due[c.Size] == c.Root }
	switch {
	case unguarded != nil: // what is there may be all or not
		r.From = 0
		if r.Published != "" && holds(published.Checkpoint) {
			r.From = published.Size
		}
	case holds(guard) && (r.Published == "" || holds(published.Checkpoint)):
		if damage != nil {
			return r, fmt.Errorf("everything that was signed is there: %w", damage)
		}
		return r, fmt.Errorf("%s lost nothing: every entry that was signed is there. Open it as before", s.Dir)
	case r.Published != "" && published.Size <= found.Size && !holds(published.Checkpoint):
		r.From = 0 // altered
	case guard.Size <= found.Size && !holds(guard):
		r.From = 0
		if r.Published != "" && published.Size < guard.Size {
			r.From = published.Size // altered behind it
		}
	default:
		r.From = found.Size
	}
	return r, nil
}

// whatIsThere reads the entries that can be read, and fills in the roots of the
// sizes that are asked for.
func whatIsThere(s Shard, due map[int64]tlog.Hash) (c c2sp.Checkpoint, damage, err error) {
	t := &tree{}
	note := func() {
		if _, ok := due[t.size]; ok {
			due[t.size] = t.root()
		}
	}
	note()
	segments, err := openSegments(filepath.Join(s.Dir, "entries"), os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return c2sp.Checkpoint{Origin: s.Origin, Root: t.root()}, nil, nil
	}
	if err != nil {
		return c, nil, err
	}
	st := store{segments: segments}
	defer st.close()
	_, damage = st.replay(state{}, func(index int64, entry []byte) error {
		if index%c2sp.TileWidth == 0 {
			t.begin()
			for _, r := range t.rows {
				r.dirty = r.dirty[:0] // nobody writes it
			}
		}
		if err := t.append(tlog.RecordHash(entry)); err != nil {
			return err
		}
		note()
		return nil
	})
	return c2sp.Checkpoint{Origin: s.Origin, Size: t.size, Root: t.root()}, damage, nil
}

// archived is what the name of a guard's old state has behind the guard's.
const archived = ".lost-"

// archive keeps the old state of a guard under another name.
func archive(guard string, at time.Time) error {
	to := guard + archived + at.Format("20060102T150405Z")
	if err := os.Rename(guard, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the ledger goes on, but its old guard could not be archived: %w", err)
	}
	return durable.SyncDir(filepath.Dir(guard))
}
