// Package kbs releases keys to confidential machines that stand where they
// may. It speaks the protocol of the Key Broker Service of Confidential
// Containers (kbs_attestation_protocol.md of confidential-containers/trustee,
// version 0.4.0), so that guests need no software of ours:
//
//	POST /kbs/v0/auth                      a challenge, and a cookie for the session
//	POST /kbs/v0/attest                    evidence for it, and a token for the evidence
//	GET  /kbs/v0/resource/REPO/TYPE/TAG    a resource, encrypted for the key in the evidence
//
// What is decided differs. The evidence is judged again for each resource, by
// the rule of that resource, with the collateral, the lists of places and the
// perimeter that count at that moment; a chip that was struck off a list after
// it attested gets nothing more. What is unknown is refused. And what a
// guest is given or refused is in the [Journal] before the answer leaves: without
// a journal there are no keys. Refusals of callers who proved nothing are counted
// there when there are many.
package kbs

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// A Signer signs tokens by Ed25519; a [keys.Signer] is one.
type Signer interface {
	Public() ed25519.PublicKey
	Sign(message []byte) ([]byte, error)
}

// Resources are what is released.
type Resources interface {
	// Open gives the plaintext; [ErrNoResource] when there is none of that name.
	Open(ctx context.Context, id ID) ([]byte, error)
	Has(id ID) bool
}

// ErrNoResource says that nothing is kept under a name.
var ErrNoResource = errors.New("there is no such resource")

// Options are what a server is made of.
type Options struct {
	Issuer    string // its address as clients and relying parties know it
	Signer    Signer // of tokens
	Resources Resources
	Journal   Journal
	Roots     attest.Roots // attest.Pinned, but in tests

	Limits Limits
	// Sample takes evidence that nobody signed, for rules that say `sample:
	// true`. For tests of the protocol alone.
	Sample bool

	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger
}

// State is what may change while the server runs. It is taken once for each
// decision, so none is made by halves of two.
type State struct {
	Policy     *Policy
	Perimeter  Perimeter // nil: rules with data classes refuse
	Places     attest.Locator
	Collateral *attest.Collateral
}

// Server is the service.
type Server struct {
	Options
	state    atomic.Pointer[State]
	sessions *sessions
	peers    *peers
	slots    chan struct{} // verifications at one time
	tokens   *tokens
	unproved unproved
	flushing sync.Mutex
	down     atomic.Bool // the journal did not take the last entry
	metrics  Metrics
}

// New makes a server that answers by the state.
func New(o Options, s State) (*Server, error) {
	switch issuer, err := url.Parse(o.Issuer); {
	case err != nil || issuer.Host == "" || issuer.Scheme != "https" && issuer.Scheme != "http":
		return nil, fmt.Errorf("issuer %q: write the address of the service, https://HOST", o.Issuer)
	case o.Signer == nil || o.Resources == nil || o.Journal == nil:
		return nil, errors.New("a key broker needs a signer of tokens, resources and a journal")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Limits = o.Limits.filled()
	srv := &Server{
		Options: o, sessions: newSessions(o.Limits), peers: newPeers(o.Limits),
		slots: make(chan struct{}, 2*runtime.GOMAXPROCS(0)), tokens: newTokens(o.Issuer, o.Signer),
	}
	return srv, srv.Load(s)
}

// Load changes what decides. Every request that begins after it is judged by
// the new state.
func (s *Server) Load(state State) error {
	if state.Policy == nil {
		return errors.New("a key broker needs a policy: without rules nothing is released")
	}
	if state.Policy.sample() && !s.Sample {
		return errors.New("the policy has a rule with `sample: true`, which takes evidence that nobody signed: strike it out")
	}
	s.state.Store(&state)
	return nil
}

// Limits bound what clients can make the server do. Zero fields are filled.
type Limits struct {
	Challenge time.Duration // how long a challenge can be answered: 2 minutes
	Session   time.Duration // how long resources can be asked for after: 10 minutes
	Pending   int           // sessions that have not attested: 4,096; then the oldest goes
	Attested  int           // sessions that have: 4,096; then one of the chip that has most goes
	Rate      float64       // requests a second of one address: 20
	Burst     int           // that may come at once: 100
	Journal   time.Duration // how long an entry may take: 10 seconds
	Verify    time.Duration // how long a request waits for its turn: 10 seconds
	Unseal    time.Duration // how long the key of the resources may take: 20 seconds
}

func (l Limits) filled() Limits {
	fill(&l.Challenge, 2*time.Minute)
	fill(&l.Session, 10*time.Minute)
	fill(&l.Pending, 4096)
	fill(&l.Attested, 4096)
	fill(&l.Rate, 20)
	fill(&l.Burst, 100)
	fill(&l.Journal, 10*time.Second)
	fill(&l.Verify, 10*time.Second)
	fill(&l.Unseal, 20*time.Second)
	return l
}

func fill[T int | float64 | time.Duration](v *T, with T) {
	if *v <= 0 {
		*v = with
	}
}
