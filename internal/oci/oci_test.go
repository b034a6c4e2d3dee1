package oci_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/bailiwick-dev/bailiwick/internal/oci"
)

// files is a tar of names and texts, in that order.
func files(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: pairs[i], Mode: 0o644, Size: int64(len(pairs[i+1])), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// image has two layers and a configuration.
func image(t *testing.T) v1.Image {
	t.Helper()
	var adds []mutate.Addendum
	for _, l := range [][]byte{files(t, "etc/os-release", "ID=debian\n"), files(t, "app/run", "hello")} {
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(l)), nil })
		if err != nil {
			t.Fatal(err)
		}
		adds = append(adds, mutate.Addendum{Layer: layer, History: v1.History{CreatedBy: "COPY . ."}}, mutate.Addendum{History: v1.History{CreatedBy: "ENV A=b", EmptyLayer: true}})
	}
	img, err := mutate.Append(empty.Image, adds...)
	if err != nil {
		t.Fatal(err)
	}
	img, err = mutate.Config(img, v1.Config{Env: []string{"A=b"}, Labels: map[string]string{"l": "m"}, Entrypoint: []string{"/app/run"}})
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// written is the image in every form in which images come.
func written(t *testing.T) map[string]string {
	t.Helper()
	dir, img := t.TempDir(), image(t)
	tag, err := name.NewTag("registry.example/clinic/app:1")
	if err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(dir, "saved.tar")
	if err := tarball.WriteToFile(saved, tag, img); err != nil {
		t.Fatal(err)
	}
	p, err := layout.Write(filepath.Join(dir, "layout"), empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.AppendImage(img, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": "registry.example/clinic/app:1"})); err != nil {
		t.Fatal(err)
	}
	packed := filepath.Join(dir, "layout.tar")
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.AddFS(os.DirFS(filepath.Join(dir, "layout"))); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if err := os.WriteFile(packed, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(srv.Close)
	host := strings.TrimPrefix(srv.URL, "http://")
	ref, err := name.ParseReference(host + "/clinic/app:1")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, img); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"saved": saved, "layout": filepath.Join(dir, "layout"), "layout tar": packed, "registry": "docker://" + host + "/clinic/app:1", "oci": "oci://" + host + "/clinic/app:1"}
}

// In whatever form an image comes, it is the same image.
func TestForms(t *testing.T) {
	for form, at := range written(t) {
		s, err := oci.Open(context.Background(), at)
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		if len(s.Images) != 1 || len(s.Problems) > 0 {
			t.Fatalf("%s: %d images, %v", form, len(s.Images), s.Problems)
		}
		img := s.Images[0]
		if len(img.Layers) != 2 || img.Config.Env[0] != "A=b" || img.Config.Entrypoint[0] != "/app/run" || !strings.HasSuffix(img.Name, "/clinic/app:1") || !strings.HasPrefix(img.Digest, "sha256:") {
			t.Errorf("%s: %+v", form, img)
		}
		if img.Layers[1].CreatedBy != "COPY . ." || img.Layers[1].DiffID != img.Config.DiffIDs[1] {
			t.Errorf("%s: the layer is %+v", form, img.Layers[1])
		}
		rc, err := img.Layers[1].Open()
		if err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		b, err := io.ReadAll(rc)
		if err != nil || !bytes.Equal(b, files(t, "app/run", "hello")) {
			t.Errorf("%s: the layer holds %d bytes, %v", form, len(b), err)
		}
		rc.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A misspelt file is an error that says how a registry is named; the network is
// not asked.
func TestNoFallThrough(t *testing.T) {
	for _, typo := range []string{"app.tra", "localhost:1/clinic/app:1", "alpine"} {
		_, err := oci.Open(context.Background(), typo)
		if err == nil || !strings.Contains(err.Error(), "docker://"+typo) {
			t.Errorf("%s: %v", typo, err)
		}
	}
	if _, err := oci.Open(context.Background(), "containers-storage://x"); err == nil || !strings.Contains(err.Error(), "there are: docker://") {
		t.Errorf("another scheme: %v", err)
	}
}

func TestBroken(t *testing.T) {
	forms := written(t)
	good, err := os.ReadFile(forms["layout tar"])
	if err != nil {
		t.Fatal(err)
	}
	var z bytes.Buffer
	zw := gzip.NewWriter(&z)
	zw.Write(good)
	zw.Close()
	for name, c := range map[string]struct {
		src  []byte
		want string
	}{
		"cut":   {good[:len(good)-2500], "cut short"},
		"gzip":  {z.Bytes(), "packed with gzip"},
		"text":  {[]byte(strings.Repeat("no tar at all\n", 100)), "no tar"},
		"other": {files(t, "a", "b"), "no container image"},
		"index": {files(t, "index.json", `{"manifests": [{"digest": "sha256:../../etc/passwd"}]}`), ""},
		"blob":  {files(t, "index.json", `{"manifests": [{"digest": "sha256:00"}]}`, "blobs/sha256/00", "{}"), ""},
	} {
		path := filepath.Join(t.TempDir(), "x.tar")
		if err := os.WriteFile(path, c.src, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := oci.Local(path)
		switch {
		case c.want == "" && (err != nil || len(s.Images) != 0 || len(s.Problems) != 1):
			t.Errorf("%s: %v, %+v", name, err, s)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A layer whose bytes are others than its digest names, one that was cut, and
// one that unpacks without end are errors.
func TestLayers(t *testing.T) {
	dir := written(t)["layout"]
	s, err := oci.Local(dir)
	if err != nil {
		t.Fatal(err)
	}
	l := s.Images[0].Layers[1]
	blob := filepath.Join(dir, "blobs", "sha256", strings.TrimPrefix(l.Digest, "sha256:"))
	good, err := os.ReadFile(blob)
	if err != nil {
		t.Fatal(err)
	}
	var other bytes.Buffer
	z := gzip.NewWriter(&other)
	z.Write(files(t, "app/run", "other"))
	z.Close()
	var bomb bytes.Buffer
	z = gzip.NewWriter(&bomb)
	zero := make([]byte, 1<<20)
	for range 1200 {
		z.Write(zero)
	}
	z.Close()
	for name, c := range map[string]struct {
		src  []byte
		want string
	}{"other": {other.Bytes(), oci.ErrDigest.Error()}, "cut": {good[:len(good)-20], "unexpected EOF"}, "bomb": {bomb.Bytes(), "more than 200 times"}, "bzip2": {[]byte("BZh91AY"), "bzip2"}} {
		if err := os.WriteFile(blob, c.src, 0o644); err != nil {
			t.Fatal(err)
		}
		rc, err := l.Open()
		if err == nil {
			_, err = io.Copy(io.Discard, rc)
			rc.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What BuildKit attaches says who built the image and from what.
func TestAttached(t *testing.T) {
	dir := written(t)["layout"]
	index := filepath.Join(dir, "index.json")
	b, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	s, err := oci.Local(dir)
	if err != nil {
		t.Fatal(err)
	}
	put := func(text string) string {
		h, _, err := v1.SHA256(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "blobs", "sha256", h.Hex), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return h.String()
	}
	prov := put(`{"predicateType": "https://slsa.dev/provenance/v1", "predicate": {"buildDefinition": {"resolvedDependencies": [{"uri": "pkg:docker/python@3.12", "digest": {"sha256": "ab"}}]}, "runDetails": {"builder": {"id": "https://builder.example/1"}}}}`)
	manifest := put(`{"config": {"digest": "` + prov + `"}, "layers": [{"digest": "` + prov + `", "annotations": {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v1"}}]}`)
	entry := `{"digest": "` + manifest + `", "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "` + s.Images[0].Digest + `"}}`
	b = bytes.Replace(b, []byte(`"manifests":[`), []byte(`"manifests":[`+entry+`,`), 1)
	b = bytes.Replace(b, []byte(`"manifests": [`), []byte(`"manifests": [`+entry+`,`), 1)
	if err := os.WriteFile(index, b, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err = oci.Local(dir)
	if err != nil || len(s.Images) != 1 || len(s.Images[0].Attached) != 1 {
		t.Fatalf("%v %+v", err, s)
	}
	got := s.Images[0].Attached[0]
	if got.Builder != "https://builder.example/1" || len(got.Materials) != 1 || got.Materials[0].Digest != "sha256:ab" {
		t.Errorf("%+v", got)
	}
}

// What an annotation promises counts for nothing: a statement that is not there, is
// no statement, or is about another image, is none.
func TestAttachedUnread(t *testing.T) {
	good := `{"predicateType": "https://slsa.dev/provenance/v1", "subject": [{"digest": {"sha256": "IMAGE"}}]}`
	for name, c := range map[string]struct{ statement, want string }{
		"good":    {good, ""},
		"missing": {"", "is not in it"},
		"no JSON": {"built by hand", "no statement in JSON"},
		"untyped": {"{}", "predicateType"},
		"other":   {strings.Replace(good, "IMAGE", strings.Repeat("ab", 32), 1), "about something else"},
	} {
		img := `{"config": {"digest": "CONFIG"}}`
		blobs := []string{}
		put := func(text string) string {
			d := fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(text)))
			if text != "" {
				blobs = append(blobs, "blobs/sha256/"+d[len("sha256:"):], text)
			}
			return d
		}
		of := put(strings.Replace(img, "CONFIG", put(`{"os": "linux"}`), 1))
		st := put(strings.ReplaceAll(c.statement, "IMAGE", of[len("sha256:"):]))
		attached := put(`{"layers": [{"digest": "` + st + `", "annotations": {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v1"}}]}`)
		index := `{"manifests": [{"digest": "` + of + `"}, {"digest": "` + attached + `", "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "` + of + `"}}]}`
		path := filepath.Join(t.TempDir(), "x.tar")
		if err := os.WriteFile(path, files(t, append(blobs, "index.json", index)...), 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := oci.Local(path)
		if err != nil || len(s.Images) != 1 || len(s.Images[0].Attached) != 1 {
			t.Fatalf("%s: %v %+v", name, err, s)
		}
		got := s.Images[0].Attached[0]
		if c.want == "" && (got.Predicate == "" || got.Unknown != "" || len(s.Problems) > 0) {
			t.Errorf("%s: %+v %v", name, got, s.Problems)
		}
		if c.want != "" && (got.Predicate != "" || !strings.Contains(got.Unknown, c.want) || len(s.Problems) != 1) {
			t.Errorf("%s: %+v %v", name, got, s.Problems)
		}
		s.Close()
	}
}

// A digest that cannot be compared is no digest that fits.
func TestDigestKinds(t *testing.T) {
	config := `{"os": "linux"}`
	for name, c := range map[string]struct{ digest, want string }{
		"sha512":          {fmt.Sprintf("sha512:%x", sha512.Sum512([]byte(config))), ""},
		"sha512, altered": {"sha512:" + strings.Repeat("ab", 64), "not those that the digest names"},
		"another":         {"md5:" + strings.Repeat("ab", 16), "cannot be compared"},
	} {
		m := `{"config": {"digest": "` + c.digest + `"}}`
		of := fmt.Sprintf("%x", sha256.Sum256([]byte(m)))
		path := filepath.Join(t.TempDir(), "x.tar")
		src := files(t, "blobs/"+strings.Replace(c.digest, ":", "/", 1), config, "blobs/sha256/"+of, m, "index.json", `{"manifests": [{"digest": "sha256:`+of+`"}]}`)
		if err := os.WriteFile(path, src, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := oci.Local(path)
		if err != nil {
			t.Fatal(err)
		}
		if c.want == "" && (len(s.Images) != 1 || len(s.Problems) > 0) || c.want != "" && (len(s.Images) > 0 || len(s.Problems) != 1 || !strings.Contains(s.Problems[0], c.want)) {
			t.Errorf("%s: %d images, %v", name, len(s.Images), s.Problems)
		}
		s.Close()
	}
}

func TestIsArchive(t *testing.T) {
	for form, at := range written(t) {
		if !strings.HasSuffix(at, ".tar") {
			continue
		}
		b, err := os.ReadFile(at)
		if err != nil {
			t.Fatal(err)
		}
		if !oci.IsArchive(b[:min(len(b), 64<<10)]) {
			t.Errorf("%s is not seen", form)
		}
	}
	if oci.IsArchive(files(t, "src/main.go", "package main")) || oci.IsArchive([]byte("text")) {
		t.Error("something else is taken for an image")
	}
}

// No archive makes the reader panic or read out of bounds.
func FuzzLocal(f *testing.F) {
	f.Add(files(f, "index.json", `{"manifests": [{"digest": "sha256:00"}]}`, "blobs/sha256/00", "{}"))
	f.Add(files(f, "manifest.json", `[{"Config": "c.json", "RepoTags": ["a:b"], "Layers": ["l/layer.tar"]}]`, "c.json", `{"rootfs": {"diff_ids": ["sha256:0"]}}`, "l/layer.tar", "x"))
	f.Fuzz(func(t *testing.T, src []byte) {
		oci.IsArchive(src)
		path := filepath.Join(t.TempDir(), "x.tar")
		if err := os.WriteFile(path, src, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := oci.Local(path)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		defer s.Close()
		if len(s.Images)+len(s.Problems) == 0 {
			t.Error(errors.New("nothing is said"))
		}
		for _, img := range s.Images {
			for _, l := range img.Layers {
				if rc, err := l.Open(); err == nil {
					io.CopyN(io.Discard, rc, 1<<20)
					rc.Close()
				}
			}
		}
	})
}
