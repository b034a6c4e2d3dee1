package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// ShardOptions say who writes a ledger.
type ShardOptions struct {
	Key    c2sp.Signer
	Now    func() time.Time // nil is the machine's clock
	Warn   func(format string, args ...any)
	Cosign func(ctx context.Context, log *Reader, head Head) ([]byte, error) // see [Options]; the head says of which shard
	Every  time.Duration
}

// Shards is a ledger that is open for writing: entries go to the shard of the
// month in which they arrive. Its methods may be called at once by many
// goroutines.
type Shards struct {
	config  Config
	options ShardOptions

	turning sync.RWMutex // held by writers; alone, to go on to the next shard
	log     *Log
	shard   Shard
	failed  error

	reading sync.Mutex
	readers map[string]*Reader // of the shards before
}

// OpenShards opens a ledger for writing, or begins it.
func OpenShards(c Config, o ShardOptions) (*Shards, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Warn == nil {
		o.Warn = func(string, ...any) {}
	}
	if err := apart(c.Dir, c.GuardFile("")); err != nil {
		return nil, err
	}
	if err := c.confirmKey(o.Key); err != nil {
		return nil, err
	}
	s := &Shards{config: c, options: o, readers: map[string]*Reader{}}
	if err := s.open(); err != nil {
		if s.log != nil {
			err = errors.Join(err, s.log.Close())
		}
		return nil, err
	}
	return s, nil
}

func (s *Shards) open() error {
	shards, err := s.config.Shards()
	if err != nil {
		return err
	}
	if len(shards) == 0 {
		return s.begin(s.config.shard(s.month()))
	}
	last := shards[len(shards)-1]
	for _, m := range shards[:len(shards)-1] {
		if m.Missing {
			s.options.Warn("shard %s is missing: restore it from a copy", m.Name)
		}
	}
	if last.Missing || last.Dropped {
		return fmt.Errorf("%w: the newest shard %s is missing, but its guard is there: an old copy of the ledger was put back, or the folder was removed. Restore the newest copy; if it is lost for good, `bailiwick ledger recover` says so in the ledger and goes on", ErrFork, last.Dir)
	}
	if err := s.begin(last); err != nil {
		return err
	}
	if err := s.chain(shards); err != nil {
		return err
	}
	if s.due() {
		return s.next()
	}
	return nil
}

// chain writes the first entry of a shard that was begun and got none, because
// the process was killed.
func (s *Shards) chain(shards []Shard) error {
	if len(shards) < 2 || s.log.Head().Size > 0 {
		return nil
	}
	if s.shard.recovered() {
		return fmt.Errorf("shard %s lacks the record of the recovery for which it was begun: run `bailiwick ledger recover` again", s.shard.Name)
	}
	before := shards[len(shards)-2]
	final, err := readHead(before.Dir)
	if err == nil {
		final, err = before.verified(final.Signed, c2sp.LogKey(before.Origin, s.options.Key.Public()))
	}
	if err != nil {
		return fmt.Errorf("the final checkpoint of shard %s is missing or was altered, which the next one begins with: restore it from a copy: %w", before.Name, err)
	}
	_, err = s.log.Append(context.Background(), final.Signed)
	return err
}

// month is the name of the shard that is due.
func (s *Shards) month() string {
	if !s.config.Monthly {
		return ""
	}
	return s.options.Now().UTC().Format(monthForm)
}

// due says whether the month has changed. A clock that goes back changes
// nothing: a shard that was closed is never opened again.
func (s *Shards) due() bool { return s.config.Monthly && s.month() > s.shard.month() }

func (s *Shards) begin(shard Shard) error {
	log, err := Open(shard.Dir, Options{
		Signer: c2sp.LogSigner(shard.Origin, s.options.Key), Guard: s.config.GuardFile(shard.Name),
		Warn: s.options.Warn, Cosign: s.options.Cosign, Every: s.options.Every,
	})
	if err != nil {
		return err
	}
	s.log, s.shard = log, shard
	return nil
}

// next closes the shard and begins that of the month, whose first entry is the
// final checkpoint of the one before.
func (s *Shards) next() error {
	old, month := s.log, s.month()
	if err := old.Close(); err != nil {
		return fmt.Errorf("shard %s could not be closed: %w", s.shard.Name, err)
	}
	// Nothing may have been logged for long, or the clock leapt: the next time it
	// is looked at it may be right, and this month stays the newest all the same.
	if end, err := s.shard.end(); err != nil || end.Format(monthForm) != month {
		s.options.Warn("the clock says %s, and the shard before is %s: if that is wrong, stop and set the clock. What is appended from now on stands in %s until that month has passed", month, s.shard.Name, month)
	}
	if err := s.begin(s.config.shard(month)); err != nil {
		return err
	}
	_, err := s.log.Append(context.Background(), old.Published().Signed)
	return err
}

// Append appends an entry to the shard of the month. The origin of the
// receipt's head says which that is.
func (s *Shards) Append(ctx context.Context, entry []byte) (r Receipt, err error) {
	err = s.use(func(log *Log) error { r, err = log.Append(ctx, entry); return err })
	return r, err
}

// use calls f with the log of the month, which stays it meanwhile.
func (s *Shards) use(f func(*Log) error) error {
	for {
		s.turning.RLock()
		log, due, failed := s.log, s.due(), s.failed
		if failed != nil || !due {
			defer s.turning.RUnlock()
			if failed != nil {
				return failed
			}
			return f(log)
		}
		s.turning.RUnlock()
		s.turn()
	}
}

// turn goes on to the next shard, unless another writer did.
func (s *Shards) turn() {
	s.turning.Lock()
	defer s.turning.Unlock()
	if s.failed != nil || !s.due() {
		return
	}
	if err := s.next(); err != nil {
		s.failed = fmt.Errorf("ledger %s: the month has changed: %w. It takes no more entries until it is opened again", s.config.Dir, err)
	}
}

// Log is the log of the newest shard.
func (s *Shards) Log() *Log {
	s.turning.RLock()
	defer s.turning.RUnlock()
	return s.log
}

// Reader reads a shard.
func (s *Shards) Reader(name string) (*Reader, error) {
	s.turning.RLock()
	defer s.turning.RUnlock()
	if name == s.shard.Name {
		return s.log.Reader, nil
	}
	s.reading.Lock()
	defer s.reading.Unlock()
	if r := s.readers[name]; r != nil {
		return r, nil
	}
	if name != "" && !monthly.MatchString(name) && !endless.MatchString(name) {
		return nil, ErrAbsent // not a path
	}
	r, err := s.config.OpenReader(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("shard %q: %w", name, ErrAbsent)
	}
	if err != nil {
		return nil, err
	}
	s.readers[name] = r
	return r, nil
}

// ServeHTTP serves each shard below its name: /2026-11/checkpoint. Of a shard
// that was dropped, the final checkpoint is left.
func (s *Shards) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	name, rest := "", req.URL.Path
	if first, _, ok := strings.Cut(strings.TrimPrefix(req.URL.Path, "/"), "/"); ok && (monthly.MatchString(first) || endless.MatchString(first)) {
		name, rest = first, strings.TrimPrefix(req.URL.Path, "/"+first)
	}
	r, err := s.Reader(name)
	if errors.Is(err, ErrAbsent) {
		s.serveFinal(w, req, name, rest)
		return
	}
	if err != nil {
		http.Error(w, "the ledger cannot be read", http.StatusInternalServerError)
		return
	}
	r.ServeHTTP(w, withPath(req, rest))
}

func (s *Shards) serveFinal(w http.ResponseWriter, req *http.Request, name, rest string) {
	if name != "" && rest == "/checkpoint" {
		if head, err := readHead(s.config.shard(name).Dir); err == nil {
			(&Reader{head: head, published: head}).ServeHTTP(w, withPath(req, rest))
			return
		}
	}
	http.Error(w, ErrAbsent.Error(), http.StatusNotFound)
}

func withPath(req *http.Request, path string) *http.Request {
	r := req.Clone(req.Context())
	r.URL.Path, r.URL.RawPath = path, ""
	return r
}

// Close waits for the entries that were taken, and closes the ledger.
func (s *Shards) Close() error {
	s.turning.Lock()
	defer s.turning.Unlock()
	s.reading.Lock()
	defer s.reading.Unlock()
	errs := []error{s.log.Close()}
	for _, r := range s.readers {
		errs = append(errs, r.Close())
	}
	return errors.Join(errs...)
}

// firstEntry reads the first entry of a shard's folder, whether or not a
// checkpoint was published. The error is [io.EOF] when there is none.
func firstEntry(dir string) (entry []byte, err error) {
	segments, err := openSegments(filepath.Join(dir, "entries"), os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer closeSegments(segments)
	err = io.EOF
	if len(segments) > 0 {
		_, _, bad := segments[0].scan(0, 0, func(_, _ int64, e []byte) error {
			entry, err = append([]byte{}, e...), nil
			return errEnough
		})
		if bad != nil && !errors.Is(bad, errEnough) {
			return nil, bad
		}
	}
	return entry, err
}
