package kbs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An ID names a resource: REPO/TYPE/TAG.
type ID struct{ Repository, Type, Tag string }

func (id ID) String() string { return id.Repository + "/" + id.Type + "/" + id.Tag }

var idPart = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// ParseID reads an id. Its parts are names of files, too.
func ParseID(s string) (ID, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 || slices.ContainsFunc(parts, func(p string) bool { return !idPart.MatchString(p) }) {
		return ID{}, fmt.Errorf("%.80q is no resource: write REPOSITORY/TYPE/TAG, each of letters, digits, '.', '_' and '-'", s)
	}
	return ID{parts[0], parts[1], parts[2]}, nil
}

// A Policy says who gets what. What no rule names is refused.
type Policy struct {
	Digest string // of the file
	Rules  []Rule
	// Operators say who stands behind the names in lists of places, where it is
	// no provider of the knowledge base: the country of its seat.
	Operators map[string]graph.Country
}

// A Rule says what is asked of whoever wants some resources.
type Rule struct {
	// Resources are ids, in which a part may be *. The first rule that names a
	// resource is its rule.
	Resources []string `yaml:"resources"`
	// Data are classes of the perimeter: the place must be inside of what it
	// allows for all of them, in country and operator.
	Data []graph.ClassID `yaml:"data"`
	// Evidence is what the machine and its devices must show.
	Evidence attest.Policy `yaml:"evidence"`
	// GPUs is how many must have shown it.
	GPUs int `yaml:"gpus"`
	// Sample takes evidence that nobody signed, of nowhere. For tests.
	Sample bool `yaml:"sample"`
}

// file is a policy as written.
type file struct {
	APIVersion string                   `yaml:"apiVersion"`
	Kind       string                   `yaml:"kind"`
	Operators  map[string]graph.Country `yaml:"operators"`
	Rules      []Rule                   `yaml:"rules"`
}

const (
	apiVersion = "bailiwick/v1"
	policyKind = "ReleasePolicy"
	maxPolicy  = 1 << 20
)

// ParsePolicy reads a policy. Keys and words that are not known are errors.
func ParsePolicy(text []byte) (*Policy, error) {
	if len(text) > maxPolicy {
		return nil, fmt.Errorf("release policy: %d bytes; at most %d are read", len(text), maxPolicy)
	}
	var f file
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("release policy: %w", err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("release policy: more than one document; keep the first")
	}
	if err := attest.Filled(text); err != nil {
		return nil, fmt.Errorf("release policy: %w", err)
	}
	if f.APIVersion != apiVersion || f.Kind != policyKind {
		return nil, fmt.Errorf("release policy: it begins with `apiVersion: %s` and `kind: %s`", apiVersion, policyKind)
	}
	if len(f.Rules) == 0 {
		return nil, errors.New("release policy: there is no rule below rules:, so nothing could be released")
	}
	for name, seat := range f.Operators {
		if len(seat) != 2 || strings.ToUpper(string(seat)) != string(seat) {
			return nil, fmt.Errorf("release policy: operators: %s: write the country of its seat in two capital letters (ISO 3166-1)", name)
		}
	}
	for i := range f.Rules {
		if err := errors.Join(f.Rules[i].check(), reached(f.Rules[:i], &f.Rules[i])); err != nil {
			return nil, fmt.Errorf("release policy: rule %d: %w", i+1, err)
		}
	}
	sum := sha256.Sum256(text)
	return &Policy{Digest: "sha256:" + hex.EncodeToString(sum[:]), Rules: f.Rules, Operators: f.Operators}, nil
}

// reached refuses a resource that a rule before names already, as it is or by *:
// the rule looks as if it were asked for and never is.
func reached(before []Rule, r *Rule) error {
	for _, p := range r.Resources {
		for i := range before {
			if slices.ContainsFunc(before[i].Resources, func(wider string) bool { return covers(wider, p) }) {
				return fmt.Errorf("resources: %s: rule %d names it already, and the first counts: put this rule before that one", p, i+1)
			}
		}
	}
	return nil
}

func (r *Rule) check() error {
	if len(r.Resources) == 0 {
		return errors.New("it names no resources")
	}
	for _, p := range r.Resources {
		if _, err := ParseID(strings.ReplaceAll(p, "*", "any")); err != nil || slices.ContainsFunc(strings.Split(p, "/"), func(part string) bool { return part != "*" && strings.Contains(part, "*") }) {
			return fmt.Errorf("resources: %.80q: write REPOSITORY/TYPE/TAG; a part may be *", p)
		}
	}
	if r.Sample {
		if len(r.Data) > 0 || r.GPUs > 0 || r.Evidence.Digest() != new(attest.Policy).Digest() {
			return errors.New("`sample: true` takes evidence that says nothing, so nothing else can be asked beside it")
		}
		return nil
	}
	if err := r.Evidence.Check(); err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	if r.GPUs < 0 || r.GPUs > maxDevices {
		return fmt.Errorf("gpus: %d; 0 to %d", r.GPUs, maxDevices)
	}
	return r.checkPlace()
}

// checkPlace refuses a rule that releases keys to nobody knows where, and the
// exceptions that would make the rest of it worthless.
func (r *Rule) checkPlace() error {
	switch place := r.Evidence.Place; {
	case place == nil:
		return errors.New("evidence: it asks for no place: write place: {grade: enrolled, countries: [..]}, with the countries where the key may be")
	case place.Grade == attest.Unknown:
		return errors.New("evidence: place: the grade unknown is no place")
	case len(place.Countries) == 0 && len(r.Data) == 0:
		return errors.New("evidence: place: any country would do: name countries, or classes of the perimeter below data:")
	}
	for _, e := range []attest.Exception{attest.AcceptDebug, attest.AcceptReplay, attest.AcceptMigration} {
		if slices.Contains(r.Evidence.Accept, e) {
			return fmt.Errorf("evidence: accept: %s is not for the release of keys", e)
		}
	}
	return nil
}

// sample says whether a rule takes evidence that nobody signed.
func (p *Policy) sample() bool {
	return slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.Sample })
}

// rule is that of a resource.
func (p *Policy) rule(id ID) *Rule {
	for i := range p.Rules {
		if slices.ContainsFunc(p.Rules[i].Resources, id.like) {
			return &p.Rules[i]
		}
	}
	return nil
}

// writes says whether the id stands in a rule as it is.
func (p *Policy) writes(id ID) bool {
	return slices.ContainsFunc(p.Rules, func(r Rule) bool { return slices.Contains(r.Resources, id.String()) })
}

// like says whether a pattern names the resource.
func (id ID) like(pattern string) bool { return covers(pattern, id.String()) }

// covers says whether a pattern names all that another one does, or an id.
func covers(pattern, other string) bool {
	parts, others := strings.Split(pattern, "/"), strings.Split(other, "/")
	return slices.EqualFunc(parts, others, func(p, o string) bool { return p == "*" || p == o })
}

// Classes are those that the rules name, each once, in the order of the file.
func (p *Policy) Classes() [][]graph.ClassID {
	var out [][]graph.ClassID
	for _, r := range p.Rules {
		if len(r.Data) > 0 {
			out = append(out, r.Data)
		}
	}
	return out
}
