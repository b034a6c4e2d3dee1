package admission

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An Object is a document of a cluster.
type Object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Metadata   Meta   `yaml:"metadata"`
	Spec       any    `yaml:"spec"`
}

// Meta is the metadata of an object.
type Meta struct {
	Name        string            `yaml:"name"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations,omitempty"`
}

// NewMeta names an object, and says from where it comes and what it holds.
func NewMeta(b *bounds.Bounds, name string, holds []graph.RuleID) Meta {
	rules := make([]string, len(holds))
	for i, id := range holds {
		rules[i] = string(id)
	}
	m := Meta{Name: name, Labels: map[string]string{"app.kubernetes.io/managed-by": "bailiwick"}, Annotations: map[string]string{"bailiwick.dev/perimeter": b.Perimeter.Digest}}
	if len(rules) > 0 {
		m.Annotations["bailiwick.dev/rules"] = strings.Join(rules, " ")
	}
	return m
}

// A Spec is a policy as the API server has it, and Kyverno after it.
type Spec struct {
	ValidationActions []string     `yaml:"validationActions,omitempty"` // of Kyverno
	FailurePolicy     string       `yaml:"failurePolicy"`
	ParamKind         any          `yaml:"paramKind,omitempty"`
	MatchConstraints  Match        `yaml:"matchConstraints"`
	MatchConditions   []Named      `yaml:"matchConditions,omitempty"`
	Variables         []Named      `yaml:"variables,omitempty"`
	Validations       []Validation `yaml:"validations"`
	Autogen           any          `yaml:"autogen,omitempty"` // of Kyverno
}

// A Match says what a policy is asked of.
type Match struct {
	NamespaceSelector Selector `yaml:"namespaceSelector"`
	ResourceRules     []Rule   `yaml:"resourceRules"`
}

// A Selector selects namespaces.
type Selector struct {
	MatchExpressions []Requirement `yaml:"matchExpressions"`
}

// A Requirement is one of a label.
type Requirement struct {
	Key      string   `yaml:"key"`
	Operator string   `yaml:"operator"`
	Values   []string `yaml:"values,flow"`
}

// A Rule names resources and what is done to them.
type Rule struct {
	APIGroups   []string `yaml:"apiGroups,flow"`
	APIVersions []string `yaml:"apiVersions,flow"`
	Operations  []string `yaml:"operations,flow"`
	Resources   []string `yaml:"resources,flow"`
}

// Everywhere selects all namespaces but the cluster's own.
var Everywhere = Selector{[]Requirement{{SystemLabel, "NotIn", []string{System}}}}

// Spec spells a policy with its lists in it, so that there is no second object that
// somebody could change or delete.
func (p *Policy) Spec() Spec {
	s := Spec{FailurePolicy: "Fail", MatchConstraints: Match{NamespaceSelector: Everywhere}, MatchConditions: p.Conditions, Validations: p.Validations}
	for _, r := range p.Resources {
		s.MatchConstraints.ResourceRules = append(s.MatchConstraints.ResourceRules, Rule{[]string{r.Group}, []string{"*"}, []string{"CREATE", "UPDATE"}, r.Resources})
	}
	if len(p.Inside) > 0 {
		s.Variables = append(s.Variables, Named{"inside", literal(p.Inside)})
	}
	s.Variables = append(s.Variables, p.Variables...)
	return s
}

// literal writes lists as a map of CEL, which is JSON as well, one list a line.
func literal(lists map[string][]string) CEL {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		list, _ := json.Marshal(lists[name]) // texts always can be
		lines = append(lines, fmt.Sprintf("  %q: %s", name, bytes.ReplaceAll(list, []byte(`","`), []byte(`", "`))))
	}
	return CEL("{\n" + strings.Join(lines, ",\n") + "\n}")
}

// File writes objects as one file, below comments: from where it comes, what it
// makes impossible, and whom that serves.
func File(b *bounds.Bounds, name, title string, about []string, holds []graph.RuleID, objects ...any) (enforce.File, error) {
	var buf bytes.Buffer
	buf.WriteString(enforce.Comment("#", append(append(enforce.Header(b, title, holds...), ""), about...)))
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(2)
	for _, o := range objects {
		if err := enc.Encode(o); err != nil {
			return enforce.File{}, err
		}
	}
	return enforce.File{Name: name, Data: buf.Bytes()}, enc.Close()
}
