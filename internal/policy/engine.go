// Package policy asks the rules. Rules are Rego; OPA is used in this package
// only. What makes it fast: rules are compiled once and only those whose
// kinds occur, one prepared query a kind, and assets of one shape (equal in
// everything that a rule can see) are decided together.
package policy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Decision is what one rule says about one question.
type Decision struct {
	Rule    *Rule
	Status  finding.Status // pass, fail or undecided
	Message string         // {why} stands for the reason of what it is about
	// Places are indices of the places that it is about, in those of the asset,
	// or of the target when Target is not negative.
	Places []int
	Target int
	About  []string              // "operator", "custody", "maker", "support", "setting:<name>", "document:<fact>"
	Also   []graph.RequirementID // besides those of the rule
	// RestsOn are the requirements instead of those of the rule; none: the rule's.
	RestsOn []graph.RequirementID
	Basis   finding.Basis // "": that of the rule
	Remedy  string        // "": that of the rule
}

// An Engine asks a set of rules. Several goroutines may ask at once.
type Engine struct {
	set  *Set
	mu   sync.Mutex // held while rules are compiled or a query is prepared
	now  atomic.Pointer[compiled]
	memo memo
}

// A compiled is the rules that judge some kinds.
type compiled struct {
	kinds    map[graph.Kind]bool
	rules    []Rule
	compiler *ast.Compiler
	byKind   sync.Map // graph.Kind to *prepared, nil where no rule judges it
}

// A prepared query asks all rules of one kind at once.
type prepared struct {
	rules []*Rule
	query rego.PreparedEvalQuery
}

// New makes an engine and compiles the rules that judge one of the kinds. Those
// of other kinds are compiled when somebody asks; see [Engine.Compile].
func New(s *Set, kinds []graph.Kind) (*Engine, error) {
	e := &Engine{set: s}
	return e, e.Compile(kinds)
}

// Compile makes ready for the kinds: only rules that judge one of them are
// compiled, since that takes longer than asking them a few questions.
func (e *Engine) Compile(kinds []graph.Kind) error {
	if c := e.now.Load(); len(kinds) == 0 || c != nil && c.has(kinds) {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.now.Load()
	if old != nil && old.has(kinds) {
		return nil
	}
	c := &compiled{kinds: map[graph.Kind]bool{}}
	for _, k := range kinds {
		c.kinds[k] = true
	}
	if old != nil {
		maps.Copy(c.kinds, old.kinds)
	}
	modules := map[string]*ast.Module{}
	for _, r := range e.set.Rules {
		if slices.ContainsFunc(r.Kinds, func(k graph.Kind) bool { return c.kinds[k] }) {
			m, err := r.module()
			if err != nil {
				return err
			}
			c.rules = append(c.rules, r)
			modules[r.pkg] = m.Copy()
		}
	}
	for _, m := range e.set.lib {
		modules[m.Package.Path.String()] = m.Copy()
	}
	c.compiler = ast.NewCompiler().WithCapabilities(capabilities())
	if c.compiler.Compile(modules); c.compiler.Failed() {
		return regoError("rules", c.compiler.Errors)
	}
	e.now.Store(c)
	return nil
}

func (c *compiled) has(kinds []graph.Kind) bool {
	return !slices.ContainsFunc(kinds, func(k graph.Kind) bool { return !c.kinds[k] })
}

// Warm compiles the rules of the kinds and prepares their queries, so that the
// first question of a kind takes no longer than the next one.
func (e *Engine) Warm(kinds []graph.Kind) error {
	if err := e.Compile(kinds); err != nil {
		return err
	}
	for _, k := range kinds {
		if _, err := e.prepare(k); err != nil {
			return err
		}
	}
	return nil
}

// capabilities are what rules may use: everything that depends on nothing but
// its arguments. A rule cannot reach the network, the clock or chance.
func capabilities() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion()
	c.AllowNet = []string{}
	c.Builtins = slices.DeleteFunc(c.Builtins, func(b *ast.Builtin) bool {
		return b.Nondeterministic || strings.HasPrefix(b.Name, "http.") || strings.HasPrefix(b.Name, "net.lookup") || b.Name == "opa.runtime" || b.Name == "time.now_ns" || strings.HasPrefix(b.Name, "rand.") || b.Name == "uuid.rfc4122"
	})
	return c
}

func (e *Engine) prepare(k graph.Kind) (*prepared, error) {
	if err := e.Compile([]graph.Kind{k}); err != nil {
		return nil, err
	}
	c := e.now.Load()
	if p, ok := c.byKind.Load(k); ok {
		return p.(*prepared), nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if p, ok := c.byKind.Load(k); ok {
		return p.(*prepared), nil
	}
	p := &prepared{}
	var terms []string
	for i := range c.rules {
		if slices.Contains(c.rules[i].Kinds, k) {
			p.rules = append(p.rules, &c.rules[i])
			terms = append(terms, c.rules[i].pkg+".results")
		}
	}
	if len(terms) == 0 {
		p = nil
	} else {
		q, err := rego.New(rego.Compiler(c.compiler), rego.Query("x := ["+strings.Join(terms, ", ")+"]")).PrepareForEval(context.Background())
		if err != nil {
			return nil, fmt.Errorf("prepare the rules for %s: %w", k, err)
		}
		p.query = q
	}
	c.byKind.Store(k, p)
	return p, nil
}

// Ask decides one question by every rule of its kind. The decisions of one
// shape are shared, so they must not be changed; why words the reasons for
// this question.
func (e *Engine) Ask(ctx context.Context, q *Question) (ds []Decision, why func(*Decision) string, err error) {
	p, err := e.prepare(q.Kind)
	if err != nil || p == nil {
		return nil, nil, err
	}
	in, rs := q.document()
	why = func(d *Decision) string { return q.why(d, rs) }
	shape, err := in.shape()
	if err != nil {
		return nil, nil, fmt.Errorf("put %s to the rules: %w", q.Address, err)
	}
	key := keyOf(shape)
	if ds, ok := e.memo.get(key); ok {
		return ds, why, nil
	}
	ds, err = p.eval(ctx, shape)
	if err != nil {
		return nil, nil, fmt.Errorf("ask the rules about %s: %w", q.Address, err)
	}
	if in.Flow != nil {
		ds = slices.DeleteFunc(ds, func(d Decision) bool { return d.Rule.Owned })
	}
	if in.Flow.attempted() {
		ds = slices.DeleteFunc(ds, func(d Decision) bool { return !d.Rule.Traffic })
	}
	e.memo.put(key, ds)
	return ds, why, nil
}

func (p *prepared) eval(ctx context.Context, shape []byte) ([]Decision, error) {
	v, err := ast.ValueFromReader(bytes.NewReader(shape))
	if err != nil {
		return nil, err
	}
	rs, err := p.query.Eval(ctx, rego.EvalParsedInput(v))
	if err != nil {
		return nil, err
	}
	if len(rs) != 1 {
		return nil, fmt.Errorf("the rules gave no answer: a rule left its set of results undefined")
	}
	all, _ := rs[0].Bindings["x"].([]any)
	if len(all) != len(p.rules) {
		return nil, fmt.Errorf("%d rules gave %d answers", len(p.rules), len(all))
	}
	var out []Decision
	for i, r := range p.rules {
		list, ok := all[i].([]any)
		if !ok {
			return nil, &Error{File: r.File, Message: "results is not a set"}
		}
		for _, x := range list {
			d, err := decision(r, x)
			if err != nil {
				return nil, &Error{File: r.File, Message: err.Error()}
			}
			out = append(out, d)
		}
	}
	return out, nil
}

// resultKeys are what an element of results may hold.
var resultKeys = []string{"status", "message", "places", "target", "about", "also", "rests_on", "basis", "remedy"}

// decision reads one element of a rule's results.
func decision(r *Rule, x any) (Decision, error) {
	d := Decision{Rule: r, Target: -1}
	m, ok := x.(map[string]any)
	if !ok {
		return d, fmt.Errorf("a result is not an object: %v", x)
	}
	for k := range m {
		if !slices.Contains(resultKeys, k) {
			return d, fmt.Errorf("a result has an unknown key %q; the known ones are %s", k, strings.Join(resultKeys, ", "))
		}
	}
	if err := wellFormed(m); err != nil {
		return d, err
	}
	status, _ := m["status"].(string)
	d.Status = finding.Status(status)
	if d.Status != finding.Pass && d.Status != finding.Fail && d.Status != finding.Undecided {
		return d, fmt.Errorf("a result has the status %q; it must be pass, fail or undecided", status)
	}
	d.Message, _ = m["message"].(string)
	if d.Message == "" && d.Status != finding.Pass {
		return d, fmt.Errorf("a result has no message")
	}
	if n, ok := m["target"].(json.Number); ok {
		i, err := n.Int64()
		if err != nil {
			return d, fmt.Errorf("target is not an index: %v", n)
		}
		d.Target = int(i)
	}
	for _, p := range anys(m["places"]) {
		n, ok := p.(json.Number)
		if !ok {
			return d, fmt.Errorf("places holds something that is no index: %v", p)
		}
		i, err := n.Int64()
		if err != nil || i < 0 {
			return d, fmt.Errorf("places holds something that is no index: %v", n)
		}
		d.Places = append(d.Places, int(i))
	}
	slices.Sort(d.Places)
	d.About = list(m["about"])
	slices.Sort(d.About)
	for _, q := range list(m["also"]) {
		if !slices.Contains(r.Also, graph.RequirementID(q)) {
			return d, fmt.Errorf("a result cites %s, which METADATA custom.also does not list", q)
		}
		d.Also = append(d.Also, graph.RequirementID(q))
	}
	slices.Sort(d.Also)
	for _, q := range list(m["rests_on"]) {
		id := graph.RequirementID(q)
		if !slices.Contains(r.Also, id) && !slices.Contains(r.Requirements, id) {
			return d, fmt.Errorf("a result rests on %s, which METADATA lists neither in custom.requirements nor in custom.also", q)
		}
		d.RestsOn = append(d.RestsOn, id)
	}
	slices.Sort(d.RestsOn)
	basis, _ := m["basis"].(string)
	d.Basis = finding.Basis(basis)
	d.Remedy, _ = m["remedy"].(string)
	return d, nil
}

// abouts are what a result may be about, besides settings and documents.
var abouts = []string{"operator", "custody", "cleartext", "maker", "support", "partial", "papers"}

// wellFormed refuses what would otherwise be left out in silence.
func wellFormed(m map[string]any) error {
	for _, k := range []string{"places", "about", "also", "rests_on"} {
		if _, isList := m[k].([]any); m[k] != nil && !isList {
			return fmt.Errorf("%s is no list or set: %v", k, m[k])
		}
	}
	if _, isNumber := m["target"].(json.Number); m["target"] != nil && !isNumber {
		return fmt.Errorf("target is not an index: %v", m["target"])
	}
	for _, a := range list(m["about"]) {
		if !slices.Contains(abouts, a) && !strings.HasPrefix(a, "setting:") && !strings.HasPrefix(a, "document:") {
			return fmt.Errorf("a result is about %q; it may be about %s, setting:NAME, document:FACT", a, strings.Join(abouts, ", "))
		}
	}
	switch m["basis"] {
	case nil, string(finding.OnPerimeter), string(finding.OnRequirement):
		return nil
	}
	return fmt.Errorf("a result has the basis %v; it must be perimeter or requirement", m["basis"])
}

func anys(x any) []any { l, _ := x.([]any); return l }

// why words the reason behind a decision, for {why} in its message.
func (q *Question) why(d *Decision, rs *reasons) string {
	ps, target := q.Places, ""
	if d.Target >= 0 && d.Target < len(q.Targets) {
		t := &q.Targets[d.Target]
		if t.Unknown != "" {
			return t.Unknown
		}
		ps, target = t.Places, rs.targets[d.Target]
	}
	for _, i := range d.Places {
		if i < len(ps) && ps[i].Unknown != "" {
			return ps[i].Unknown
		}
	}
	if d.Status != finding.Fail { // what fails does so whether its place is claimed or certain
		if s := doubt(ps, d.Places); s != "" {
			return s
		}
	}
	if target != "" {
		return target
	}
	for _, about := range d.About {
		if s := q.reason(about, rs); s != "" {
			return s
		}
	}
	if q.Partial != "" {
		return q.Partial
	}
	return "no reason is recorded"
}

// doubt is why a place that is known is not certain.
func doubt(ps []graph.Place, at []int) string {
	for _, i := range at {
		if i < len(ps) && !ps[i].Confidence.Firm() {
			return "that it is in " + graph.Listed(ps[i].Countries) + " is only claimed, no source is cited"
		}
	}
	for _, i := range at {
		if i < len(ps) && len(ps[i].Perhaps) > 0 {
			return "depending on what is chosen there, it may also be in " + graph.Listed(ps[i].Perhaps)
		}
	}
	return ""
}

func (q *Question) reason(about string, rs *reasons) string {
	name, isSetting := strings.CutPrefix(about, "setting:")
	switch {
	case isSetting:
		return q.Settings[name].Unknown
	case about == "operator":
		return rs.operator
	case about == "custody":
		return rs.custody
	case about == "cleartext":
		return rs.clear
	case about == "maker":
		return rs.maker
	case about == "support":
		return rs.support
	case about == "partial":
		return q.Partial
	}
	return ""
}
