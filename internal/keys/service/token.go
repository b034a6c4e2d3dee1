package service

import (
	"context"
	"sync"
	"time"
)

// A Pass is a token that is good for a while.
type Pass struct {
	Value string
	Until time.Time // zero: as long as the service takes it
}

// Passes keeps one pass until shortly before its end. It does not keep errors.
type Passes struct {
	Get func(ctx context.Context) (Pass, error)
	Now func() time.Time

	mu   sync.Mutex
	pass Pass
}

// early is how long before its end a pass is no longer used.
const early = time.Minute

// Value is a pass that is good now.
func (p *Passes) Value(ctx context.Context) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pass.Value != "" && (p.pass.Until.IsZero() || p.Now().Before(p.pass.Until.Add(-early))) {
		return p.pass.Value, nil
	}
	pass, err := p.Get(ctx)
	if err != nil {
		return "", err
	}
	p.pass = pass
	return pass.Value, nil
}

// Drop forgets the pass: the service did not take it.
func (p *Passes) Drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass = Pass{}
}
