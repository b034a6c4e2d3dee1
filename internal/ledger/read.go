package ledger

import (
	"errors"
	"fmt"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A Reader reads a log below its newest signed checkpoint: of a log that is
// open for writing ([Log]), or of a folder alone ([OpenReader]).
type Reader struct {
	reading   sync.RWMutex // held while the store grows, never while a disk is waited for
	store     store
	head      Head
	published Head
}

// A Head is a signed checkpoint.
type Head struct {
	c2sp.Checkpoint
	Signed []byte // the note
}

// SignedBy refuses a checkpoint that the log's own key did not sign, by the policy that its
// operator proposes. That witnesses lack is for who relies on it to judge.
func (h Head) SignedBy(proposed []byte) error {
	policy, err := c2sp.ParsePolicy(proposed)
	if err != nil {
		return err
	}
	if _, err := policy.Open(h.Signed); err != nil && !errors.Is(err, c2sp.ErrQuorum) {
		return err
	}
	return nil
}

// A Receipt acknowledges an entry: it is durable, and this proves it.
type Receipt struct {
	Index int64
	Proof tlog.RecordProof
	Head  Head
}

// Text is the receipt as a file that `bailiwick ledger verify` and other
// tools of C2SP read. The entry stands in it as the extra data, so that the
// file needs no other beside it; nil leaves it out.
func (r Receipt) Text(entry []byte) []byte {
	return c2sp.Proof{Extra: entry, Index: r.Index, Hashes: r.Proof, Checkpoint: r.Head.Signed}.Marshal()
}

// Head is the newest signed checkpoint. Everything below its size can be read
// and proven.
func (r *Reader) Head() Head {
	r.reading.RLock()
	defer r.reading.RUnlock()
	return r.head
}

// Published is the checkpoint that was published last, with the cosignatures
// that it got. It lags behind [Reader.Head] by the interval of publishing, and by
// [cosignWait] while a witness does not answer; of a folder it is the only one.
func (r *Reader) Published() Head {
	r.reading.RLock()
	defer r.reading.RUnlock()
	return r.published
}

// look is what there is to be read now. What comes later does not change it.
func (r *Reader) look() (*store, Head) {
	r.reading.RLock()
	defer r.reading.RUnlock()
	s := r.store
	return &s, r.head
}

func (r *Reader) advance(h Head) {
	r.reading.Lock()
	r.head = h
	r.reading.Unlock()
}

// Tile reads a tile or a bundle of entries, as C2SP has it. A partial one is
// there as soon as a signed checkpoint reaches it.
func (r *Reader) Tile(t c2sp.Tile) ([]byte, error) {
	s, head := r.look()
	level := max(t.Level, 0)
	if t.Level < c2sp.Entries || level > 7 || t.Width < 1 || t.Width > c2sp.TileWidth || t.N < 0 || t.N > head.Size>>tileHeight {
		return nil, ErrAbsent
	}
	end := t.N*c2sp.TileWidth + int64(t.Width)
	if end > head.Size>>(tileHeight*level) {
		return nil, ErrAbsent
	}
	if t.Level == c2sp.Entries {
		return s.bundle(t.N, end)
	}
	return s.tile(t.Level, t.N, t.Width)
}

// Entry reads one entry.
func (r *Reader) Entry(index int64) ([]byte, error) {
	s, head := r.look()
	return s.entry(index, head.Size)
}

// entry reads one entry of a tree of that size.
func (s *store) entry(index, size int64) ([]byte, error) {
	if index < 0 || index >= size {
		return nil, ErrAbsent
	}
	b, err := s.bundle(index/c2sp.TileWidth, index+1)
	if err != nil {
		return nil, err
	}
	for {
		entry, rest, err := c2sp.NextEntry(b)
		if err != nil || len(rest) == 0 {
			return entry, err
		}
		b = rest
	}
}

// Prove proves an entry below the newest signed checkpoint.
func (r *Reader) Prove(index int64) (Receipt, error) { return r.ProveBelow(r.Head(), index) }

// ProveBelow proves an entry below an older checkpoint of the log, such as
// the last that witnesses cosigned. A proof that does not hold is not given
// out: a file of the tree was altered.
func (r *Reader) ProveBelow(head Head, index int64) (Receipt, error) {
	s, newest := r.look()
	if head.Size > newest.Size {
		return Receipt{}, ErrAbsent
	}
	entry, err := s.entry(index, head.Size)
	if err != nil {
		return Receipt{}, err
	}
	proof, err := tlog.ProveRecord(head.Size, index, s)
	if err != nil {
		return Receipt{}, err
	}
	if err := tlog.CheckRecord(proof, head.Size, head.Root, index, tlog.RecordHash(entry)); err != nil {
		return Receipt{}, fmt.Errorf("the proof of entry %d does not hold: run `bailiwick ledger fsck`", index)
	}
	return Receipt{index, proof, head}, nil
}

// Consistent proves that the tree of size old is the beginning of the tree of
// that head (RFC 6962, 2.1.2).
func (r *Reader) Consistent(old int64, head Head) (tlog.TreeProof, error) {
	s, newest := r.look()
	if old < 0 || old > head.Size || head.Size > newest.Size {
		return nil, ErrAbsent
	}
	if old == 0 || old == head.Size {
		return nil, nil
	}
	return tlog.ProveTree(head.Size, old, s)
}
