package terraform

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Provenance travels as cty marks, so that every operation and function of
// go-cty carries it on without knowing it.

// A cause says, for a person, why a value is unknown.
type cause string

// A refMark says that a value was computed from an asset.
type refMark struct{ in *instance }

// An allMark stands for a refMark of every instance of one resource. It keeps
// a value computed from 20,000 instances from carrying 20,000 marks around.
type allMark struct{ x *expansion }

// An addrMark is a reference to an asset without instances of its own: a
// module that could not be read.
type addrMark string

// A lazyMark is carried by the placeholder of something whose attributes are
// evaluated one by one: a resource instance, a module instance, a nested block.
type lazyMark struct{ lazy lazy }

// lazy is what a placeholder stands for.
type lazy interface {
	// attr evaluates one attribute. Inside try and can, what may not exist is
	// unknown rather than assumed to exist.
	attr(s *scope, name string) (cty.Value, error)
	// index evaluates one element.
	index(s *scope, key cty.Value) (cty.Value, error)
	// plural reports that it stands for a collection of unknown size.
	plural() bool
	// mark is the reference that remains when the placeholder goes through an
	// operation that looks at it as a whole; nil for none.
	mark() any
}

// unknown returns a value of unknown type that carries its cause.
func unknown(why string) cty.Value { return cty.DynamicVal.Mark(cause(why)) }

// placeholder returns the value that stands for l in expressions.
func placeholder(l lazy) cty.Value { return cty.DynamicVal.Mark(lazyMark{l}) }

// lazyOf returns what v stands for, or nil. A value that several placeholders
// went into stands for none of them.
func lazyOf(v cty.Value) lazy {
	if !v.IsMarked() {
		return nil
	}
	var found lazy
	for m := range v.Marks() {
		if l, ok := m.(lazyMark); ok {
			if found != nil {
				return nil
			}
			found = l.lazy
		}
	}
	return found
}

// settle replaces placeholder marks by plain references. Every operation that
// makes a new value of its operands ends with it, because the result no longer
// stands for the instance: asking it for an attribute must not reach through.
func settle(v cty.Value) cty.Value {
	if !v.IsMarked() {
		return v
	}
	raw, marks := v.Unmark()
	return withMarks(raw, settled(marks))
}

// settled returns the marks without placeholders and documents, and few of them.
func settled(marks cty.ValueMarks) cty.ValueMarks {
	dirty := len(marks) > manyMarks
	for m := range marks {
		switch m.(type) {
		case lazyMark, documentMark, piecesMark:
			dirty = true
		}
	}
	if !dirty {
		return marks
	}
	out := make(cty.ValueMarks, len(marks))
	perBlock := map[*expansion]int{}
	literals := 0
	for m := range marks {
		if _, ok := m.(literalMark); ok {
			literals++
		}
	}
	for m := range marks {
		if _, ok := m.(literalMark); ok && literals > manyLiterals {
			continue
		}
		switch l := m.(type) {
		case documentMark, piecesMark:
			continue
		case lazyMark:
			if m = l.lazy.mark(); m == nil {
				continue
			}
		}
		if r, ok := m.(refMark); ok && len(marks) > manyMarks {
			perBlock[r.in.x]++
		}
		out[m] = struct{}{}
	}
	for x, n := range perBlock {
		if n == len(x.insts) && n > 1 {
			for _, in := range x.insts {
				delete(out, refMark{in})
			}
			out[allMark{x}] = struct{}{}
		}
	}
	return out
}

// manyMarks is where settled starts to fold marks together.
const manyMarks = 24

// manyLiterals is where a value is computed from so many constants that none of
// them decides it.
const manyLiterals = 256

// withMarks is WithMarks that costs nothing without marks.
func withMarks(v cty.Value, marks ...cty.ValueMarks) cty.Value {
	for _, m := range marks {
		if len(m) > 0 {
			v = v.WithMarks(m)
		}
	}
	return v
}

// refsOf returns the addresses that the marks refer to, sorted.
func refsOf(marks cty.ValueMarks) []graph.Address {
	var out []graph.Address
	for m := range marks {
		if l, ok := m.(lazyMark); ok {
			m = l.lazy.mark()
		}
		switch m := m.(type) {
		case refMark:
			out = append(out, m.in.address())
		case addrMark:
			out = append(out, graph.Address(m))
		case allMark:
			for _, in := range m.x.insts {
				out = append(out, in.address())
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// causeOf words why an unknown value with these marks is unknown.
func causeOf(marks cty.ValueMarks) string {
	var out []string
	for m := range marks {
		switch m := m.(type) {
		case cause:
			out = append(out, string(m))
		case lazyMark:
			if a := m.lazy.mark(); a != nil {
				for _, r := range refsOf(cty.NewValueMarks(a)) {
					out = append(out, string(r)+" is only known as a whole after apply")
				}
			}
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	const most = 3
	switch {
	case len(out) == 0:
		return "this cannot be known before apply"
	case len(out) > most:
		return strings.Join(out[:most], "; ") + "; and more"
	}
	return strings.Join(out, "; ")
}

// causesOnly keeps the causes among the marks: what an unknown condition or
// key passes on to a result that holds none of its data.
func causesOnly(marks cty.ValueMarks) cty.ValueMarks {
	out := cty.ValueMarks{}
	for m := range settled(marks) {
		if _, ok := m.(cause); ok {
			out[m] = struct{}{}
		}
	}
	return out
}

// deepMarks returns the marks of v and of everything in it, settled.
func deepMarks(v cty.Value) cty.ValueMarks {
	ty := v.Type()
	if ty.IsPrimitiveType() || ty == cty.DynamicPseudoType || !v.ContainsMarked() {
		return settled(v.Marks())
	}
	out := cty.ValueMarks{}
	left := maxWeight
	collectMarks(v, out, &left)
	return settled(out)
}

// collectMarks adds the marks of v and its parts, as many as can be looked at.
func collectMarks(v cty.Value, out cty.ValueMarks, left *int) {
	if *left--; *left < 0 {
		return
	}
	raw, marks := v.Unmark()
	for m := range marks {
		out[m] = struct{}{}
	}
	ty := raw.Type()
	if ty.IsPrimitiveType() || raw.IsNull() || !raw.IsKnown() || !raw.CanIterateElements() {
		return
	}
	for it := raw.ElementIterator(); it.Next(); {
		_, e := it.Element()
		collectMarks(e, out, left)
	}
}
