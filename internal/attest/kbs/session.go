package kbs

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// A challenge is a session whose guest has not attested yet.
type challenge struct {
	kind    attest.Kind
	nonce   string
	expires time.Time
}

// An attested session holds what was proved, to be judged again for each
// resource.
type attested struct {
	kind       attest.Kind
	statements []statement
	runtime    RuntimeData
	token      string // its id
	expires    time.Time
}

// sessions are kept in memory: they are short, and a guest makes a new one
// when the server has forgotten it. They are found by digests of what the
// client shows, so that no comparison is timed against a secret.
type sessions struct {
	limits Limits

	mu       sync.Mutex
	pending  map[[32]byte]challenge
	attested map[[32]byte]*attested
	byToken  map[string][32]byte
	swept    time.Time
}

func newSessions(l Limits) *sessions {
	return &sessions{limits: l, pending: map[[32]byte]challenge{}, attested: map[[32]byte]*attested{}, byToken: map[string][32]byte{}}
}

var errFull = errors.New("too many sessions are open: try again in some minutes")

// open begins a session, and gives the cookie for it.
func (s *sessions) open(random io.Reader, kind attest.Kind, now time.Time) (cookie, nonce string, err error) {
	secret := make([]byte, 64)
	if _, err := io.ReadFull(random, secret); err != nil {
		return "", "", err
	}
	cookie, nonce = hex.EncodeToString(secret[:32]), base64.StdEncoding.EncodeToString(secret[32:])
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now)
	if len(s.pending) >= s.limits.Pending {
		return "", "", errFull
	}
	s.pending[sha256.Sum256([]byte(cookie))] = challenge{kind, nonce, now.Add(s.limits.Challenge)}
	return cookie, nonce, nil
}

// take gives the challenge of a session, once: whatever comes of the answer,
// there is no second one to it.
func (s *sessions) take(cookie string, now time.Time) (challenge, bool) {
	key := sha256.Sum256([]byte(cookie))
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.pending[key]
	delete(s.pending, key)
	return c, ok && now.Before(c.expires)
}

// keep keeps what was proved under the cookie of the challenge.
func (s *sessions) keep(cookie string, a *attested, now time.Time) error {
	key := sha256.Sum256([]byte(cookie))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now)
	if len(s.attested) >= s.limits.Attested {
		return errFull
	}
	s.attested[key], s.byToken[a.token] = a, key
	return nil
}

// find gives what was proved under a cookie.
func (s *sessions) find(cookie string, now time.Time) (*attested, bool) {
	return s.get(sha256.Sum256([]byte(cookie)), now)
}

// findToken gives what a token was given for.
func (s *sessions) findToken(id string, now time.Time) (*attested, bool) {
	s.mu.Lock()
	key, ok := s.byToken[id]
	s.mu.Unlock()
	if !ok {
		return nil, false
	}
	return s.get(key, now)
}

func (s *sessions) get(key [32]byte, now time.Time) (*attested, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.attested[key]
	return a, ok && now.Before(a.expires)
}

// sweep forgets what has expired, ten times a second at most: under a flood it
// would be most of the work. The caller holds the lock.
func (s *sessions) sweep(now time.Time) {
	if since := now.Sub(s.swept); since >= 0 && since < time.Second/10 {
		return
	}
	s.swept = now
	for key, c := range s.pending {
		if !now.Before(c.expires) {
			delete(s.pending, key)
		}
	}
	for key, a := range s.attested {
		if !now.Before(a.expires) {
			delete(s.attested, key)
			delete(s.byToken, a.token)
		}
	}
}

// count says how many sessions there are.
func (s *sessions) count() (pending, attested int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pending), len(s.attested)
}
