package kb

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

//go:embed compiled/*.json.zst ranges/published.bin
var compiled embed.FS

// packedExt is the extension of a compiled file as it is embedded.
const packedExt = ".zst"

// Open returns the knowledge that is embedded in the binary. Only the index is
// unpacked now; another file is when it is first asked for, and held against the
// digest that the index has of it.
func Open() (*KB, error) {
	names, err := fs.Glob(compiled, "compiled/*"+packedExt)
	if err != nil {
		return nil, fmt.Errorf("list the embedded knowledge base: %w", err)
	}
	packed := map[string][]byte{}
	for _, n := range names {
		b, err := compiled.ReadFile(n)
		if err != nil {
			return nil, fmt.Errorf("read the embedded knowledge base: %w", err)
		}
		packed[strings.TrimSuffix(n[len("compiled/"):], packedExt)] = b
	}
	table, err := compiled.ReadFile(publishedFile)
	if err != nil {
		return nil, fmt.Errorf("read the embedded knowledge base: %w", err)
	}
	index, err := unpack(packed[indexFile])
	if err != nil {
		return nil, fmt.Errorf("open the knowledge base: %s: %w; run go generate ./kb", indexFile, err)
	}
	k, err := newKB(index, Compiled{publishedFile: table})
	if err != nil {
		return nil, err
	}
	k.packed = packed
	for name := range k.index.Files {
		if packed[name] == nil && k.files[name] == nil {
			return nil, fmt.Errorf("open the knowledge base: %s is missing; run go generate ./kb", name)
		}
	}
	return k, nil
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
	k, err := newKB(raw, c)
	if err != nil {
		return nil, err
	}
	for name, want := range k.index.Files {
		if got := digest(c[name]); got != want {
			return nil, fmt.Errorf("open the knowledge base: %s is not the file that the index names; run go generate ./kb", name)
		}
	}
	return k, nil
}

// newKB makes a knowledge base of its index.
func newKB(index []byte, files Compiled) (*KB, error) {
	k := &KB{files: files, digest: digest(index), providers: map[graph.ProviderID]*lazy[provider]{}}
	if err := json.Unmarshal(index, &k.index); err != nil {
		return nil, fmt.Errorf("open the knowledge base: %s: %w", indexFile, err)
	}
	for _, id := range k.index.Providers {
		k.providers[id] = &lazy[provider]{}
	}
	return k, nil
}

// file is one compiled file. That an embedded one is what the index names is
// seen to here: when it is not, this very program is broken.
func (k *KB) file(name string) []byte {
	if b, ok := k.files[name]; ok {
		return b
	}
	b, err := unpack(k.packed[name])
	if err == nil && digest(b) != k.index.Files[name] {
		err = errors.New("it is not the file that the index names")
	}
	if err != nil {
		panic(fmt.Sprintf("kb: compiled/%s: %v", name, err))
	}
	return b
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
	if err := json.Unmarshal(k.file(name), doc); err != nil {
		panic(fmt.Sprintf("kb: compiled/%s: %v", name, err))
	}
	return doc
}
