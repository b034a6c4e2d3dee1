package terraform

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"
)

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
	grunt     *gruntContext // of a configuration of Terragrunt; nil elsewhere
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
	if typeWeight(ty, left) {
		return *left >= 0
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

// typeWeight takes the number of parts off left where the type alone fixes it,
// as in decoded documents, which are objects and tuples all the way down. It
// reports false, and takes nothing, when a collection is among them.
func typeWeight(ty cty.Type, left *int) bool {
	before := *left
	if !fixedWeight(ty, left) {
		*left = before
		return false
	}
	return true
}

func fixedWeight(ty cty.Type, left *int) bool {
	switch {
	case *left < 0:
		return true
	case ty.IsObjectType():
		for _, t := range ty.AttributeTypes() {
			*left--
			if !fixedWeight(t, left) {
				return false
			}
		}
	case ty.IsTupleType():
		for _, t := range ty.TupleElementTypes() {
			*left--
			if !fixedWeight(t, left) {
				return false
			}
		}
	case ty.IsCollectionType():
		return false
	}
	return true
}
