package service

import (
	"context"
	"sync"
	"time"
)

// A Pass is what shows who we are for a while: a token, or an access key.
type Pass[T any] struct {
	Value T
	Until time.Time // zero: as long as the service takes it
}

// Passes keeps one pass until shortly before its end. It does not keep errors.
type Passes[T any] struct {
	Get func(ctx context.Context) (Pass[T], error)
	Now func() time.Time

	once sync.Once
	turn chan struct{} // who holds it gets a pass; the others wait no longer than they want
	have bool
	pass Pass[T]
}

// early is how long before its end a pass is no longer used.
const early = 2 * time.Minute

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
	if p.have && (p.pass.Until.IsZero() || p.Now().Before(p.pass.Until.Add(-early))) {
		return p.pass.Value, nil
	}
	pass, err := p.Get(ctx)
	if err != nil {
		return none, err
	}
	p.pass, p.have = pass, true
	return pass.Value, nil
}

// Drop forgets the pass: the service did not take it.
func (p *Passes[T]) Drop(ctx context.Context) {
	if p.lock(ctx) == nil {
		p.pass, p.have = Pass[T]{}, false
		<-p.turn
	}
}
