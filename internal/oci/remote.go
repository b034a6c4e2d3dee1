package oci

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Remote opens an image of a registry. Only manifests and configurations are
// fetched; a layer when it is opened. Who may read is asked of the container
// tools' own configuration.
func Remote(ctx context.Context, ref string) (*Set, error) {
	parsed, err := name.ParseReference(ref)
	if err != nil {
		return nil, fmt.Errorf("image %s: %w", ref, err)
	}
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain), remote.WithUserAgent("bailiwick")}
	top, err := remote.Get(parsed, options...)
	if err != nil {
		return nil, fmt.Errorf("image %s: %w", ref, err)
	}
	st := &registry{repo: parsed.Context(), options: options, top: top.Manifest, digest: top.Digest.String()}
	r := &reader{st: st, set: &Set{}, byDigest: map[string]int{}}
	if err := r.index(st.wrap(), ref, 0); err != nil {
		return nil, fmt.Errorf("image %s: %w", ref, err)
	}
	for _, d := range r.attached {
		r.attach(d)
	}
	if len(r.set.Images) == 0 {
		return nil, fmt.Errorf("image %s: %w: %s", ref, ErrNoImage, strings.Join(r.set.Problems, "; "))
	}
	return r.set, nil
}

// A registry is a repository seen as a store of blobs.
type registry struct {
	repo    name.Repository
	options []remote.Option
	top     []byte
	digest  string
}

// wrap is an index of the one thing that was asked for.
func (s *registry) wrap() []byte {
	b, err := json.Marshal(document{Manifests: []descriptor{{Digest: s.digest}}})
	if err != nil {
		panic(err) // of constants
	}
	return b
}

// open fetches a blob, or a manifest where no blob has the digest: a layout
// keeps both in one place, a registry does not.
func (s *registry) open(blob string) (io.ReadCloser, error) {
	digest := strings.Replace(strings.TrimPrefix(blob, "blobs/"), "/", ":", 1)
	if digest == s.digest {
		return io.NopCloser(strings.NewReader(string(s.top))), nil
	}
	if _, err := v1.NewHash(digest); err != nil {
		return nil, &fs.PathError{Op: "open", Path: blob, Err: fs.ErrNotExist}
	}
	ref := s.repo.Digest(digest)
	l, err := remote.Layer(ref, s.options...)
	if err == nil {
		var rc io.ReadCloser
		if rc, err = l.Compressed(); err == nil {
			return rc, nil
		}
	}
	m, manifestErr := remote.Get(ref, s.options...)
	if manifestErr != nil {
		return nil, errors.Join(err, manifestErr)
	}
	return io.NopCloser(strings.NewReader(string(m.Manifest))), nil
}

func (*registry) size(string) int64 { return 0 }
func (*registry) Close() error      { return nil }
