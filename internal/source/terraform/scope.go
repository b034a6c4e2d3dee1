package terraform

import (
	"fmt"

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
	maxSteps    = 2_000_000
	maxAllSteps = 100_000_000
	maxElements = 1_000_000
	// maxText bounds the bytes of one string, maxEvalText those of all strings
	// that one evaluation makes.
	maxText     = 8 << 20
	maxEvalText = 32 << 20
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
