package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/entry"
)

// A Log takes entries: a [ledger.Log].
type Log interface {
	Append(ctx context.Context, entry []byte) (ledger.Receipt, error)
}

// A Recorder brings what a program has to say into a ledger: the entry into
// the log, and what the entry only commits to into the vault.
type Recorder struct {
	Log   Log
	Vault *Vault           // nil takes no record that names a subject
	Now   func() time.Time // nil is the machine's clock
}

// Recorded is an entry that stands in the log, with its proof.
type Recorded struct {
	ledger.Receipt
	Entry []byte
}

// Text is the proof as a file, with the entry in it.
func (r Recorded) Text() []byte { return r.Receipt.Text(r.Entry) }

// Record appends an entry. When it returns without an error, the entry is
// durable and proven and its openings are in the vault.
//
// The openings become durable first: no entry is acknowledged that nobody can
// open. When the log then refuses the entry, or ctx ends, the openings stay.
// They are not written over, because an entry whose writer did not wait may
// have been appended all the same; without an entry they are out of reach,
// since openings are found by the hash of theirs, and go with their subject.
func (r *Recorder) Record(ctx context.Context, rec entry.Record) (Recorded, error) {
	if _, ok := rec.Facts.(*entry.Erasure); ok {
		return Recorded{}, errors.New("an erasure is recorded by erasing: bailiwick ledger erase")
	}
	for tries := 1; ; tries++ {
		text, err := r.seal(ctx, rec)
		if errors.Is(err, ErrErased) && tries < most {
			continue // between the lookup and the sealing: the subject has another key now
		}
		if err != nil {
			return Recorded{}, err
		}
		return r.append(ctx, text)
	}
}

// most is how often a subject can be erased while one record is sealed: more
// often, and somebody else writes to the vault's files.
const most = 10

// seal makes the entry of a record, and keeps its openings.
func (r *Recorder) seal(ctx context.Context, rec entry.Record) ([]byte, error) {
	var id entry.KeyID
	if rec.Subject != "" {
		if r.Vault == nil {
			return nil, errors.New("the record names a subject, and this ledger has no vault to keep what is about it")
		}
		var err error
		if id, err = r.subject(ctx, rec); err != nil {
			return nil, err
		}
	}
	text, openings, err := r.marshal(rec, id)
	if err != nil || len(openings) == 0 {
		return text, err
	}
	return text, r.Vault.Put(ctx, id, text, openings)
}

// subject finds the pseudonym of a record's subject. Before a key is made for a
// new one, it is said what is wrong with the record.
func (r *Recorder) subject(ctx context.Context, rec entry.Record) (entry.KeyID, error) {
	id, err := r.Vault.Find(rec.Subject)
	if !errors.Is(err, ErrNoSubject) {
		return id, err
	}
	if _, _, err := r.marshal(rec, entry.KeyID{1}); err != nil {
		return id, err
	}
	return r.Vault.Subject(ctx, rec.Subject)
}

func (r *Recorder) marshal(rec entry.Record, id entry.KeyID) ([]byte, []entry.Opening, error) {
	at := rec.At
	if at.IsZero() {
		at = r.now()
	}
	e, openings, err := rec.Commit(id, at)
	if err != nil {
		return nil, nil, err
	}
	text, err := e.Marshal()
	return text, openings, err
}

func (r *Recorder) append(ctx context.Context, text []byte) (Recorded, error) {
	receipt, err := r.Log.Append(ctx, text)
	return Recorded{receipt, text}, err
}

func (r *Recorder) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

// Erase destroys what the vault has of a subject, and appends the entry that
// says so. A crash between the two is made good by [Recorder.Resume].
func (r *Recorder) Erase(ctx context.Context, subject, basis string) (Recorded, error) {
	e, err := r.Vault.Erase(ctx, subject, basis, r.now())
	if err != nil {
		return Recorded{}, err
	}
	rec, err := r.logErasure(ctx, e)
	if err != nil {
		return rec, fmt.Errorf("the subject is erased, but the ledger does not say so yet; the next command that writes to it will: %w", err)
	}
	return rec, nil
}

func (r *Recorder) logErasure(ctx context.Context, e entry.Entry) (Recorded, error) {
	text, err := e.Marshal()
	if err != nil {
		return Recorded{}, err
	}
	rec, err := r.append(ctx, text)
	if err != nil {
		return rec, err
	}
	return rec, r.Vault.Logged(e.Subject)
}

// Resume appends the entries of erasures that were done and not logged,
// because a crash came between. One that was logged just before the crash
// stands twice then, with the same pseudonym and time. Whoever opens a ledger
// for writing calls it first.
func (r *Recorder) Resume(ctx context.Context) (int, error) {
	if r.Vault == nil {
		return 0, nil
	}
	all := r.Vault.Unlogged()
	for i, e := range all {
		if _, err := r.logErasure(ctx, e); err != nil {
			return i, err
		}
	}
	return len(all), nil
}

// EraseAgain erases the subjects of a vault that was restored from a copy
// whose erasure stands in the ledger, below the given size. The ledger gets no
// second entry.
func (r *Recorder) EraseAgain(ctx context.Context, size int64, log Source) (int, error) {
	erased := 0
	for i := range size {
		text, err := log.Entry(i)
		if err != nil {
			return erased, err
		}
		e, err := entry.Parse(text)
		if err != nil {
			continue // no entry of ours
		}
		facts, ok := e.Facts.(*entry.Erasure)
		if !ok {
			continue
		}
		_, err = r.Vault.EraseKey(ctx, e.Subject, facts.Basis, e.At)
		if errors.Is(err, ErrNoSubject) {
			continue // as it should be
		}
		if err != nil {
			return erased, err // its file stays, until it is completed
		}
		if err := r.Vault.Logged(e.Subject); err != nil {
			return erased, err
		}
		erased++
	}
	return erased, nil
}
