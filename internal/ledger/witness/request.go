package witness

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"crypto/sha256"

	"golang.org/x/mod/sumdb/note"

	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
	"github.com/bailiwick-dev/bailiwick/internal/metrics"
)

// signedByLog verifies that a known log signed the checkpoint. Signatures of
// other keys are dropped: the witness repeats nothing that it cannot verify.
func (s *Server) signedByLog(signed []byte) (c2sp.Checkpoint, *note.Note, error) {
	claimed, err := c2sp.Unverified(signed)
	if err != nil {
		return c2sp.Checkpoint{}, nil, refusal{http.StatusBadRequest, err.Error()}
	}
	var keys []note.Verifier
	for _, l := range s.logs {
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
	if err != nil || c != claimed {
		return c2sp.Checkpoint{}, nil, refusal{http.StatusBadRequest, "the text that is signed is no checkpoint"}
	}
	return c, n, nil
}

// lastLine is the newest signature: [note.Sign] writes new ones behind old.
func lastLine(signed []byte) []byte {
	at := bytes.LastIndexByte(bytes.TrimSuffix(signed, []byte("\n")), '\n')
	return signed[at+1:]
}

// show gives the last cosigned checkpoint of a log to those who monitor it.
func (s *Server) show(w http.ResponseWriter, req *http.Request) {
	hash := req.PathValue("hash")
	if b, err := hex.DecodeString(hash); err != nil || len(b) != sha256.Size || strings.ToLower(hash) != hash {
		http.Error(w, "want the SHA-256 of a log's origin, in lowercase hexadecimal digits", http.StatusNotFound)
		return
	}
	signed, err := os.ReadFile(filepath.Join(s.dir, hash))
	switch {
	case errors.Is(err, os.ErrNotExist):
		http.Error(w, "no checkpoint of that log was cosigned", http.StatusNotFound)
	case err != nil:
		s.log.Error("a kept checkpoint cannot be read", "reason", err.Error())
		http.Error(w, "the checkpoint cannot be read", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Write(signed)
	}
}

// Metrics writes what the witness counted, in the text format of Prometheus.
func (s *Server) Metrics(w io.Writer) {
	metrics.Family(w, "bailiwick_witness_answers_total", "counter", "Answers to add-checkpoint by status; 422 is a log that forked or was rolled back.", s.answers.Samples()...)
	s.mu.Lock()
	defer s.mu.Unlock()
	var sizes, times []metrics.Sample
	for _, origin := range slices.Sorted(maps.Keys(s.last)) { // only logs that are known
		last, labels := s.last[origin], metrics.Labels("log", origin)
		sizes = append(sizes, metrics.Sample{Labels: labels, Value: float64(last.Size)})
		times = append(times, metrics.Sample{Labels: labels, Value: float64(last.at.Unix())})
	}
	metrics.Family(w, "bailiwick_witness_size", "gauge", "Entries in the last checkpoint that was cosigned.", sizes...)
	metrics.Family(w, "bailiwick_witness_cosigned_seconds", "gauge", "When it was cosigned.", times...)
}
