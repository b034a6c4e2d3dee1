package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// A taker takes the records of one file.
type taker struct {
	kind    *kind
	options *Options
	file    string
	sum     *Summary
	into    *line

	line    int  // of the record that is read
	growing bool // the file is followed
	tail    *waiting
	rest    bool // what follows could not be read
	batch   []item
	err     error

	// What some kinds remember of the records before.
	clock    time.Time
	sessions map[string]string // outlive a rotation
	recent   recent
}

// read reads the file from its beginning to its end.
func (t *taker) read(ctx context.Context) error {
	if t.growing {
		return t.follow(ctx)
	}
	in := &logs.Input{}
	c, err := in.Open(t.file)
	if err != nil {
		return fmt.Errorf("%s: %w", t.file, err)
	}
	defer c.Close()
	return t.readFrom(in)
}

func (t *taker) readFrom(in *logs.Input) error {
	t.clock, t.recent = time.Time{}, recent{}
	err := t.kind.frame(in, t)
	if in.Cut != "" {
		t.sum.Cut = append(t.sum.Cut, fmt.Sprintf("%s: %s", t.file, in.Cut))
	}
	if t.rest {
		t.sum.Cut = append(t.sum.Cut, fmt.Sprintf("%s: what follows line %d was not read", t.file, t.line))
	}
	return errors.Join(err, t.flush())
}

// record takes one record.
func (t *taker) record(rec []byte) {
	if len(rec) == 0 || t.err != nil {
		return
	}
	if err := t.kind.parse(rec, t); err != nil {
		t.refuse(err)
	}
}

// take takes an event, which is said by rec.
func (t *taker) take(e *Event, rec []byte) {
	t.sum.Read++
	digest := digestOf(rec)
	of, nth := digest, 0
	if e.apart != "" {
		of = digestOf(append([]byte(e.apart+"\n"), rec...))
	}
	if !t.kind.unique {
		nth = t.recent.count(of)
	}
	id := t.into.known.id(t.kind.name, of, nth)
	if !t.into.begin(id) {
		t.sum.Already++
		return
	}
	t.batch = append(t.batch, item{id, e.record(t.kind, digest, t.options.Locate)})
	if len(t.batch) >= maxBatch {
		t.err = t.flush()
	}
}

// pass counts a record that is no event by itself.
func (t *taker) pass(why string) error {
	t.sum.Read++
	t.sum.Passed[why]++
	return nil
}

// refuse counts a record that cannot be understood, and says where it stands.
func (t *taker) refuse(err error) {
	t.sum.Read++
	t.sum.Refused++
	if t.options.Refuse != nil {
		t.options.Refuse(Refusal{t.file, t.line, err})
	}
}

// flush sends what was taken into the ledger.
func (t *taker) flush() error {
	if len(t.batch) == 0 {
		return nil
	}
	b := t.batch
	t.batch = nil
	return t.into.put(b)
}

// open reports whether the end of the file may still be written.
func (t *taker) open() bool { return t.growing && (t.tail == nil || !t.tail.gone) }

func (t *taker) goesOn() bool { return t.err == nil && t.into.ctx.Err() == nil }

func (t *taker) stopped() error {
	if t.err != nil {
		return t.err
	}
	if t.growing {
		return nil // it is how following ends
	}
	return context.Cause(t.into.ctx)
}

// recent counts how often a record stood in a file before, to tell two equal
// ones from one that is read twice. Equal records that name a time are near
// each other: one that did not come up among the last 65,536 is forgotten.
type recent struct {
	counts map[[8]byte]count
	ring   [][8]byte
	at     int
}

// A count is how often a record came up, and in how many places of the ring it stands.
type count struct{ before, held int }

const maxRecent = 1 << 16

func (r *recent) count(digest [32]byte) int {
	if r.counts == nil {
		r.counts = map[[8]byte]count{}
	}
	k := [8]byte(digest[:8])
	c := r.counts[k]
	r.counts[k] = count{c.before + 1, c.held + 1}
	if len(r.ring) < maxRecent {
		r.ring = append(r.ring, k)
		return c.before
	}
	old := r.ring[r.at]
	r.ring[r.at] = k
	r.at = (r.at + 1) % maxRecent
	if left := r.counts[old]; left.held > 1 {
		r.counts[old] = count{left.before, left.held - 1}
	} else {
		delete(r.counts, old)
	}
	return c.before
}
