// Package oci opens container images: a folder or tar in the OCI image layout,
// a tar as docker save writes it, and, when it is asked for by an explicit
// scheme, a registry. It reads manifests and configurations at once and gives
// each layer as a stream; what is in the layers is the business of others.
//
// A name without a scheme is a path and nothing else: a typo in a file name
// must never reach the network.
package oci

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// An Image is one image of one platform.
type Image struct {
	Name     string // as it is tagged, or as it was asked for; "" when nothing names it
	Digest   string // of the manifest; of the configuration where docker save left no manifest
	Platform string // linux/amd64, linux/arm64/v8; "" when it is not said
	Config   Config
	// Annotations are those of the manifest, and of the index for it.
	Annotations map[string]string
	Layers      []Layer // from the bottom up
	Attached    []Statement
}

// Address is what people call the image: name@digest.
func (i *Image) Address() string {
	if i.Name == "" {
		return i.Digest
	}
	return i.Name + "@" + i.Digest
}

// A Layer is one step of the file system.
type Layer struct {
	MediaType string
	Digest    string // of the bytes as they are stored; "" where nothing says
	DiffID    string // of the tar; "" when the configuration does not say
	Size      int64  // as stored
	CreatedBy string // the step of the history that made it
	open      func() (io.ReadCloser, error)
}

// Open gives the layer as it is packed: the tar, after gzip and zstd. Its bytes
// are held against the digest when they end; see [ErrDigest].
func (l *Layer) Open() (io.ReadCloser, error) { return l.unpack() }

// A Statement is an attestation that stands beside an image.
type Statement struct {
	Predicate string // the type of what is attested: https://slsa.dev/provenance/v1
	Builder   string // who built it, of provenance
	Materials []Material
	Unknown   string // why it could not be read; the rest is empty then
}

// A Material is something that the image was built from.
type Material struct {
	URI    string
	Digest string // sha256:…
}

// A Set is what one file, folder or reference holds.
type Set struct {
	Images   []Image
	Problems []string // what could not be read of it
	close    func() error
}

// Close ends the reading. Layers cannot be opened afterwards.
func (s *Set) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}

// ErrNoImage says that a file or folder holds no image.
var ErrNoImage = errors.New("it holds no container image")

// Open opens what a person names: docker://host/name:tag or oci://host/name:tag
// at a registry, everything else as a path.
func Open(ctx context.Context, name string) (*Set, error) {
	if ref, ok := Reference(name); ok {
		return Remote(ctx, ref)
	}
	if scheme, _, ok := strings.Cut(name, "://"); ok {
		return nil, fmt.Errorf("there is no scheme %q; there are: docker://, oci:// for a registry, and paths", scheme)
	}
	if _, err := os.Stat(name); err != nil {
		return nil, fmt.Errorf("there is no file or folder %s; an image in a registry is written docker://%s", name, name)
	}
	return Local(name)
}

// Reference takes the scheme of a registry from a name. It reports false for
// everything that has none: that is a path.
func Reference(name string) (string, bool) {
	for _, scheme := range []string{"docker://", "oci://"} {
		if ref, ok := strings.CutPrefix(name, scheme); ok {
			return ref, true
		}
	}
	return "", false
}

// Local opens a layout, a tar of a layout or a tar of docker save.
func Local(path string) (*Set, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open image %s: %w", path, plain(err))
	}
	var st store
	if info.IsDir() {
		st = folder(path)
	} else if st, err = openArchive(path); err != nil {
		return nil, fmt.Errorf("open image %s: %w", path, err)
	}
	s, err := read(st)
	if err != nil {
		st.Close()
		return nil, fmt.Errorf("open image %s: %w", path, err)
	}
	s.close = st.Close
	return s, nil
}

// plain leaves out of an error the path that the message names already.
func plain(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
