// Package kb is what Bailiwick knows: countries and blocs, laws and
// requirements, operators, providers with their regions, hosts and resource
// types, model families, and what packages do by themselves. The knowledge is
// YAML beside this code, written and reviewed by people who need no Go;
// docs/spec/kb.md says how.
//
// The YAML is checked and compiled to canonical JSON (go generate ./kb), which
// is embedded in the binary and decoded file by file, when first asked for.
// Every record carries a [Fact] that says how well it is known. What no record
// speaks of is not found, and callers report it as unknown.
package kb

import (
	"sync"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

//go:generate go run ./internal/compile

// A KB is one state of the knowledge. It is read-only and safe for concurrent
// use; slices that it returns are shared and must not be changed.
type KB struct {
	files  map[string][]byte // compiled
	packed map[string][]byte // compiled and compressed, of the embedded knowledge
	digest string
	index  indexDoc

	world        lazy[world]
	operators    lazy[operators]
	requirements lazy[requirements]
	models       lazy[models]
	hosts        lazy[hosts]
	ranges       lazy[ranges]
	packages     lazy[packages]
	providers    map[graph.ProviderID]*lazy[provider]
}

// A lazy is a part that is decoded when first asked for.
type lazy[T any] struct {
	once sync.Once
	v    *T
}

func (l *lazy[T]) get(build func() *T) *T {
	l.once.Do(func() { l.v = build() })
	return l.v
}

// decodeAll decodes every part now, side by side: what needs all of them, such
// as an overlay, waits half as long.
func (k *KB) decodeAll() {
	var wg sync.WaitGroup
	wg.Go(func() { k.getWorld() })
	wg.Go(func() { k.Operators() })
	wg.Go(func() { k.Requirements() })
	wg.Go(func() { k.Models() })
	wg.Go(func() { k.Endpoints() })
	for id := range k.providers {
		wg.Go(func() {
			for _, language := range k.getProvider(id).doc.Languages {
				k.dialect(id, language)
			}
		})
	}
	wg.Wait()
}

// Digest is "sha256:" and the digest of all knowledge, overlays included. The
// same knowledge has the same digest, whatever the YAML looks like.
func (k *KB) Digest() string { return k.digest }
