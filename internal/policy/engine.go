// Package policy asks the rules. Rules are Rego; OPA is used in this package
// only. What makes it fast: rules are compiled once and only those whose
// kinds occur, one prepared query a kind, and assets of one shape (equal in
// everything that a rule can see) are decided together.
package policy

import (
	"bytes"
	"context"
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
	if !slices.ContainsFunc(c.rules, func(r Rule) bool { return !r.ours() }) {
		c.compiler.WithSkipStages(checks...)
	}
	if c.compiler.Compile(modules); c.compiler.Failed() {
		return regoError("rules", c.compiler.Errors)
	}
	e.now.Store(c)
	return nil
}

// checks are the stages of the compiler that find faults and change nothing. Our
// own rules passed them in the tests; where a user's stand among them, all are run.
var checks = []ast.StageID{
	ast.StageCheckKeywordOverrides, ast.StageCheckDuplicateImports, ast.StageCheckVoidCalls, ast.StageCheckRuleConflicts,
	ast.StageCheckUndefinedFuncs, ast.StageCheckSafetyRuleHeads, ast.StageCheckRecursion, ast.StageCheckTypes,
	ast.StageCheckUnsafeBuiltins, ast.StageCheckDeprecatedBuiltins, ast.StageBuildRequiredCapabilities,
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
