package code

import (
	"strings"
)

const (
	maxDepth = 100  // of brackets in brackets
	maxRange = 2000 // of tokens beside one another in one value
)

// eval reads the tokens of a range as a value.
func (p *parser) eval(from, to, depth int) Value {
	for from < to && p.tokens[from].kind == tIdent && p.syn.quiet[p.tokens[from].text] && from+1 < to || from < to && (p.is(from, "&") || p.is(from, "*")) {
		from++
	}
	to = p.shorter(from, to)
	if from >= to {
		return Value{Kind: Other}
	}
	line := int(p.tokens[from].line)
	none := Value{Kind: Other, Line: line}
	if depth > maxDepth {
		return none
	}
	if to == from+1 {
		return p.single(from)
	}
	cut := p.operators(from, to)
	switch {
	case cut.bad:
		return none
	case cut.from >= 0: // a if c else b, c ? a : b
		if cut.to < 0 {
			return none
		}
		if p.syn.layout {
			return either(line, p.eval(from, cut.from, depth+1), p.eval(cut.to+1, to, depth+1))
		}
		return either(line, p.eval(cut.from+1, cut.to, depth+1), p.eval(cut.to+1, to, depth+1))
	case len(cut.or) > 0:
		return either(line, p.pieces(from, to, cut.or, depth)...)
	case len(cut.plus) > 0:
		return p.filled(Value{Kind: Other, Line: line, Items: p.pieces(from, to, cut.plus, depth)})
	case cut.format > 0:
		v := p.eval(from, cut.format, depth+1)
		v.Open = v.Kind == String
		return v
	}
	return p.primary(from, to, depth, line)
}

// shorter leaves off what follows a value and says nothing of it.
func (p *parser) shorter(from, to int) int {
	for n := 0; to-from > 1 && n < 8; n++ {
		switch {
		case p.is(to-1, "!") || p.is(to-1, "?") || p.is(to-1, ";"):
			to--
		case to-from > 2 && p.ident(to-1) && (p.is(to-2, "as") || p.is(to-2, "satisfies")) && !p.syn.layout:
			to -= 2
		default:
			return to
		}
	}
	return to
}

// cuts are the operators of a value that are understood, the loosest counting.
type cuts struct {
	from, to int // of a condition
	or, plus []int
	format   int
	bad      bool
}

func (p *parser) operators(from, to int) cuts {
	c := cuts{from: -1, to: -1}
	n := 0
	for i := from; i < to; i = p.next(i) {
		if n++; n > maxRange {
			c.bad = true
			return c
		}
		t := &p.tokens[i]
		if t.kind == tIdent && p.syn.layout {
			switch t.text {
			case "if":
				if c.from < 0 {
					c.from = i
				}
			case "else":
				if c.to < 0 {
					c.to = i
				}
			case "or":
				c.or = append(c.or, i)
			case "lambda", "for", "yield":
				c.bad = true
				return c
			case "and", "not", "in", "is":
				c.bad = c.from < 0
			}
			continue
		}
		if t.kind != tPunct {
			continue
		}
		switch t.text {
		case "?":
			if c.from < 0 {
				c.from = i
			}
		case ":":
			if c.from >= 0 && c.to < 0 {
				c.to = i
			}
		case "||", "??", "?:":
			c.or = append(c.or, i)
		case "+":
			if i > from {
				c.plus = append(c.plus, i)
			}
		case "%":
			c.format = i
		case "=>", "->", "=", ",":
			c.bad = true
			return c
		case "==", "!=", "===", "!==", "&&", "-", "*", "/", "<=", ">=", "|", "&", "..":
			// In a condition it says nothing of the value.
			if c.from < 0 && !p.ahead(i, to) {
				c.bad = true
				return c
			}
		}
	}
	return c
}

// ahead reports whether a condition ends with a question mark further on.
func (p *parser) ahead(i, to int) bool {
	for n := 0; i < to && n < 40; i, n = p.next(i), n+1 {
		if p.is(i, "?") {
			return !p.syn.layout
		}
	}
	return false
}

// pieces reads what stands between operators.
func (p *parser) pieces(from, to int, at []int, depth int) []Value {
	var vs []Value
	for _, i := range append(at, to) {
		if i > from {
			vs = append(vs, p.eval(from, i, depth+1))
		}
		from = i + 1
	}
	return vs
}

var constants = words("True False None true false null undefined nil")

// single reads a value of one token.
func (p *parser) single(i int) Value {
	t := &p.tokens[i]
	v := Value{Line: int(t.line), Text: t.text, size: 1}
	switch {
	case t.kind == tString:
		v.Kind = String
	case t.kind == tNumber, constants[t.text]:
		v.Kind = Number
	case t.kind == tIdent:
		v.Kind = Name
	default:
		v.Text = ""
	}
	return v
}

// primary reads a value without operators.
func (p *parser) primary(from, to, depth, line int) Value {
	none := Value{Kind: Other, Line: line}
	first, last := &p.tokens[from], &p.tokens[to-1]
	if first.kind == tString || first.kind == tOpen {
		return p.text(from, to, depth, line)
	}
	if first.kind == tPunct && int(first.match) == to-1 {
		switch first.text {
		case "(":
			return p.round(from, to-1, depth, line)
		case "[":
			return p.list(from+1, to-1, depth, line)
		case "{":
			return p.braced(from+1, to-1, depth, line)
		}
	}
	if last.kind == tPunct && last.match >= int32(from) {
		open := int(last.match)
		switch last.text {
		case ")":
			if c := int(p.callAt[open]); c >= 0 && p.sites[c].head == from {
				return p.result(c, depth, line)
			}
		case "]":
			if p.is(open-1, "!") || p.is(open-2, "[") { // vec![…]
				return p.list(open+1, to-1, depth, line)
			}
			return p.subscript(from, open, to-1, line)
		case "}":
			if c := int(p.callAt[open]); c >= 0 && p.sites[c].head == from {
				return p.result(c, depth, line)
			}
			if p.is(open-1, "]") || p.is(open-1, ")") && p.callAt[p.tokens[open-1].match] < 0 { // new[] {…}
				return p.list(open+1, to-1, depth, line)
			}
			if open > from && p.tokens[open-1].text == ")" { // new T(…) {…}
				return p.eval(from, open, depth+1)
			}
		}
		return none
	}
	return p.dotted(from, to, line)
}

// text joins literals that stand beside one another, and fills holes.
func (p *parser) text(from, to, depth, line int) Value {
	var parts []Value
	for i := from; i < to; i = p.next(i) {
		t := &p.tokens[i]
		switch {
		case t.kind == tString:
			parts = append(parts, p.single(i))
		case t.kind == tOpen && t.match > 0:
			for j := i + 1; j < int(t.match); j = p.next(j) {
				switch {
				case p.tokens[j].kind == tString:
					parts = append(parts, p.single(j))
				case p.is(j, "{") && p.tokens[j].match > 0:
					parts = append(parts, p.eval(j+1, int(p.tokens[j].match), depth+1))
				}
			}
			if int(t.match) == i+1 {
				parts = append(parts, Value{Kind: String})
			}
		case p.is(i, ".") && len(parts) > 0:
			v := p.filled(Value{Kind: Other, Line: line, Items: parts})
			v.Open = v.Open || p.ident(i+1) && !keeping[p.tokens[i+1].text]
			return v
		default:
			return Value{Kind: Other, Line: line}
		}
	}
	return p.filled(Value{Kind: Other, Line: line, Items: parts})
}

// keeping are methods of texts after which they are still the same address or name.
var keeping = words("to_string to_owned into as_str strip rstrip lstrip trim toString lower toLowerCase encode trimIndent intern")

// filled is a text whose names are looked up later; see [parser.settle].
func (p *parser) filled(v Value) Value {
	if v.Kind != Other || v.Items == nil {
		return v
	}
	items := v.Items
	for _, x := range items {
		if x.Kind == Name {
			return Value{Kind: concat, Items: items, Line: v.Line}
		}
	}
	return joined(v.Line, items...)
}

// concat is a text with names in its holes that are not looked up yet.
const concat ValueKind = 255

// round reads what stands between round brackets: a value or a tuple.
func (p *parser) round(open, end, depth, line int) Value {
	for i := open + 1; i < end; i = p.next(i) {
		if p.is(i, ",") && p.syn.layout {
			return p.list(open+1, end, depth, line)
		}
	}
	return p.eval(open+1, end, depth+1)
}

// list reads elements between commas.
func (p *parser) list(from, to, depth, line int) Value {
	v := Value{Kind: List, Line: line}
	p.split(from, to, func(a, b int) {
		v.Items = append(v.Items, p.eval(a, b, depth+1))
	})
	if len(v.Items) == 1 && p.comprehension(from, to) {
		return Value{Kind: Other, Line: line}
	}
	return measured(v)
}

func (p *parser) comprehension(from, to int) bool {
	for i, n := from, 0; i < to && n < maxRange; i, n = p.next(i), n+1 {
		if p.syn.layout && p.is(i, "for") {
			return true
		}
	}
	return false
}

// braced reads a map or a set.
func (p *parser) braced(from, to, depth, line int) Value {
	v := Value{Kind: Map, Line: line}
	p.split(from, to, func(a, b int) {
		if p.is(a, "...") || p.is(a, "**") {
			v.Keys, v.Items = append(v.Keys, "*"), append(v.Items, p.eval(a+1, b, depth+1))
			return
		}
		colon := a
		for n := 0; colon < b && !p.is(colon, ":") && !p.is(colon, "="); colon = p.next(colon) {
			if n++; n > 8 {
				colon = b
				break
			}
		}
		switch {
		case colon < b && colon == a+1 && (p.tokens[a].kind == tIdent && !p.syn.layout || p.tokens[a].kind == tString):
			v.Keys, v.Items = append(v.Keys, p.tokens[a].text), append(v.Items, p.eval(colon+1, b, depth+1))
		case colon < b:
			v.Keys, v.Items = append(v.Keys, ""), append(v.Items, p.eval(colon+1, b, depth+1))
		case b == a+1 && p.ident(a) && !p.syn.layout: // {model}
			v.Keys, v.Items = append(v.Keys, p.tokens[a].text), append(v.Items, p.single(a))
		default:
			v.Keys, v.Items = append(v.Keys, ""), append(v.Items, p.eval(a, b, depth+1))
		}
	})
	if p.syn.layout && len(v.Items) > 0 && strings.Join(v.Keys, "") == "" && !p.colons(from, to) {
		v.Kind, v.Keys = List, nil
	}
	return measured(v)
}

func (p *parser) colons(from, to int) bool {
	for i, n := from, 0; i < to && n < 40; i, n = p.next(i), n+1 {
		if p.is(i, ":") {
			return true
		}
	}
	return false
}

// split calls f for each range between commas. In Python those of x for a, b in
// y and of lambda a, b: c stand within one.
func (p *parser) split(from, to int, f func(from, to int)) {
	begin, until := from, ""
	for i := from; i < to; i = p.next(i) {
		if p.syn.layout && p.tokens[i].kind != tString {
			switch text := p.tokens[i].text; {
			case until != "":
				if text == until {
					until = ""
				}
				continue
			case text == "for":
				until = "in"
			case text == "lambda":
				until = ":"
			}
		}
		if p.is(i, ",") {
			if i > begin {
				f(begin, i)
			}
			begin = i + 1
		}
	}
	if begin < to {
		f(begin, to)
	}
}
