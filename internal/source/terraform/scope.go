package terraform

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"
)

// A scope is where an expression is evaluated: a module instance, the
// instance of a block, and the variables that expressions bind themselves.
type scope struct {
	m         *modInst
	key, val  cty.Value // each.key and each.value; NilVal outside for_each
	count     cty.Value // count.index
	self      *instance
	vars      *binding
	element   cty.Value // what a splat is at
	insideTry bool
	onlyVars  map[string]cty.Value // inside templatefile: nothing else exists
	templates int                  // how many templates are being rendered around
}

// A binding is a variable of a for expression or of a dynamic block.
type binding struct {
	name string
	val  cty.Value
	next *binding
}

func (s *scope) lookup(name string) (cty.Value, bool) {
	for b := s.vars; b != nil; b = b.next {
		if b.name == name {
			return b.val, true
		}
	}
	return cty.NilVal, false
}

// bind returns a scope with one more variable.
func (s *scope) bind(name string, v cty.Value) *scope {
	c := *s
	c.vars = &binding{name, v, s.vars}
	return &c
}

// trying returns the scope inside try and can.
func (s *scope) trying() *scope {
	if s.insideTry {
		return s
	}
	c := *s
	c.insideTry = true
	return &c
}

// A fault is why an expression is wrong, for a person.
type fault string

func (f fault) Error() string { return string(f) }

func faultf(format string, args ...any) error { return fault(fmt.Sprintf(format, args...)) }

// eval evaluates an expression. Errors stay errors, so that try can see them.
func (s *scope) eval(e expr) (cty.Value, error) {
	if l, ok := e.(lit); ok {
		return l.v, nil
	}
	r := s.m.root
	if r.depth++; r.depth > maxDepth {
		r.depth--
		return cty.NilVal, faultf("expressions refer to each other more than %d deep", maxDepth)
	}
	v, err := e.eval(s)
	r.depth--
	return v, err
}

// part evaluates a part of a larger expression: outside try, a faulty part is
// unknown and the rest of the value can still be used.
func (s *scope) part(e expr) (cty.Value, error) {
	v, err := s.eval(e)
	if err != nil && !s.insideTry {
		return unknown(err.Error()), nil
	}
	return v, err
}

// value evaluates an expression whose faults are unknown values.
func (s *scope) value(e expr) cty.Value {
	v, err := s.eval(e)
	if err != nil {
		return unknown(err.Error())
	}
	return v
}

const (
	// maxDepth bounds the stack of the evaluator.
	maxDepth = 40_000
	// maxSteps bounds the elements that one evaluation goes through, that of a
	// local, a count or a reading, maxAllSteps those of expanding a whole root;
	// maxElements bounds one collection. The first bound is what keeps an answer
	// from depending on what was asked before.
	maxSteps    = 5_000_000
	maxAllSteps = 100_000_000
	maxElements = 1_000_000
	// maxText bounds the bytes of one string, maxEvalText those of all strings
	// that one evaluation makes.
	maxText     = 8 << 20
	maxEvalText = 128 << 20
	// maxInstances bounds one block, maxTotal one root.
	maxInstances = 250_000
	maxTotal     = 1_000_000
)

// spend counts n evaluated elements.
func (s *scope) spend(n int) error {
	r := s.m.root
	if n > maxElements {
		return faultf("a collection of %d elements is more than the limit of %d", n, maxElements)
	}
	if r.steps += n; r.steps > maxSteps {
		return faultf("it takes more than %d collection elements to evaluate this", maxSteps)
	}
	if r.expanding {
		if r.allSteps += n; r.allSteps > maxAllSteps {
			return faultf("this root evaluates more than %d collection elements", maxAllSteps)
		}
	}
	return nil
}

// spendText counts n bytes of text.
func (s *scope) spendText(n int) error {
	if s.m.root.text += n; s.m.root.text > maxEvalText {
		return faultf("it takes more than %d MiB of text to evaluate this", maxEvalText>>20)
	}
	return nil
}

// apart runs f as an evaluation with bounds of its own.
func (r *rootEval) apart(f func()) {
	steps, text := r.steps, r.text
	r.steps, r.text = 0, 0
	f()
	r.steps, r.text = steps, text
}

// A rootEval is the evaluation of one root. Its lock is held while the root
// is read and then by each Read of a reader, so readers may be used from
// several goroutines; they wait for each other only within one root.
type rootEval struct {
	sync.Mutex
	ld        *loader
	opt       *Options
	dir       string
	top       *modInst
	manifest  map[string]manifestEntry
	given     map[string]given
	depth     int
	steps     int
	allSteps  int
	text      int
	expanding bool
	instances int
	stack     []string
	out       rootFacts
	providers map[providerKey]*provider
	missing   map[string]bool
}

// A memo holds a value that is evaluated once.
type memo struct {
	state byte // 0 not yet, 1 running, 2 done
	val   cty.Value
}

// once evaluates f into the memo. Meeting the memo while it is running is a
// cycle; every member of it is unknown and names the whole chain.
func (r *rootEval) once(m *memo, name func() string, f func() cty.Value) cty.Value {
	switch m.state {
	case 2:
		return m.val
	case 1:
		return unknown(r.cycle(name()))
	}
	m.state = 1
	r.stack = append(r.stack, name())
	var v cty.Value
	r.apart(func() { v = f() })
	r.stack = r.stack[:len(r.stack)-1]
	if tooHeavy(v) {
		v = unknown(fmt.Sprintf("%s has more than %d parts", name(), maxWeight))
	}
	m.state, m.val = 2, v
	return v
}

// cycle words the chain that leads back to name, from its smallest member on,
// so that it reads the same wherever it was entered.
func (r *rootEval) cycle(name string) string {
	at := slices.Index(r.stack, name)
	if at < 0 {
		at = len(r.stack) - 1
	}
	chain := slices.Clone(r.stack[max(at, 0):])
	least := 0
	for i := range chain {
		if chain[i] < chain[least] {
			least = i
		}
	}
	chain = append(chain[least:], chain[:least]...)
	if len(chain) > 8 {
		chain = append(chain[:8:8], "…")
	}
	return "it refers to itself: " + strings.Join(append(chain, chain[0]), " -> ")
}

// maxWeight bounds the parts of one value. Values share their parts, so a few
// lines that double a list forty times would be walked for ever.
const maxWeight = 2_000_000

func tooHeavy(v cty.Value) bool {
	left := maxWeight
	return !weigh(v, &left)
}

// weigh counts the parts of v down and reports whether they were enough.
func weigh(v cty.Value, left *int) bool {
	if *left--; *left < 0 {
		return false
	}
	ty := v.Type()
	if ty.IsPrimitiveType() || ty == cty.DynamicPseudoType || !ty.IsObjectType() && !ty.IsTupleType() && !ty.IsCollectionType() {
		return true
	}
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() {
		return true
	}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if !weigh(e, left) {
			return false
		}
	}
	return true
}
