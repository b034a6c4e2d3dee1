package kbs

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Anybody can ask for a resource without a session, or answer a challenge with
// rubbish, as often as he likes; if each refusal were an entry, he would choose
// how long the journal is. So of what is refused before anything was proved, the
// first of each minute have entries of their own, and of the others one entry says
// how many there were and why. What a guest is refused that attested, is given, or
// proved, is always an entry of its own.

// ownEntries is how many refusals in a minute have an entry each.
const ownEntries = 10

// A tally counts refusals that have no entry of their own.
type tally struct {
	mu     sync.Mutex
	minute time.Time
	own    int // entries in this minute
	count  int64
	why    []string // of those that are counted, sorted
}

// turn says whether one more refusal gets an entry of its own.
func (t *tally) turn(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if minute := now.Truncate(time.Minute); !minute.Equal(t.minute) {
		t.minute, t.own = minute, 0
	}
	t.own++
	return t.own <= ownEntries
}

func (t *tally) add(n int64, why []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count, t.why = t.count+n, sorted(append(t.why, why...))
}

// take gives what was counted, and begins anew.
func (t *tally) take() (n int64, why []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, why = t.count, t.why
	t.count, t.why = 0, nil
	return n, why
}

// unproved is what was refused, without evidence that could be read and with.
type unproved [2]tally

func (u *unproved) of(e *Event) *tally {
	if len(e.Evidence) > 0 {
		return &u[1]
	}
	return &u[0]
}

// enter records an event before its answer leaves. When nothing was proved, a
// refusal may be one of a count, for which nothing waits: nothing leaves by it.
func (s *Server) enter(ctx context.Context, e Event, proved bool) error {
	if proved {
		return s.record(ctx, e)
	}
	t := s.unproved.of(&e)
	if !t.turn(s.Now()) {
		t.add(1, e.Reasons)
		return nil
	}
	err := s.record(ctx, e)
	if err != nil {
		t.add(1, e.Reasons)
	}
	return err
}

// Flush writes an entry of the refusals that were only counted. Whoever runs a
// server calls it each minute, and when the last request was answered: what was
// counted since is in memory only. When the journal takes no entry, the count stays.
func (s *Server) Flush(ctx context.Context) error {
	s.flushing.Lock() // the last one waits for one that may have failed
	defer s.flushing.Unlock()
	var errs []error
	for i := range s.unproved {
		t := &s.unproved[i]
		n, why := t.take()
		if n == 0 {
			continue
		}
		e := s.event(s.state.Load(), &decision{}, nil)
		e.Decision, e.Reasons, e.Count = Refused, why, n
		if err := s.record(ctx, e); err != nil {
			t.add(n, why)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
