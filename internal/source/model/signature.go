package model

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// sidecars are the names under which signatures of a file stand beside it.
var sidecars = []string{".sig", ".sigstore", ".sigstore.json", ".bundle"}

// signed holds the files of a model against the signature that stands beside
// it, in its folder or in one of the two above.
func signed(parts []*weights.Model) weights.Signature {
	var found weights.Signature
	for _, p := range parts {
		s := signatureOf(p)
		switch {
		case s.State == "" && found.State == "":
			continue
		case s.State == "": // one part is signed and another is not
			s = weights.Signature{Path: found.Path, Signer: found.Signer, Issuer: found.Issuer, State: weights.Differs, Why: "it does not list " + path.Base(p.Path)}
		}
		if found.State == "" || s.State == weights.Differs || s.State == weights.CannotSay && found.State == weights.Covers {
			found = s
		}
	}
	return found
}

func signatureOf(m *weights.Model) weights.Signature {
	for _, ext := range sidecars {
		if s, ok := heldBy(m.Path+ext, "", m); ok {
			return s
		}
	}
	dir, rel := path.Dir(m.Path), path.Base(m.Path)
	for range 3 {
		for _, name := range []string{"model.sig", "model.sigstore", "model.sigstore.json"} {
			if s, ok := heldBy(path.Join(dir, name), rel, m); ok {
				return s
			}
		}
		if dir == "." || dir == "/" || strings.HasSuffix(dir, "..") {
			break
		}
		dir, rel = path.Dir(dir), path.Join(path.Base(dir), rel)
	}
	return weights.Signature{}
}

// heldBy reads one signature, if there is one.
func heldBy(file, rel string, m *weights.Model) (weights.Signature, bool) {
	if info, err := os.Stat(filepath.FromSlash(file)); err != nil || !info.Mode().IsRegular() {
		return weights.Signature{}, false
	}
	s := weights.Signature{Path: file, State: weights.CannotSay}
	src, err := tree.Load(filepath.FromSlash(file), maxText)
	if err != nil {
		s.Why = err.Error()
		return s, true
	}
	manifest, ok, err := weights.ReadSignature(src)
	switch {
	case !ok:
		s.Why = "it is no bundle of Sigstore: a detached signature is checked with its key"
		return s, true
	case err != nil:
		s.Why = err.Error()
		return s, true
	}
	manifest.Path = file
	if _, listed := manifest.Digests[path.Base(m.Path)]; rel == "" && listed {
		rel = path.Base(m.Path)
	}
	sum, err := digest(m)
	if err != nil {
		manifest.State, manifest.Why = weights.CannotSay, err.Error()
		return manifest.Signature, true
	}
	return manifest.Holds(rel, sum), true
}
