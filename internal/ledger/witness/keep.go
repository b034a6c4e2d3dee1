package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

// seen is the last checkpoint of a log that the witness cosigned, and when.
// One that it never cosigned has no entries.
type seen struct {
	c2sp.Checkpoint
	at   time.Time
	note []byte // signed
}

// continued says whether a tree is the continuation of the one that was
// cosigned last (RFC 6962, 2.1.2).
func (s seen) continued(signed *note.Note, next c2sp.Checkpoint, proof tlog.TreeProof) error {
	given, err := note.Sign(signed) // by nobody else: the text, and the log's signatures
	if err != nil {
		return err
	}
	switch {
	case next.Size == 0 && next.Root != c2sp.EmptyRoot:
		return contradiction{"a tree without entries has another root than that of the checkpoint", given, nil}
	case next.Size == s.Size && next.Root != s.Root:
		return contradiction{"the log forked: the checkpoint of the same size that was cosigned last has another root", given, s.note}
	case s.Size == 0 || s.Size == next.Size:
		if len(proof) > 0 {
			return contradiction{"there is nothing to prove from this old size, but there is a proof", given, nil}
		}
		return nil
	}
	if tlog.CheckTree(proof, next.Size, next.Root, s.Size, s.Root) != nil {
		return contradiction{"the proof does not show that the checkpoint continues the one that was cosigned last", given, nil}
	}
	return nil
}

// path is where the last cosigned checkpoint of a log stands: a signed note,
// which is also what the witness shows of the log.
func (s *Server) path(origin string) string {
	sum := sha256.Sum256([]byte(origin))
	return filepath.Join(s.dir, hex.EncodeToString(sum[:]))
}

// load returns what was cosigned last. It comes from the disk once: what is
// put back there from an old copy while the witness runs has no effect.
func (s *Server) load(origin string) (seen, error) {
	if last, ok := s.last[origin]; ok {
		return last, nil
	}
	signed, err := os.ReadFile(s.path(origin))
	if errors.Is(err, os.ErrNotExist) {
		return seen{Checkpoint: c2sp.Checkpoint{Origin: origin, Root: c2sp.EmptyRoot}}, nil
	}
	if err != nil {
		return seen{}, err
	}
	last, err := s.reopen(origin, signed)
	if err != nil {
		return seen{}, fmt.Errorf("%s: %w. Restore the file from the newest copy: a witness that forgets cosigns forks", s.path(origin), err)
	}
	s.last[origin] = last
	return last, nil
}

// reopen verifies what was kept: the witness cosigned it, nobody edited it.
func (s *Server) reopen(origin string, signed []byte) (seen, error) {
	n, err := note.Open(signed, note.VerifierList(s.key))
	if err != nil {
		return seen{}, fmt.Errorf("this witness's key did not sign it: %w", err)
	}
	c, err := c2sp.ParseCheckpoint(n.Text)
	if err != nil {
		return seen{}, err
	}
	if c.Origin != origin {
		return seen{}, fmt.Errorf("it is of the log %s, not of %s", c.Origin, origin)
	}
	at, err := c2sp.CosignedAt(n.Sigs[0])
	return seen{c, at, signed}, err
}

// keep makes a checkpoint the last that was cosigned, durably.
func (s *Server) keep(c c2sp.Checkpoint, cosigned []byte) error {
	delete(s.last, c.Origin) // should it fail, the disk knows better than we
	if err := durable.Replace(s.path(c.Origin), cosigned); err != nil {
		return err
	}
	last, err := s.reopen(c.Origin, cosigned)
	if err == nil {
		s.last[c.Origin] = last
	}
	return err
}
