package witness

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// A Server cosigns checkpoints of the logs that it knows, if each is the
// continuation of the one before.
type Server struct {
	Logs   *c2sp.Policy // the logs; its witnesses and its quorum play no part
	Signer note.Signer  // of [c2sp.Cosigner]
	Dir    string       // keeps the last checkpoint of each log

	mu sync.Mutex
}

// maxRequest bounds a request: 63 hashes and a checkpoint with the signatures
// of many witnesses.
const maxRequest = 64 << 10

// refusal is an answer other than 200.
type refusal struct {
	status int
	reason string
}

func (r refusal) Error() string { return r.reason }

// ServeHTTP answers POST /add-checkpoint and GET /ORIGIN-HASH/checkpoint.
func (s *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	path := strings.TrimPrefix(req.URL.Path, "/")
	switch {
	case req.Method == http.MethodPost && path == "add-checkpoint":
		s.add(w, req)
	case req.Method == http.MethodGet && strings.HasSuffix(path, "/checkpoint"):
		s.last(w, strings.TrimSuffix(path, "/checkpoint"))
	default:
		http.Error(w, "a witness answers POST add-checkpoint and GET ORIGIN-HASH/checkpoint", http.StatusNotFound)
	}
}

func (s *Server) add(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxRequest))
	if err != nil {
		http.Error(w, "the request is too large or was cut off", http.StatusBadRequest)
		return
	}
	lines, err := s.cosign(body)
	var no refusal
	var seen conflict
	switch {
	case errors.As(err, &seen):
		w.Header().Set("Content-Type", sizeType)
		w.WriteHeader(http.StatusConflict)
		fmt.Fprintf(w, "%d\n", int64(seen))
	case errors.As(err, &no):
		http.Error(w, no.reason, no.status)
	case err != nil:
		http.Error(w, "the witness cannot keep what it saw", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write(lines)
	}
}

// cosign checks a request, keeps the checkpoint, and returns the cosignature.
// One request is worked on at a time: what is checked against the last
// checkpoint must be kept before another is checked.
func (s *Server) cosign(body []byte) ([]byte, error) {
	r, err := c2sp.ParseCheckpointRequest(body)
	if err != nil {
		return nil, refusal{http.StatusBadRequest, err.Error()}
	}
	next, signed, err := s.signedByLog(r.Checkpoint)
	if err != nil {
		return nil, err
	}
	if r.Old > next.Size {
		return nil, refusal{http.StatusBadRequest, "the old size is larger than the checkpoint"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	last, err := s.load(next.Origin)
	if err != nil {
		return nil, err
	}
	if r.Old != last.Size {
		return nil, conflict(last.Size)
	}
	if next.Size == 0 && next.Root != c2sp.EmptyRoot || !consistent(r.Consistency, last, next) {
		return nil, refusal{http.StatusUnprocessableEntity, "the checkpoint is not the continuation of the one that was cosigned last"}
	}
	cosigned, err := note.Sign(signed, s.Signer)
	if err != nil {
		return nil, err
	}
	if err := durable.Replace(s.path(next.Origin), cosigned); err != nil {
		return nil, err
	}
	return lineOf(cosigned, s.Signer.Name()), nil
}

// signedByLog verifies that a known log signed the checkpoint.
func (s *Server) signedByLog(signed []byte) (c2sp.Checkpoint, *note.Note, error) {
	text, _, _ := strings.Cut(string(signed), "\n\n")
	claimed, err := c2sp.ParseCheckpoint(text + "\n")
	if err != nil {
		return c2sp.Checkpoint{}, nil, refusal{http.StatusBadRequest, err.Error()}
	}
	var keys []note.Verifier
	for _, l := range s.Logs.Logs() {
		if l.Key.Name() == claimed.Origin {
			keys = append(keys, l.Key)
		}
	}
	if len(keys) == 0 {
		return c2sp.Checkpoint{}, nil, refusal{http.StatusNotFound, "this witness does not know the log " + claimed.Origin}
	}
	n, err := note.Open(signed, note.VerifierList(keys...))
	if err != nil {
		return c2sp.Checkpoint{}, nil, refusal{http.StatusForbidden, "the checkpoint is not signed by the log's key"}
	}
	n.UnverifiedSigs = nil
	c, err := c2sp.ParseCheckpoint(n.Text)
	return c, n, err
}

// lineOf is the signature line of that name: the last, as [note.Sign] writes
// new signatures behind old ones.
func lineOf(signed []byte, name string) []byte {
	lines := bytes.SplitAfter(signed, []byte("\n"))
	for i := len(lines) - 1; i >= 0; i-- {
		if bytes.HasPrefix(lines[i], []byte("— "+name+" ")) {
			return lines[i]
		}
	}
	return nil
}

func (s *Server) path(origin string) string {
	sum := sha256.Sum256([]byte(origin))
	return filepath.Join(s.Dir, hex.EncodeToString(sum[:]))
}

// load reads the last checkpoint of a log; one that was never cosigned has no
// entries.
func (s *Server) load(origin string) (c2sp.Checkpoint, error) {
	signed, err := os.ReadFile(s.path(origin))
	if errors.Is(err, os.ErrNotExist) {
		return c2sp.Checkpoint{Origin: origin, Root: c2sp.EmptyRoot}, nil
	}
	if err != nil {
		return c2sp.Checkpoint{}, err
	}
	text, _, _ := strings.Cut(string(signed), "\n\n")
	return c2sp.ParseCheckpoint(text + "\n")
}

func (s *Server) last(w http.ResponseWriter, hash string) {
	if b, err := hex.DecodeString(hash); err != nil || len(b) != sha256.Size || strings.ToLower(hash) != hash {
		http.Error(w, "want the SHA-256 of a log's origin, in lowercase hexadecimal digits", http.StatusNotFound)
		return
	}
	signed, err := os.ReadFile(filepath.Join(s.Dir, hash))
	if err != nil {
		http.Error(w, "no checkpoint of that log was cosigned", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write(signed)
}
