package kbs

import (
	"container/list"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// A challenge is a session whose guest has not attested yet.
type challenge struct {
	key     [32]byte // of its session
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
	chip       string // of the machine; "" of one that the host masks
	token      string // its id
	expires    time.Time
}

// size is how much evidence it keeps, in bytes.
func (a *attested) size() int {
	n := 0
	for i := range a.statements {
		n += len(a.statements[i].Report)
		for _, c := range a.statements[i].Certificates {
			n += len(c.Raw)
		}
	}
	return n
}

// sessions are kept in memory: they are short, and a guest makes a new one
// when the server has forgotten it. They are found by digests of what the
// client shows, so that no comparison is timed against a secret.
type sessions struct {
	limits Limits

	mu       sync.Mutex
	pending  map[[32]byte]*list.Element
	order    *list.List // of challenges, the oldest first
	attested map[[32]byte]*attested
	byToken  map[string][32]byte
	bytes    int // of the evidence that is kept
	swept    time.Time
}

// maxKept bounds the evidence of all sessions: most have some 10 KiB of it.
const maxKept = 256 << 20

func newSessions(l Limits) *sessions {
	return &sessions{limits: l, pending: map[[32]byte]*list.Element{}, order: list.New(), attested: map[[32]byte]*attested{}, byToken: map[string][32]byte{}}
}

// open begins a session, and gives the cookie for it. Challenges cost whoever
// asks for them nothing, so when there are too many the oldest goes: who is refused
// would be whoever comes, and who loses his is told to attest again.
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
		s.forget(s.order.Front())
	}
	key := sha256.Sum256([]byte(cookie))
	s.pending[key] = s.order.PushBack(challenge{key, kind, nonce, now.Add(s.limits.Challenge)})
	return cookie, nonce, nil
}

// take gives the challenge of a session, once: whatever comes of the answer,
// there is no second one to it.
func (s *sessions) take(cookie string, now time.Time) (challenge, bool) {
	key := sha256.Sum256([]byte(cookie))
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.pending[key]
	if !ok {
		return challenge{}, false
	}
	c := s.forget(e)
	return c, now.Before(c.expires)
}

// forget drops a challenge. The caller holds the lock.
func (s *sessions) forget(e *list.Element) challenge {
	c := s.order.Remove(e).(challenge)
	delete(s.pending, c.key)
	return c
}

// keep keeps what was proved under the cookie of the challenge. When there are too
// many sessions, one of the chip that has most of them goes: whoever has a machine
// and attests without end shuts out nobody else.
func (s *sessions) keep(cookie string, a *attested, now time.Time) {
	key := sha256.Sum256([]byte(cookie))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now)
	size := a.size()
	for len(s.attested) > 0 && (len(s.attested) >= s.limits.Attested || s.bytes+size > maxKept) {
		s.drop(s.crowded())
	}
	s.attested[key], s.byToken[a.token] = a, key
	s.bytes += size
}

// crowded is the oldest session of the chip that has most. The caller holds the lock.
func (s *sessions) crowded() (key [32]byte) {
	of := map[string]int{}
	for _, a := range s.attested {
		of[a.chip]++
	}
	var oldest *attested
	for k, a := range s.attested {
		if oldest == nil || of[a.chip] > of[oldest.chip] || of[a.chip] == of[oldest.chip] && a.expires.Before(oldest.expires) {
			key, oldest = k, a
		}
	}
	return key
}

// drop ends a session. The caller holds the lock.
func (s *sessions) drop(key [32]byte) {
	a := s.attested[key]
	delete(s.attested, key)
	delete(s.byToken, a.token)
	s.bytes -= a.size()
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
	for e := s.order.Front(); e != nil && !now.Before(e.Value.(challenge).expires); e = s.order.Front() {
		s.forget(e)
	}
	for key, a := range s.attested {
		if !now.Before(a.expires) {
			s.drop(key)
		}
	}
}

// count says how many sessions there are.
func (s *sessions) count() (pending, attested int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pending), len(s.attested)
}
