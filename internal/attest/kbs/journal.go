package kbs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// A Journal keeps what was decided. Record returns when the event cannot be
// lost any more; an error means that nothing may be released.
type Journal interface {
	Record(ctx context.Context, e Event) error
}

// EventSchema names the form of an event.
const EventSchema = "bailiwick/key-release/v1"

// An Event is a release, an attestation, or a refusal of either. It holds no
// personal data: digests, words, and names that the operator himself wrote.
type Event struct {
	Schema   string    `json:"schema"`
	Time     time.Time `json:"time"`
	Decision Decision  `json:"decision"`
	// Resource is the id, where a rule names it; of others, what a client typed
	// is kept as a digest.
	Resource   string       `json:"resource,omitempty"`
	Reasons    []string     `json:"reasons,omitempty"` // words: names of checks, or what else was wrong
	Kind       attest.Kind  `json:"kind,omitempty"`
	Evidence   []string     `json:"evidence,omitempty"` // digests of the reports: the machine's, then its devices'
	PubKey     string       `json:"tee_pubkey,omitempty"`
	Place      *PlaceRecord `json:"place,omitempty"`
	Policy     string       `json:"policy"`
	Perimeter  string       `json:"perimeter,omitempty"`
	Collateral string       `json:"collateral,omitempty"`
	// Count is how many refusals the event stands for, when it stands for several
	// of callers who proved nothing.
	Count int64 `json:"count,omitempty"`
}

// Decision is what was decided.
type Decision string

const (
	Attested Decision = "attested" // evidence was proved; nothing is released yet
	Released Decision = "released" // a resource leaves
	Refused  Decision = "refused"
)

// PlaceRecord is where the machine stands, and how good the reason is.
type PlaceRecord struct {
	Grade    attest.Grade `json:"grade"`
	Site     string       `json:"site,omitempty"`
	Country  string       `json:"country,omitempty"`
	Operator string       `json:"operator,omitempty"`
	By       string       `json:"by,omitempty"`
}

// event is what a decision comes to in the journal.
func (s *Server) event(state *State, d *decision, a *attested) Event {
	e := Event{Schema: EventSchema, Time: s.Now().UTC().Truncate(time.Second), Decision: Released, Reasons: d.words(), Policy: state.Policy.Digest}
	if len(d.reasons) > 0 {
		e.Decision = Refused
	}
	if state.Perimeter != nil {
		e.Perimeter = state.Perimeter.Digest()
	}
	if state.Collateral != nil {
		e.Collateral = state.Collateral.Digest
	}
	if a != nil {
		e.Kind, e.PubKey = a.kind, a.runtime.PubKey.Digest()
		for i := range a.statements {
			e.Evidence = append(e.Evidence, a.statements[i].Digest())
		}
	}
	if d.verdict != nil {
		p := d.verdict.Place
		e.Place = &PlaceRecord{p.Grade, p.Site, p.Country, p.Operator, p.By}
	}
	return e
}

// record writes an event, and waits for it. A client that goes away does not
// keep a refusal out of the journal.
func (s *Server) record(ctx context.Context, e Event) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Limits.Journal)
	defer cancel()
	err := s.Journal.Record(ctx, e)
	s.down.Store(err != nil)
	if err != nil {
		s.metrics.JournalFailures.Add(1)
		return fmt.Errorf("the journal did not take the entry, so nothing leaves: %w", err)
	}
	return nil
}

// named is what the journal may know of the resource that was asked for: its
// name, if the operator wrote it anywhere, and a digest of what a client typed.
func (s *Server) named(state *State, id ID) string {
	if s.Resources.Has(id) || state.Policy.writes(id) {
		return id.String()
	}
	sum := sha256.Sum256([]byte(id.String()))
	return "sha256:" + hex.EncodeToString(sum[:])
}
