package service

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// A Pass is what shows who we are for a while: a token, or an access key.
type Pass[T comparable] struct {
	Value T
	Until time.Time // zero: as long as the service takes it
}

// Passes keeps one pass until shortly before its end. It does not keep errors.
type Passes[T comparable] struct {
	Get func(ctx context.Context) (Pass[T], error)
	Now func() time.Time

	once  sync.Once
	turn  chan struct{} // who holds it gets a pass; the others wait no longer than they want
	have  bool
	value T
	since time.Time // when we got it
	renew time.Time // zero: not before it is refused
}

const (
	// early is how long before its end a pass is no longer used, and no more than a
	// quarter of its time: one of a minute would be got anew for every call, and a
	// login may cost a use of a secret.
	early = 2 * time.Minute
	// young is how old a pass must be to have ended: that one which we have just got
	// is refused has another reason, and a new login would hide it.
	young = 10 * time.Second
)

func (p *Passes[T]) lock(ctx context.Context) error {
	p.once.Do(func() { p.turn = make(chan struct{}, 1) })
	select {
	case p.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Value is a pass that is good now.
func (p *Passes[T]) Value(ctx context.Context) (T, error) {
	var none T
	if err := p.lock(ctx); err != nil {
		return none, err
	}
	defer func() { <-p.turn }()
	if p.have && (p.renew.IsZero() || p.Now().Before(p.renew)) {
		return p.value, nil
	}
	pass, err := p.Get(ctx)
	if err != nil {
		return none, err
	}
	p.value, p.have, p.since, p.renew = pass.Value, true, p.Now(), time.Time{}
	if !pass.Until.IsZero() {
		p.renew = pass.Until.Add(-min(early, pass.Until.Sub(p.since)/4))
	}
	return pass.Value, nil
}

// Refused says that the service did not take a pass, and answers whether it is
// of use to ask again: with one that somebody else got meanwhile, or with a new
// one, for which this one is forgotten.
func (p *Passes[T]) Refused(ctx context.Context, value T) bool {
	if p.lock(ctx) != nil {
		return false
	}
	defer func() { <-p.turn }()
	switch {
	case !p.have || p.value != value:
		return true
	case p.Now().Sub(p.since) < young:
		return false
	}
	p.have = false
	return true
}

// Authorize makes a call that add authorizes by a pass, anew at each attempt. An
// answer of which ended says that the pass is no longer taken is asked for once
// more with another, if there is one.
func (p *Passes[T]) Authorize(call Call, add func(r *http.Request, body []byte, pass T), ended func(*Answer) bool) Call {
	var used T
	call.Authorize = func(r *http.Request, body []byte) error {
		pass, err := p.Value(r.Context())
		if err != nil {
			return err
		}
		used = pass
		add(r, body, pass)
		return nil
	}
	call.ended = func(ctx context.Context, a *Answer) bool { return ended(a) && p.Refused(ctx, used) }
	return call
}

// Bearer authorizes by a token (RFC 6750), for [Passes.Authorize].
func Bearer(r *http.Request, _ []byte, token string) {
	r.Header.Set("Authorization", "Bearer "+token)
}

// Unauthorized knows the answer to a token that has ended.
func Unauthorized(a *Answer) bool { return a.Status == http.StatusUnauthorized }
