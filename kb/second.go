package kb

import (
	"cmp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Second is a source for the country of a region besides the record's own: a
// third party's table was found wrong more than once, and so was the reading of
// a city's name. It is a fact of its own, with a source of the same file and
// the words read there. Where it only repeats the record's document it proves
// nothing; see [Source.Origin].
//
// In YAML it is {source: …, quote: …}. A plain text is read as a note: it can
// be shown, but nobody can check it, so that it stays claimed.
type Second struct {
	Fact `yaml:",inline"`
}

// UnmarshalYAML reads both forms.
func (s *Second) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Decode(&s.Note)
	}
	type plain Second
	if err := n.Decode((*plain)(s)); err != nil {
		return err
	}
	if s.Source != "" && s.Confidence == "" {
		s.Confidence = graph.Documented
	}
	return nil
}

// inherit gives a region the partition of its file, and its second source the
// dates of the region.
func (r *Region) inherit(h *header) {
	if r.Partition == "" {
		r.Partition = h.Partition
	}
	if r.Second != nil {
		r.Second.AsOf = cmp.Or(r.Second.AsOf, r.AsOf)
		r.Second.ReviewBy = cmp.Or(r.Second.ReviewBy, r.ReviewBy)
	}
}

// Origin is who published a source: the repository on a forge, the package of
// a registry (whose host is spelled as labels), otherwise the host. Two pages
// of one origin are one source.
func (s *Source) Origin() string {
	if len(s.Host) > 0 {
		pkg, _, _ := strings.Cut(strings.TrimPrefix(s.Address, "/"), "/")
		return strings.ToLower(strings.Join(s.Host, ".") + "/" + pkg)
	}
	address := s.Address
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	if i := strings.IndexAny(address, "@ #?"); i >= 0 {
		address = address[:i]
	}
	parts := strings.SplitN(strings.ToLower(address), "/", 4)
	switch parts[0] {
	case "raw.githubusercontent.com":
		parts[0] = "github.com"
		fallthrough
	case "github.com", "gitlab.com", "codeberg.org":
		return strings.Join(parts[:min(3, len(parts))], "/")
	}
	return parts[0]
}

// second checks what a record says besides its own source.
func (c *checker) second(v *Region, errorf complain) {
	s := v.Second
	if s == nil || s.Source == "" {
		return
	}
	switch {
	case v.Source == "":
		errorf("region %s has a second source but no first one: cite it as source: and quote: of the record", v.Code)
	case s.Source == v.Source:
		errorf("second names %s, the source of the record itself: a second source is another document", s.Source)
	case s.Cited != nil && v.Cited != nil && s.Cited.Origin() == v.Cited.Origin():
		errorf("second and the record's source are both of %s: a second source is one of somebody else, or of another kind", s.Cited.Origin())
	}
}
