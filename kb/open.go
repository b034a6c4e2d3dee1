package kb

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/go-json-experiment/json"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

//go:embed compiled/*.json ranges/published.bin
var compiled embed.FS

// Open returns the knowledge that is embedded in the binary.
func Open() (*KB, error) {
	files := Compiled{}
	names, err := fs.Glob(compiled, "compiled/*.json")
	if err != nil {
		return nil, fmt.Errorf("list the embedded knowledge base: %w", err)
	}
	for _, n := range names {
		b, err := compiled.ReadFile(n)
		if err != nil {
			return nil, fmt.Errorf("read the embedded knowledge base: %w", err)
		}
		files[n[len("compiled/"):]] = b
	}
	table, err := compiled.ReadFile(publishedFile)
	if err != nil {
		return nil, fmt.Errorf("read the embedded knowledge base: %w", err)
	}
	files[publishedFile] = table
	return files.Open()
}

// Load reads and checks a YAML tree laid out like the folder kb.
func Load(fsys fs.FS) (*KB, error) {
	c, err := Compile(fsys)
	if err != nil {
		return nil, err
	}
	return c.Open()
}

// Open returns the knowledge of compiled files. Only the index is decoded now.
// A file that the index does not name with its digest is refused, so that what
// is decoded later is what the digest speaks of.
func (c Compiled) Open() (*KB, error) {
	raw, ok := c[indexFile]
	if !ok {
		return nil, fmt.Errorf("open the knowledge base: %s is missing; run go generate ./kb", indexFile)
	}
	k := &KB{files: c, digest: digest(raw), providers: map[graph.ProviderID]*lazy[provider]{}}
	if err := json.Unmarshal(raw, &k.index); err != nil {
		return nil, fmt.Errorf("open the knowledge base: %s: %w", indexFile, err)
	}
	for name, want := range k.index.Files {
		if got := digest(c[name]); got != want {
			return nil, fmt.Errorf("open the knowledge base: %s is not the file that the index names; run go generate ./kb", name)
		}
	}
	for _, id := range k.index.Providers {
		k.providers[id] = &lazy[provider]{}
	}
	return k, nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// decode fills a document from its compiled file. The digest has been checked
// by Open and Compile wrote the file with the same types, so that a failure is
// a fault of this package.
func decode[T any](k *KB, name string) *T {
	doc := new(T)
	if err := json.Unmarshal(k.files[name], doc); err != nil {
		panic(fmt.Sprintf("kb: compiled/%s: %v", name, err))
	}
	return doc
}
