package witness

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/metrics"
)

// Options say who a witness is.
type Options struct {
	Name   string           // as in its key: witness.example/w1
	Signer c2sp.Signer      // its key, for nothing else
	Logs   []c2sp.Endpoint  // the logs, by their keys
	Dir    string           // keeps the last checkpoint of each log; an old copy of it must never be put back
	Now    func() time.Time // nil is the machine's clock
	Log    *slog.Logger     // what was cosigned and refused; nil is silence
}

// A Server cosigns checkpoints of the logs that it knows, if each is the
// continuation of the one before.
type Server struct {
	key  c2sp.Key
	sign note.Signer
	logs []c2sp.Endpoint
	dir  string
	now  func() time.Time
	log  *slog.Logger
	lock *os.File
	mux  *http.ServeMux

	mu      sync.Mutex
	last    map[string]seen // by origin
	answers metrics.Counter
}

// Open opens a witness, alone: two processes on one folder would each check
// against what it saw itself, and so cosign two histories.
func Open(o Options) (*Server, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{
		key: c2sp.WitnessKey(o.Name, o.Signer.Public()), sign: c2sp.Cosigner(o.Name, o.Signer, o.Now),
		logs: o.Logs, dir: o.Dir, now: o.Now, log: o.Log, last: map[string]seen{},
	}
	if _, err := c2sp.ParseKey(s.key.String()); err != nil {
		return nil, fmt.Errorf("the name %q is none for a witness: want one like witness.example/w1, without spaces and plus signs", o.Name)
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("POST /add-checkpoint", s.add)
	s.mux.HandleFunc("GET /{hash}/checkpoint", s.show)
	var err error
	if s.lock, err = os.OpenFile(filepath.Join(o.Dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if err := durable.Lock(s.lock); err != nil {
		s.lock.Close()
		return nil, fmt.Errorf("another witness runs on this folder: %w", err)
	}
	for _, l := range o.Logs {
		if _, err := s.load(l.Key.Name()); err != nil {
			s.lock.Close()
			return nil, err
		}
	}
	return s, nil
}

// Key is the public key, as logs and verifiers write it in their policies.
func (s *Server) Key() c2sp.Key { return s.key }

// Close lets another process run the witness.
func (s *Server) Close() error { return s.lock.Close() }

// maxRequest bounds a request: 63 hashes and a checkpoint with the signatures
// of many witnesses.
const maxRequest = 64 << 10

// refusal is an answer other than 200.
type refusal struct {
	status int
	reason string
}

func (r refusal) Error() string { return r.reason }

// A contradiction is a checkpoint that a known log signed and that was not
// shown to continue the one that was cosigned last: status 422. Of another size
// it may be the proof that is wrong, and anybody can send one; of the same size
// both notes together prove that the log forked.
type contradiction struct {
	reason      string
	given, seen []byte // signed notes; seen only where it proves something
}

func (c contradiction) Error() string { return c.reason }

// ServeHTTP answers POST /add-checkpoint and GET /ORIGIN-HASH/checkpoint.
func (s *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) { s.mux.ServeHTTP(w, req) }

func (s *Server) add(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxRequest))
	if err != nil {
		err = refusal{http.StatusBadRequest, "the request is too large or was cut off"}
	}
	var lines []byte
	var c c2sp.Checkpoint
	if err == nil {
		lines, c, err = s.cosign(body)
	}
	status := http.StatusOK
	var no refusal
	var bad contradiction
	var other conflict
	switch {
	case errors.As(err, &other):
		status = http.StatusConflict
		w.Header().Set("Content-Type", sizeType)
		w.WriteHeader(status)
		fmt.Fprintf(w, "%d\n", int64(other))
	case errors.As(err, &no):
		status = no.status
		http.Error(w, no.reason, status)
	case errors.As(err, &bad):
		status = http.StatusUnprocessableEntity
		http.Error(w, bad.reason, status)
	case err != nil:
		status = http.StatusInternalServerError
		http.Error(w, "the witness cannot cosign now; its operator finds the reason in its log", status)
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write(lines)
	}
	s.tell(status, c, err)
}

// tell counts an answer and logs it, with the evidence if it is any.
func (s *Server) tell(status int, c c2sp.Checkpoint, err error) {
	s.answers.Add(1, "status", fmt.Sprint(status))
	attrs := []any{"status", status, "log", c.Origin, "size", c.Size, "root", c.Root.String()}
	var bad contradiction
	if errors.As(err, &bad) {
		attrs = append(attrs, "given", string(bad.given))
		if bad.seen != nil {
			attrs = append(attrs, "seen", string(bad.seen))
		}
	}
	switch status {
	case http.StatusOK:
		s.log.Info("cosigned", attrs...)
	case http.StatusUnprocessableEntity, http.StatusInternalServerError:
		s.log.Error("refused", append(attrs, "reason", err.Error())...)
	default:
		s.log.Debug("refused", append(attrs, "reason", err.Error())...)
	}
}

// cosign checks a request, keeps the checkpoint, and returns the cosignature.
// One request is worked on at a time: what is checked against the last
// checkpoint must be kept before another is checked.
func (s *Server) cosign(body []byte) ([]byte, c2sp.Checkpoint, error) {
	r, err := c2sp.ParseCheckpointRequest(body)
	if err != nil {
		return nil, c2sp.Checkpoint{}, refusal{http.StatusBadRequest, err.Error()}
	}
	next, signed, err := s.signedByLog(r.Checkpoint)
	if err != nil {
		return nil, c2sp.Checkpoint{}, err
	}
	if r.Old > next.Size {
		return nil, next, refusal{http.StatusBadRequest, "the old size is larger than the checkpoint"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	last, err := s.load(next.Origin)
	if err != nil {
		return nil, next, err
	}
	if r.Old != last.Size {
		return nil, next, conflict(last.Size)
	}
	if err := last.continued(signed, next, r.Consistency); err != nil {
		return nil, next, err
	}
	if now := s.now(); now.Unix() < max(last.at.Unix(), 1) {
		// A cosignature says what was the largest tree at that time: two that
		// contradict each other are worse than none.
		return nil, next, fmt.Errorf("the clock says %s, but the last checkpoint was cosigned at %s: set it right", now.UTC().Format(time.RFC3339), last.at.Format(time.RFC3339))
	}
	cosigned, err := note.Sign(signed, s.sign)
	if err != nil {
		return nil, next, err
	}
	if err := s.keep(next, cosigned); err != nil {
		return nil, next, err
	}
	return lastLine(cosigned), next, nil
}
