package admit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
)

// A State is one perimeter on one day with everything prepared. It never changes:
// a new perimeter is a new state, so that a request has the decision of one of
// them, and never of half of each.
type State struct {
	perimeter *perimeter.Perimeter
	assessor  *assess.Assessor
	around    *Around
	source    all.Options
	since     time.Time
}

// Digest is that of the perimeter.
func (s *State) Digest() string { return s.perimeter.Digest }

// A Judge holds the state that counts, and takes a new one over when the files
// change or the day does.
type Judge struct {
	// Options are what decides besides the perimeter: At, Perimeter and Engine are
	// filled in here.
	Options assess.Options
	Source  all.Options
	// Perimeter is its file, Cluster files of what stands around.
	Perimeter string
	Cluster   []string
	// Day tells the day whose law counts.
	Day func() time.Time

	now     atomic.Pointer[State]
	mu      sync.Mutex // held while a state is made
	stamp   string     // what the files held when it was last tried
	broken  atomic.Pointer[fault]
	reloads atomic.Int64 // that were taken over, the first one too
	faults  atomic.Int64
}

// A fault is why the files as they are now do not count.
type fault struct {
	err   error
	since time.Time
}

// State is the one that counts.
func (j *Judge) State() *State { return j.now.Load() }

// Fault says why the newest files do not count, and since when; nil when they do.
func (j *Judge) Fault() (error, time.Time) {
	if f := j.broken.Load(); f != nil {
		return f.err, f.since
	}
	return nil, time.Time{}
}

// Refresh looks at the files and the day, and takes over what is new. A perimeter
// that cannot be used leaves the last good one in force, and is the error, once.
// It reports whether anything was taken over.
func (j *Judge) Refresh(ctx context.Context) (changed bool, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	day := j.Day()
	stamp := j.look(day)
	if stamp == j.stamp {
		return false, nil
	}
	next, err := j.prepare(ctx, day)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	j.stamp = stamp
	if err != nil {
		j.faults.Add(1)
		j.broken.Store(&fault{err, time.Now()})
		return false, err
	}
	j.now.Store(next)
	j.broken.Store(nil)
	j.reloads.Add(1)
	return true, nil
}

// look is the digest of what the state is made of. A file that cannot be read
// counts by its fault.
func (j *Judge) look(day time.Time) string {
	h := sha256.New()
	fmt.Fprintln(h, day.Format(time.DateOnly))
	for _, path := range append([]string{j.Perimeter}, j.Cluster...) {
		f, err := os.Open(path)
		if err == nil {
			_, err = io.Copy(h, io.LimitReader(f, mostAround+1))
			f.Close()
		}
		fmt.Fprintf(h, "\x00%v\x00", err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (j *Judge) prepare(ctx context.Context, day time.Time) (*State, error) {
	p, err := perimeter.Load(j.Perimeter)
	if err != nil {
		return nil, err
	}
	s := &State{perimeter: p, source: j.Source, since: time.Now()}
	if s.around, err = readAround(j.Cluster); err != nil {
		return nil, err
	}
	s.source.Kubernetes.Nodes = s.around.nodes
	o := j.Options
	o.Perimeter, o.At, o.All = p, day, false
	if old := j.now.Load(); old != nil {
		o.Engine = old.assessor.Engine() // the rules are the same, and so is what they say of a shape
	}
	if s.assessor, err = assess.New(o); err != nil {
		return nil, err
	}
	if err := s.assessor.Warm(); err != nil {
		return nil, err
	}
	// What the perimeter says of its own flows is worked out before anybody waits.
	if _, err := s.assessor.Run(ctx, &graph.Facts{}); err != nil {
		return nil, err
	}
	return s, nil
}
