// Package follow reads logs of others, and believes nothing of what they
// answer: any log of c2sp.org/tlog-tiles, over HTTP or as a folder. A
// checkpoint counts when a policy is satisfied and when it continues the last
// one that was seen, which is kept on disk; an entry counts when it hashes to
// its place in the tree below that checkpoint.
package follow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A Source is where a log's files are read: checkpoint, tile/…
type Source interface {
	// Get returns a file of at most that many bytes. One that is not there is
	// [ErrAbsent].
	Get(ctx context.Context, path string, most int64) ([]byte, error)
}

// ErrAbsent says that a log has no such file.
var ErrAbsent = errors.New("the log has no such file")

// ErrAltered says that what a log gives out is not what it signed.
var ErrAltered = errors.New("what the log gives out is not what its checkpoint commits to")

// A Fork is two checkpoints that a log signed and of which the later does not
// continue the earlier. Two of one size are evidence against the log to
// anybody who has its key; of two sizes the hashes of the larger tree belong to
// it. A smaller one may be an old copy that something between gives out.
type Fork struct {
	Reason      string
	Seen, Given []byte // the signed notes: of before, and of now
}

func (f *Fork) Error() string {
	return fmt.Sprintf("%s. Keep both checkpoints. Seen before:\n\n%s\nGiven now:\n\n%s", f.Reason, f.Seen, f.Given)
}

// A Follower follows one log. It is not for use by several goroutines.
type Follower struct {
	source Source
	policy *c2sp.Policy
	path   string
	lock   *os.File
	state  state
	last   c2sp.Checkpoint // of state.Checkpoint; zero before the first
	hashes *hashes         // of the tree of last
}

// state is what is kept on disk.
type state struct {
	Next       int64  `json:"next"`       // first entry that was not taken yet
	Checkpoint string `json:"checkpoint"` // signed note; empty before the first
}

// maxCheckpoint bounds a checkpoint with the signatures of many witnesses.
const maxCheckpoint = 256 << 10

// Open opens a follower whose memory is the file of that path, which nobody
// else may use at the same time.
func Open(source Source, policy *c2sp.Policy, path string) (*Follower, error) {
	f := &Follower{source: source, policy: policy, path: path}
	var err error
	if f.lock, err = os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if err := durable.Lock(f.lock); err != nil {
		f.lock.Close()
		return nil, fmt.Errorf("another process follows the log with this state: %w", err)
	}
	if err := f.load(); err != nil {
		f.lock.Close()
		return nil, fmt.Errorf("state %s: %w. Restore it; without it nobody notices when the log was rolled back", path, err)
	}
	return f, nil
}

// Close lets another process follow.
func (f *Follower) Close() error { return f.lock.Close() }

func (f *Follower) load() error {
	text, err := os.ReadFile(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f.state); err != nil {
		return err
	}
	if d.More() {
		return fmt.Errorf("something follows its end")
	}
	if f.state.Checkpoint != "" {
		if f.last, err = f.signed([]byte(f.state.Checkpoint)); err != nil {
			return err
		}
		f.hashes = newHashes(f.source, f.last)
	}
	if n := f.state.Next; n < 0 || n > f.last.Size {
		return fmt.Errorf("it says that %d entries were taken, of %d that were seen", n, f.last.Size)
	}
	return nil
}

// signed verifies the log's own signature of a checkpoint that satisfied a
// policy when it was seen. Witnesses that were asked for since cannot have
// cosigned it.
func (f *Follower) signed(text []byte) (c2sp.Checkpoint, error) {
	var keys []note.Verifier
	for _, l := range f.policy.Logs() {
		keys = append(keys, l.Key)
	}
	n, err := note.Open(text, note.VerifierList(keys...))
	if err != nil {
		return c2sp.Checkpoint{}, fmt.Errorf("no log of the policy signed its checkpoint: is it the state of another log?")
	}
	return c2sp.ParseCheckpoint(n.Text)
}

// Last is the newest checkpoint that was verified, and its signed note, which
// is empty before the first.
func (f *Follower) Last() (c2sp.Checkpoint, []byte) { return f.last, []byte(f.state.Checkpoint) }

// Next is the first entry that was not [Follower.Took].
func (f *Follower) Next() int64 { return f.state.Next }

// Took remembers that all entries below that index were taken.
func (f *Follower) Took(next int64) error {
	f.state.Next = next
	return f.save()
}

func (f *Follower) save() error {
	text, err := json.Marshal(f.state)
	if err != nil {
		return err
	}
	return durable.Replace(f.path, append(text, '\n'))
}

// Update fetches the log's checkpoint and keeps it once it is verified. One
// that does not continue the last is a [*Fork], whether witnesses cosigned it
// or not; one that lacks witnesses is [c2sp.ErrQuorum], and is not kept.
func (f *Follower) Update(ctx context.Context) (c2sp.Opened, error) {
	given, err := f.source.Get(ctx, "checkpoint", maxCheckpoint)
	if err != nil {
		return c2sp.Opened{}, fmt.Errorf("checkpoint: %w", err)
	}
	opened, err := f.policy.Open(given)
	switch {
	case errors.Is(err, c2sp.ErrQuorum):
		return c2sp.Opened{}, f.unwitnessed(ctx, given, err)
	case err != nil:
		return c2sp.Opened{}, fmt.Errorf("%w: %w", ErrAltered, err)
	}
	if opened.Size == 0 && opened.Root != c2sp.EmptyRoot {
		return c2sp.Opened{}, fmt.Errorf("%w: a tree without entries has another root", ErrAltered)
	}
	now := newHashes(f.source, opened.Checkpoint)
	if f.state.Checkpoint != "" {
		if err := f.continues(ctx, now, given); err != nil {
			return c2sp.Opened{}, err
		}
		if string(given) == f.state.Checkpoint {
			return opened, nil
		}
	}
	before := f.state
	f.state.Checkpoint = string(given)
	if err := f.save(); err != nil {
		f.state = before
		return c2sp.Opened{}, err
	}
	if opened.Checkpoint != f.last { // else only the cosignatures are others
		f.last, f.hashes = opened.Checkpoint, now
	}
	return opened, nil
}

// unwitnessed looks for a fork in a checkpoint that the log alone signed.
func (f *Follower) unwitnessed(ctx context.Context, given []byte, quorum error) error {
	c, err := f.signed(given)
	if err != nil || f.state.Checkpoint == "" {
		return quorum
	}
	var fork *Fork
	if err := f.continues(ctx, newHashes(f.source, c), given); errors.As(err, &fork) {
		return err
	}
	return quorum
}

// continues works the root of the last tree out of hashes of the new one.
func (f *Follower) continues(ctx context.Context, now *hashes, given []byte) error {
	fork := func(format string, args ...any) error {
		return &Fork{fmt.Sprintf(format, args...), []byte(f.state.Checkpoint), given}
	}
	switch c := now.tree; {
	case c.Origin != f.last.Origin:
		return fmt.Errorf("this is the log %s, but the state is of %s: use a state of its own for each log", c.Origin, f.last.Origin)
	case c.Size < f.last.Size:
		return fork("the log %s was rolled back, or a cache answers with an old copy: it had %d entries, and gives out a checkpoint of %d", c.Origin, f.last.Size, c.Size)
	case c.Size == f.last.Size && c.Root != f.last.Root:
		return fork("the log %s forked: it signed two trees of %d entries, which its signatures prove to anybody", c.Origin, c.Size)
	case c.Size == f.last.Size || f.last.Size == 0:
		return nil
	}
	root, err := now.root(ctx, f.last.Size)
	if err != nil {
		return fmt.Errorf("prove that %d entries begin with the %d that were seen: %w", now.tree.Size, f.last.Size, err)
	}
	if root != f.last.Root {
		return fork("the log %s forked: its first %d entries are others than those that were seen", now.tree.Origin, f.last.Size)
	}
	return nil
}

// Entries calls do with each entry from an index on, up to the last verified
// checkpoint. Each was verified; its bytes are good until do returns.
func (f *Follower) Entries(ctx context.Context, from int64, do func(index int64, entry []byte) error) error {
	for from < f.last.Size {
		bundle, err := f.hashes.bundle(ctx, from/c2sp.TileWidth)
		if err != nil {
			return err
		}
		for index := from - from%c2sp.TileWidth; len(bundle) > 0; index++ {
			var entry []byte
			if entry, bundle, err = c2sp.NextEntry(bundle); err != nil {
				return err
			}
			if index < from {
				continue
			}
			if err := do(index, entry); err != nil {
				return err
			}
			from = index + 1
		}
	}
	return nil
}

// Prove fetches an entry and its proof below the last verified checkpoint:
// with it and the policy anybody verifies the entry offline.
func (f *Follower) Prove(ctx context.Context, index int64) (c2sp.Proof, error) {
	if index < 0 || index >= f.last.Size {
		return c2sp.Proof{}, fmt.Errorf("entry %d: %s has %d entries: %w", index, f.last.Origin, f.last.Size, ErrAbsent)
	}
	var entry []byte
	errFound := errors.New("found")
	err := f.Entries(ctx, index, func(_ int64, b []byte) error {
		entry = bytes.Clone(b)
		return errFound
	})
	if !errors.Is(err, errFound) {
		return c2sp.Proof{}, err
	}
	hashes, err := tlog.ProveRecord(f.last.Size, index, f.hashes.reader(ctx))
	if err != nil {
		return c2sp.Proof{}, f.hashes.fault(err)
	}
	return c2sp.Proof{Extra: entry, Index: index, Hashes: hashes, Checkpoint: []byte(f.state.Checkpoint)}, nil
}
