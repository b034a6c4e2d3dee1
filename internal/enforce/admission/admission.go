// Package admission says which objects a cluster may take under a perimeter: once,
// as expressions in CEL, for every target that asks such expressions of objects.
// The API server, Gatekeeper and Kyverno spell the same policies in their ways.
//
// Expressions read the perimeter as variables.inside.regions, .registries and so on
// (see [Policy.Inside]); how that variable comes to be is up to the target.
package admission

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Policy refuses some objects.
type Policy struct {
	Name        string // a word
	About       []string
	Holds       []graph.RuleID
	Resources   []Resources
	Conditions  []Named             // under which it is asked at all
	Inside      map[string][]string // the lists of the perimeter that it reads
	Variables   []Named             // each may use those before it
	Validations []Validation
}

// Resources are kinds of one API group.
type Resources struct {
	Group     string
	Resources []string // with subresources
	Kinds     []string
}

// A Named is an expression with a name.
type Named struct {
	Name       string `yaml:"name"`
	Expression CEL    `yaml:"expression"`
}

// A Validation must be true, or the object is refused.
type Validation struct {
	Expression CEL    `yaml:"expression"`
	Message    string `yaml:"message"`
	// MessageExpression words what was found; Message counts where it cannot.
	MessageExpression CEL `yaml:"messageExpression,omitempty"`
}

// CEL is an expression, which YAML writes as it is: its quotes are not doubled.
type CEL string

func expr(format string, args ...any) CEL { return CEL(fmt.Sprintf(format, args...)) }

// MarshalYAML writes it as a literal block where it has quotes.
func (c CEL) MarshalYAML() (any, error) {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: string(c)}
	if strings.ContainsAny(n.Value, "'\"\n") {
		n.Style = yaml.LiteralStyle
	}
	return n, nil
}

const (
	// System is the namespace that no policy is asked of.
	System = "kube-system"
	// SystemLabel is written by the API server itself, so that no other namespace
	// can claim to be that one.
	SystemLabel = "kubernetes.io/metadata.name"
)

// WhySystem explains that, for comments.
var WhySystem = []string{
	"Asked in every namespace, labelled or not, but " + System + ": the cluster's own parts start there before any registry inside can be",
	"reached, and who may write there runs the cluster. What is of no namespace, such as nodes and volumes, is always asked.",
}

// Policies are all that the perimeter asks for, in a fixed order.
func Policies(b *bounds.Bounds) ([]Policy, error) {
	in, err := insideOf(b)
	if err != nil {
		return nil, err
	}
	out := []Policy{images(b, in), places(in), volumes(in), nodes(in), destinations(in), services(b, in), entries(), models(in), labels(in)}
	if b.Limits.InUse {
		out = append(out, machines())
	}
	if Confidential(b) {
		out = append(out, networks(in))
	}
	return out, nil
}

// Files are what a target writes for each of them.
func Files(b *bounds.Bounds, of func(*Policy) ([]enforce.File, error)) ([]enforce.File, error) {
	policies, err := Policies(b)
	if err != nil {
		return nil, err
	}
	var out []enforce.File
	for i := range policies {
		files, err := of(&policies[i])
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
	}
	return out, nil
}

// Rules are those that [Policies] hold, whatever the perimeter.
var Rules = []graph.RuleID{"EGR-001", "EGR-003", "EGR-005", "EGR-007", "EGR-012", "FLW-001", "LOC-001", "LOC-003", "LOC-008", "LOC-013", "LOG-003", "MDL-004", "MDL-005", "SCM-001", "SCM-002", "TEE-002"}

// Confidential reports whether the rules that are for confidential and secret data
// are asked.
func Confidential(b *bounds.Bounds) bool {
	return slices.Contains([]string{"confidential", "secret"}, b.Limits.Confidentiality)
}
