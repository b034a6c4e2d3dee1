package code

import "strings"

// readers are functions that read a variable of the environment: the first
// argument names it, the second is what counts without it.
var readers = words("os.getenv os.environ.get os.environ.setdefault os.environ.pop os.environ os.Getenv os.LookupEnv " +
	"System.getenv std.env.var env.var std.env.var_os env.var_os std.env! env! option_env! " +
	"Environment.GetEnvironmentVariable System.Environment.GetEnvironmentVariable " +
	"Deno.env.get Bun.env decouple.config environ.Env.str env.str env.get process.env import.meta.env")

// result is what a call gives: a variable of the environment, or the call.
func (p *parser) result(c, depth, line int) Value {
	s := &p.sites[c]
	if s.on < 0 && readers[p.imported(strings.Join(s.parts, "."))] && s.open+1 < s.close {
		var args []Value
		p.split(s.open+1, min(s.close, len(p.tokens)), func(from, to int) {
			if p.ident(from) && p.is(from+1, "=") { // default=
				from += 2
			}
			args = append(args, p.eval(from, to, depth+1))
		})
		if len(args) > 0 && args[0].Kind == String && !args[0].Open {
			return Value{Kind: Env, Text: args[0].Text, Items: args[1:], Line: line, size: 1}
		}
	}
	return Value{Kind: Result, Call: c, Line: line, size: 1}
}

// subscript is x[…]: a variable of the environment, or a key of a map.
func (p *parser) subscript(from, open, end, line int) Value {
	base := p.dotted(from, open, line)
	if base.Kind != Name || end != open+2 || p.tokens[open+1].kind != tString {
		return Value{Kind: Other, Line: line}
	}
	if readers[p.imported(base.Text)] {
		return Value{Kind: Env, Text: p.tokens[open+1].text, Line: line, size: 1}
	}
	base.Text += "." + p.tokens[open+1].text
	return base
}

// dotted is a.b.c.
func (p *parser) dotted(from, to, line int) Value {
	var b strings.Builder
	name := true
	for i := from; i < to; i++ {
		switch {
		case name && p.ident(i):
			b.WriteString(p.tokens[i].text)
			name = false
		case !name && (p.is(i, ".") || p.is(i, "?.") || p.is(i, "::")):
			b.WriteByte('.')
			name = true
		case !name && p.is(i, "!"):
		default:
			return Value{Kind: Other, Line: line}
		}
	}
	text := b.String()
	for _, env := range []string{"process.env.", "import.meta.env.", "Bun.env."} {
		if v, ok := strings.CutPrefix(text, env); ok {
			return Value{Kind: Env, Text: v, Line: line, size: 1}
		}
	}
	if text == "" || strings.HasSuffix(text, ".") {
		return Value{Kind: Other, Line: line}
	}
	return Value{Kind: Name, Text: text, Line: line, size: 1}
}
