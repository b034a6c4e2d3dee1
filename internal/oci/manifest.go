package oci

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A descriptor names a blob.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations"`
	Platform    *struct {
		OS           string `json:"os"`
		Architecture string `json:"architecture"`
		Variant      string `json:"variant"`
	} `json:"platform"`
}

// A document is an index or a manifest: which of the two, its members tell.
type document struct {
	MediaType    string            `json:"mediaType"`
	ArtifactType string            `json:"artifactType"`
	Manifests    []descriptor      `json:"manifests"`
	Config       descriptor        `json:"config"`
	Layers       []descriptor      `json:"layers"`
	Annotations  map[string]string `json:"annotations"`
}

// Bounds of what is held in memory.
const (
	maxDocument = 16 << 20 // of an index, a manifest, a configuration
	maxImages   = 1_000
	maxLayers   = 1_000
	maxNesting  = 4 // of indexes in indexes
)

// Names that annotations have.
const (
	refName    = "org.opencontainers.image.ref.name"
	containerd = "io.containerd.image.name"
	attachedTo = "vnd.docker.reference.digest"
	attachType = "vnd.docker.reference.type"
)

// A reader reads the images of a store.
type reader struct {
	st       store
	set      *Set
	byDigest map[string]int // of set.Images
	attached []descriptor
}

// read reads all images of a store: by the index where there is one, since
// that names digests, else by the list of docker save.
func read(st store) (*Set, error) {
	r := &reader{st: st, set: &Set{}, byDigest: map[string]int{}}
	b, err := document0(st, "index.json", maxDocument)
	switch {
	case err == nil:
		if err := r.index(b, "", 0); err != nil {
			return nil, err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if len(r.set.Images) == 0 {
		if err := r.saved(); err != nil {
			return nil, err
		}
	}
	for _, d := range r.attached {
		r.attach(d)
	}
	if len(r.set.Images) == 0 && len(r.set.Problems) == 0 {
		return nil, ErrNoImage
	}
	return r.set, nil
}

func document0(st store, name string, limit int64) ([]byte, error) {
	f, err := st.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%s is larger than %d MiB", name, limit>>20)
	}
	return b, nil
}

// blob reads a document by its digest, and refuses another one.
func (r *reader) blob(digest string, limit int64) ([]byte, error) {
	name, err := blobName(digest)
	if err != nil {
		return nil, err
	}
	b, err := document0(r.st, name, limit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the blob %s is not in it; save the image again with all its parts", digest)
	}
	if err != nil {
		return nil, err
	}
	return b, check(digest, b)
}

func (r *reader) problem(format string, args ...any) {
	r.set.Problems = append(r.set.Problems, fmt.Sprintf(format, args...))
}

func (r *reader) index(b []byte, name string, depth int) error {
	var doc document
	if err := json.Unmarshal(b, &doc); err != nil {
		return fmt.Errorf("its index is no JSON: %w", err)
	}
	for _, d := range doc.Manifests {
		if len(r.set.Images) >= maxImages {
			return fmt.Errorf("it holds more than %d images", maxImages)
		}
		if d.Annotations[attachType] == "attestation-manifest" {
			r.attached = append(r.attached, d)
			continue
		}
		inner := name
		if n := d.Annotations[containerd]; n != "" {
			inner = n
		} else if n := d.Annotations[refName]; n != "" && inner == "" {
			inner = n
		}
		if err := r.entry(d, inner, depth); err != nil {
			r.problem("%s: %v", d.Digest, err)
		}
	}
	return nil
}

// entry reads one manifest of an index, or the index that stands there.
func (r *reader) entry(d descriptor, name string, depth int) error {
	b, err := r.blob(d.Digest, maxDocument)
	if err != nil {
		return err
	}
	var doc document
	if err := json.Unmarshal(b, &doc); err != nil {
		return fmt.Errorf("it is no JSON: %w", err)
	}
	if doc.Manifests != nil {
		if depth >= maxNesting {
			return fmt.Errorf("it is nested more than %d deep", maxNesting)
		}
		return r.index(b, name, depth+1)
	}
	if _, twice := r.byDigest[d.Digest]; twice {
		return nil
	}
	img := Image{Name: name, Digest: d.Digest, Annotations: map[string]string{}}
	for _, from := range []map[string]string{d.Annotations, doc.Annotations} {
		for k, v := range from {
			img.Annotations[k] = v
		}
	}
	if d.Platform != nil {
		img.Platform = strings.TrimSuffix(d.Platform.OS+"/"+d.Platform.Architecture+"/"+d.Platform.Variant, "/")
	}
	c, err := r.blob(doc.Config.Digest, maxDocument)
	if err != nil {
		return err
	}
	if img.Config, err = parseConfig(c); err != nil {
		return err
	}
	if len(doc.Layers) > maxLayers {
		return fmt.Errorf("it has more than %d layers", maxLayers)
	}
	for _, l := range doc.Layers {
		blob, err := blobName(l.Digest)
		if err != nil {
			return err
		}
		img.Layers = append(img.Layers, Layer{MediaType: l.MediaType, Digest: l.Digest, Size: l.Size, open: func() (io.ReadCloser, error) { return r.st.open(blob) }})
	}
	img.finish()
	r.byDigest[d.Digest] = len(r.set.Images)
	r.set.Images = append(r.set.Images, img)
	return nil
}

// saved reads the list that docker save writes.
func (r *reader) saved() error {
	b, err := document0(r.st, "manifest.json", maxDocument)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var list []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return fmt.Errorf("manifest.json is no list of docker save: %w", err)
	}
	for _, m := range list {
		if len(m.Layers) > maxLayers || len(r.set.Images) >= maxImages {
			return fmt.Errorf("it holds more than %d layers or images", maxLayers)
		}
		c, err := document0(r.st, path.Clean(m.Config), maxDocument)
		if err != nil {
			r.problem("the configuration %s of an image is not in it; save the image again", m.Config)
			continue
		}
		img := Image{Digest: digestOf(c)}
		if len(m.RepoTags) > 0 {
			img.Name = m.RepoTags[0]
		}
		if img.Config, err = parseConfig(c); err != nil {
			r.problem("%s: %v", m.Config, err)
			continue
		}
		for _, l := range m.Layers {
			digest := "" // the name of a blob is its digest; other names say nothing
			if rest, ok := strings.CutPrefix(path.Clean(l), "blobs/sha256/"); ok {
				digest = "sha256:" + rest
			}
			img.Layers = append(img.Layers, Layer{Digest: digest, Size: r.st.size(path.Clean(l)), open: func() (io.ReadCloser, error) { return r.st.open(path.Clean(l)) }})
		}
		img.finish()
		r.set.Images = append(r.set.Images, img)
	}
	return nil
}

func keys(m map[string]any) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
