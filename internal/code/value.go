package code

import "strings"

// A ValueKind says what is written.
type ValueKind byte

// What is written.
const (
	Other  ValueKind = iota // an expression that decides at run time
	String                  // Text; with Open, parts of it are computed and stand as {name}
	Number                  // Text: a number, true, false or nothing (None, null, nil)
	Name                    // Text: a dotted name that is not known further
	Env                     // a variable of the environment named Text; Items hold the default, if any
	Result                  // what the call Call gives
	List                    // Items: a list, tuple or set
	Map                     // Items by Keys: an object, a dictionary
	Any                     // one of Items, which of them decides at run time
)

// A Value is an expression as far as it is understood.
type Value struct {
	Kind  ValueKind
	Text  string
	Open  bool
	Items []Value
	Keys  []string // "" where a key is computed, "*" for what is unpacked into a map
	Call  int
	Line  int
	size  int // of the tree below, so that names that stand for each other do not explode
}

// Known returns the string that the value is, when it is one and nothing of it
// is computed.
func (v Value) Known() (string, bool) {
	return v.Text, v.Kind == String && !v.Open
}

// Key returns the item of a map with one of the keys.
func (v Value) Key(names ...string) (Value, bool) {
	if v.Kind != Map {
		return Value{}, false
	}
	for _, n := range names {
		for i, k := range v.Keys {
			if k == n {
				return v.Items[i], true
			}
		}
	}
	return Value{}, false
}

// Texts are all strings that the value may be: its own, alternatives, the
// elements of a list and defaults of the environment.
func (v Value) Texts() []string {
	var out []string
	v.each(0, func(x Value) {
		if x.Kind == String {
			out = append(out, x.Text)
		}
	})
	return out
}

// Variables are the variables of the environment that the value may come from.
func (v Value) Variables() []string {
	var out []string
	v.each(0, func(x Value) {
		if x.Kind == Env {
			out = append(out, x.Text)
		}
	})
	return out
}

func (v Value) each(depth int, f func(Value)) {
	f(v)
	if depth > 8 || v.Kind == Map {
		return
	}
	for _, x := range v.Items {
		x.each(depth+1, f)
	}
}

// maxText and maxTree bound what names that stand for one another may grow to.
const (
	maxText = 64 << 10
	maxTree = 2000
)

// measured sets the size of a value with items; one that grows too large is Other.
func measured(v Value) Value {
	v.size = 1
	for _, x := range v.Items {
		v.size += max(x.size, 1)
	}
	if v.size > maxTree {
		return Value{Kind: Other, Line: v.Line}
	}
	return v
}

// either is one of the values; those that say nothing stay, as a sign that there is more.
func either(line int, vs ...Value) Value {
	var items []Value
	for _, v := range vs {
		if v.Kind == Any {
			items = append(items, v.Items...)
			continue
		}
		items = append(items, v)
	}
	if len(items) == 1 {
		return items[0]
	}
	return measured(Value{Kind: Any, Items: items, Line: line})
}

// joined is the text of values one after the other.
func joined(line int, vs ...Value) Value {
	var b strings.Builder
	out := Value{Kind: String, Line: line}
	known := false
	for _, v := range vs {
		text, open := hole(v)
		known = known || v.Kind == String || v.Kind == Env
		out.Open = out.Open || open
		b.WriteString(text)
	}
	if !known || b.Len() > maxText {
		return Value{Kind: Other, Line: line}
	}
	out.Text = b.String()
	return out
}

// hole is how a value stands within a text.
func hole(v Value) (string, bool) {
	switch v.Kind {
	case String:
		return v.Text, v.Open
	case Number:
		return v.Text, false
	case Env, Name:
		return "{" + v.Text + "}", true
	}
	return "{}", true
}
