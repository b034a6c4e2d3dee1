package resolve

import (
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A memo keeps what resolvers of one perimeter worked out: most assets share a few
// operators and regions. What is in it is never changed.
type memo struct {
	mu        sync.RWMutex
	operators map[graph.EntityID]*graph.Operator
	sisters   map[graph.ProviderID][]*graph.Operator
	regions   map[regionKey]*regionInfo
	eu        func() []graph.Country // sorted
}

func newMemo(k *kb.KB, at time.Time) *memo {
	return &memo{eu: sync.OnceValue(func() []graph.Country {
		eu, err := k.Expand("EU", at)
		if err != nil {
			return nil
		}
		return eu
	}), operators: map[graph.EntityID]*graph.Operator{}, sisters: map[graph.ProviderID][]*graph.Operator{}, regions: map[regionKey]*regionInfo{}}
}

// mostKept bounds each of the maps: the words of a region are whatever somebody
// wrote, and a server reads what many people write.
const mostKept = 1 << 14

// kept returns what is known under a key, and finds it out otherwise. Two that ask
// at once may both find it out.
func kept[K comparable, V any](m *memo, in map[K]V, key K, find func() V) V {
	m.mu.RLock()
	v, ok := in[key]
	m.mu.RUnlock()
	if ok {
		return v
	}
	v = find()
	m.mu.Lock()
	defer m.mu.Unlock()
	if first, ok := in[key]; ok {
		return first
	}
	if len(in) < mostKept {
		in[key] = v
	}
	return v
}
