package shell

import (
	"errors"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// hole stands in a text where something is not known.
const hole = '\x00'

// Hole is how who calls [Command] writes it: where a template puts something in.
const Hole = "\x00"

var errPanic = errors.New("the parser gave up")

func asParse(err error, to *syntax.ParseError) bool { return errors.As(err, to) }

// A word is a text with holes, and why there are some.
type word struct {
	text string
	why  string // of the first hole
}

func unknown(why string) word { return word{string(hole), why} }

// known reports whether nothing is missing in it.
func (w word) known() bool { return strings.IndexByte(w.text, hole) < 0 }

// part is the beginning that is known.
func (w word) part() string {
	s, _, _ := strings.Cut(w.text, string(hole))
	return s
}

// shown is the word for a person.
func (w word) shown() string { return strings.ReplaceAll(w.text, string(hole), "…") }

func (w *word) add(o word) {
	w.text += o.text
	if w.why == "" {
		w.why = o.why
	}
}

// word expands a word of the script.
func (r *reader) word(w *syntax.Word) word {
	var out word
	if w == nil {
		return out
	}
	for _, p := range w.Parts {
		out.add(r.part(p))
	}
	return out
}

func (r *reader) part(p syntax.WordPart) word {
	switch p := p.(type) {
	case *syntax.Lit:
		return word{text: unescape(p.Value)}
	case *syntax.SglQuoted:
		return word{text: clean(p.Value)}
	case *syntax.DblQuoted:
		return r.quoted(p.Parts)
	case *syntax.ParamExp:
		return r.param(p)
	case *syntax.CmdSubst:
		r.inner(p.Stmts)
		return unknown("it is what a command writes")
	case *syntax.ProcSubst:
		r.inner(p.Stmts)
		return unknown("it is what a command writes")
	}
	return unknown("it is computed")
}

// quoted expands what stands between double quotes.
func (r *reader) quoted(parts []syntax.WordPart) word {
	var out word
	for _, q := range parts {
		if l, ok := q.(*syntax.Lit); ok {
			out.add(word{text: unquote(l.Value)})
		} else {
			out.add(r.part(q))
		}
	}
	return out
}

// inner reads commands whose output becomes a part of a word. What they assign
// does not leave them.
func (r *reader) inner(ss []*syntax.Stmt) {
	saved := r.vars
	r.vars = copied(saved)
	for _, s := range ss {
		r.stmt(s)
	}
	r.vars = saved
}

// param expands $X, ${X:-word} and their like.
func (r *reader) param(p *syntax.ParamExp) word {
	if p.Param == nil {
		return unknown("it is computed")
	}
	name := p.Param.Value
	v, set := r.vars[name]
	if p.Length || p.Width || p.Excl || p.Index != nil || p.Slice != nil || p.Repl != nil || p.Names != 0 {
		return unknown("it is computed from " + name)
	}
	if p.Exp != nil {
		other := r.word(p.Exp.Word)
		empty := !set || v.text == ""
		switch p.Exp.Op {
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
			if empty {
				return other
			}
			return v
		case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
			if empty {
				return word{}
			}
			return other
		case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
			if set {
				return v
			}
		case syntax.RemSmallPrefix, syntax.RemLargePrefix:
			if set && v.known() && other.known() && !strings.ContainsAny(other.text, "*?[") {
				return word{text: strings.TrimPrefix(v.text, other.text)}
			}
			return unknown("it is computed from " + name)
		case syntax.RemSmallSuffix, syntax.RemLargeSuffix:
			if set && v.known() && other.known() && !strings.ContainsAny(other.text, "*?[") {
				return word{text: strings.TrimSuffix(v.text, other.text)}
			}
			return unknown("it is computed from " + name)
		default:
			return unknown("it is computed from " + name)
		}
	}
	if set {
		return v
	}
	return unknown(r.unset(name))
}

func (r *reader) unset(name string) string {
	if name == "@" || name == "*" || len(name) == 1 && name[0] >= '0' && name[0] <= '9' {
		return "it is an argument that is given when it runs"
	}
	if r.o.Unset != "" {
		return strings.ReplaceAll(r.o.Unset, "NAME", name)
	}
	return "nothing here sets the variable " + name
}

// clean takes out the character that stands for a hole.
func clean(s string) string { return strings.ReplaceAll(s, string(hole), "") }

// unescape takes the backslashes out of what is not quoted.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return clean(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return clean(b.String())
}

// unquote does so between double quotes, where a backslash escapes four
// characters only.
func unquote(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return clean(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("$`\"\\\n", s[i+1]) >= 0 {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return clean(b.String())
}

func copied(m map[string]word) map[string]word {
	out := make(map[string]word, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}
