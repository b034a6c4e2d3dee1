package resolve

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An image is a container image as somebody wrote it.
type image struct {
	full     string // with the registry that convention adds
	familiar string // without the registry and folder that convention adds
	registry string
	written  bool // the registry was written, not added
	tag      string
	digest   string
}

// imageOf reads a container image: one with a tag or a digest, or one below a
// written registry. Ref is the query as a package.
func imageOf(query string, ref ecosystem.Reference) (image, bool) {
	text := strings.TrimSpace(query)
	switch ref.Ecosystem {
	case "":
	case ecosystem.OCI:
		if text = ref.Name; ref.Version != "" {
			text += map[bool]string{true: "@", false: ":"}[strings.Contains(ref.Version, ":")] + ref.Version
		}
	default:
		return image{}, false
	}
	first, rest, deep := strings.Cut(text, "/")
	if !deep && (strings.ContainsAny(first, ".") && !strings.Contains(first, "@") || strings.HasPrefix(first, "localhost:")) && ref.Ecosystem == "" {
		if name, _, _ := strings.Cut(first, ":"); name == "localhost" || strings.Contains(name, ".") {
			return image{}, false // a host with its port
		}
	}
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return image{}, false
	}
	out := image{full: named.String(), familiar: reference.FamiliarName(named), registry: reference.Domain(named)}
	out.written = deep && rest != "" && (strings.ContainsAny(first, ".:") || first == "localhost")
	if t, ok := named.(reference.Tagged); ok {
		out.tag = t.Tag()
	}
	if d, ok := named.(reference.Digested); ok {
		out.digest = d.Digest().String()
	}
	return out, out.written || out.tag != "" || out.digest != "" || ref.Ecosystem == ecosystem.OCI
}

// registryOf is the host of the registry that an image in a configuration comes
// from. A reference without a host comes from Docker's registry, by convention
// (github.com/distribution/reference, normalize.go).
func registryOf(text string) (string, bool) {
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	if named, err := reference.ParseNormalizedNamed(text); err == nil {
		return hostOf(reference.Domain(named)), true
	}
	// Letters in capitals and the like, which some registries take.
	if first, _, deep := strings.Cut(text, "/"); deep && strings.ContainsAny(first, ".:") {
		return hostOf(first), true
	}
	return "", false
}

// whereImage answers for the registry that holds an image. A path below a host
// is an image only if it has a tag or a digest, or the host is a registry:
// api.example/v1/chat is none.
func (r *Resolver) whereImage(query string) (Answer, bool) {
	ref, err := ecosystem.Parse(query)
	if err != nil {
		return Answer{}, false
	}
	im, ok := imageOf(query, ref)
	if !ok {
		return Answer{}, false
	}
	host := hostOf(im.registry)
	if m, known := r.kb.Host(host); im.written && im.tag == "" && im.digest == "" && (!known || m.Endpoint.Kind != graph.Registry) {
		return Answer{}, false
	}
	if _, isModel := r.kb.Model(query); isModel && !im.written && ref.Ecosystem == "" {
		return Answer{}, false // llama3:8b is a model of Ollama
	}
	a := Answer{Kind: "image", Name: im.full}
	a.Places, a.Operator = r.Host(host)
	if m, known := r.kb.Host(host); known {
		a.Provider = m.Provider
	}
	if im.written {
		a.Because = append(a.Because, fmt.Sprintf("the image names its registry %s", host))
	} else {
		a.Because = append(a.Because, fmt.Sprintf("the image names no registry; by convention it comes from %s", host))
	}
	a.because()
	return a, true
}
