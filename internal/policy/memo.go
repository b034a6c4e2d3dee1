package policy

import (
	"crypto/sha256"
	"sync"
)

// A memo keeps the decisions of the shapes that were asked lately. It is bounded
// by two generations: when the young one is full it becomes the old one, and what
// is asked again moves to the young one. A server whose objects never repeat
// therefore does not grow, and a tree of a hundred thousand like assets is
// answered once.
type memo struct {
	mu         sync.Mutex
	young, old map[shapeKey][]Decision
}

// A shapeKey is the digest of a shape, which itself has some kilobytes.
type shapeKey [sha256.Size]byte

// generation is how many shapes one generation holds. A decision list has about a
// kilobyte.
const generation = 1 << 15

func keyOf(shape []byte) shapeKey { return sha256.Sum256(shape) }

func (m *memo) get(k shapeKey) ([]Decision, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ds, ok := m.young[k]; ok {
		return ds, true
	}
	ds, ok := m.old[k]
	if ok {
		m.add(k, ds)
	}
	return ds, ok
}

func (m *memo) put(k shapeKey, ds []Decision) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.add(k, ds)
}

func (m *memo) add(k shapeKey, ds []Decision) {
	if m.young == nil || len(m.young) >= generation {
		m.young, m.old = map[shapeKey][]Decision{}, m.young
	}
	m.young[k] = ds
}

// Shapes is how many shapes the engine remembers.
func (e *Engine) Shapes() int {
	e.memo.mu.Lock()
	defer e.memo.mu.Unlock()
	return len(e.memo.young) + len(e.memo.old)
}
