package image

import (
	"regexp"
	"slices"
	"strings"
)

// A base is what an image was built on, and how that is known.
type base struct {
	name, digest string
	by           string // the rung of the ladder that answered
}

// The rungs, best first. Builders write annotations and provenance; layers of
// another image that lies beside it cannot be an accident; what the system
// says of itself tells the vendor, the history only what somebody typed.
const (
	byAnnotation = "annotation"
	byProvenance = "provenance"
	byLayers     = "layers"
	bySystem     = "os-release"
	byHistory    = "history"
)

const (
	baseName   = "org.opencontainers.image.base.name"
	baseDigest = "org.opencontainers.image.base.digest"
)

// image is the name as a reference; "" where only the system is known.
func (b base) image() string {
	if b.by == bySystem {
		return ""
	}
	return b.name
}

// base finds the image that this one was built on.
func (i found) base(all []found, system map[string]string) base {
	for _, from := range []map[string]string{i.img.Annotations, i.img.Config.Labels} {
		if from[baseName] != "" {
			return base{from[baseName], from[baseDigest], byAnnotation}
		}
	}
	for _, st := range i.img.Attached {
		for _, m := range st.Materials {
			if name, ok := imageURI(m.URI); ok {
				return base{name, m.Digest, byProvenance}
			}
		}
	}
	if b, ok := i.prefix(all); ok {
		return b
	}
	if id := system["ID"]; id != "" {
		return base{strings.TrimSuffix(id+":"+system["VERSION_ID"], ":"), "", bySystem}
	}
	for _, step := range i.img.Config.History {
		if m := fromLine.FindStringSubmatch(step.CreatedBy + "\n" + step.Comment); m != nil {
			return base{m[1], "", byHistory}
		}
	}
	return base{}
}

// prefix finds, among the images that lie beside it, the one that has the most
// of its layers, from the bottom.
func (i found) prefix(all []found) (base, bool) {
	var best *found
	own := i.img.Config.DiffIDs
	for n := range all {
		ids := all[n].img.Config.DiffIDs
		if len(ids) == 0 || len(ids) >= len(own) || !slices.Equal(ids, own[:len(ids)]) {
			continue
		}
		if best == nil || len(ids) > len(best.img.Config.DiffIDs) || len(ids) == len(best.img.Config.DiffIDs) && all[n].img.Address() < best.img.Address() {
			best = &all[n]
		}
	}
	if best == nil {
		return base{}, false
	}
	return base{best.img.Name, best.img.Digest, byLayers}, true
}

// fromLine is what builders without provenance leave of FROM.
var fromLine = regexp.MustCompile(`(?m)(?:^|\s)FROM\s+([A-Za-z0-9][A-Za-z0-9./_:@-]*)`)

// imageURI reads the address of an image as provenance writes it.
func imageURI(uri string) (string, bool) {
	if name, ok := strings.CutPrefix(uri, "pkg:docker/"); ok {
		name, _, _ = strings.Cut(name, "?")
		if i := strings.LastIndexByte(name, '@'); i > 0 && !strings.Contains(name[i:], "/") { // the version of a package URL is the tag
			name = name[:i] + ":" + name[i+1:]
		}
		return strings.ReplaceAll(name, "%2F", "/"), true
	}
	for _, scheme := range []string{"docker://", "oci://", "docker-image://"} {
		if name, ok := strings.CutPrefix(uri, scheme); ok {
			return name, true
		}
	}
	return "", false
}
