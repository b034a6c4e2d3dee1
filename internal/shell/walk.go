package shell

import (
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxItems is how many turns of a loop are read one by one, and maxValue how long
// a variable may become.
const (
	maxItems = 64
	maxValue = 8 << 10
)

func (r *reader) stmt(s *syntax.Stmt) {
	if s == nil || r.budget <= 0 {
		return
	}
	if r.budget--; r.budget <= 0 {
		r.faults = append(r.faults, Fault{r.line + int(s.Pos().Line()), "the script has more commands than are read: split it"})
		return
	}
	r.cmd(s)
}

func (r *reader) stmts(ss []*syntax.Stmt) {
	for _, s := range ss {
		r.stmt(s)
	}
}

func (r *reader) cmd(s *syntax.Stmt) {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		r.call(c, s.Redirs, "")
	case *syntax.BinaryCmd:
		r.binary(c)
	case *syntax.Subshell:
		r.inner(c.Stmts)
	case *syntax.Block:
		r.stmts(c.Stmts)
	case *syntax.IfClause:
		r.branches(ifs(c))
	case *syntax.WhileClause:
		r.stmts(c.Cond)
		r.branches([][]*syntax.Stmt{c.Do, nil})
	case *syntax.ForClause:
		r.loop(c)
	case *syntax.CaseClause:
		bs := [][]*syntax.Stmt{nil}
		for _, it := range c.Items {
			bs = append(bs, it.Stmts)
		}
		r.branches(bs)
	case *syntax.FuncDecl:
		if c.Name != nil && c.Body != nil {
			r.funcs[c.Name.Value] = &function{body: c.Body, line: r.line}
		}
	case *syntax.DeclClause:
		for _, a := range c.Args {
			r.assign(a)
		}
	case *syntax.TimeClause:
		r.stmt(c.Stmt)
	case *syntax.CoprocClause:
		r.stmt(c.Stmt)
	}
	for _, rd := range s.Redirs {
		if rd.Hdoc == nil {
			r.word(rd.Word) // commands in it run
		}
	}
}

// ifs are the ways through a conditional: each with what is asked before it.
func ifs(c *syntax.IfClause) [][]*syntax.Stmt {
	var out [][]*syntax.Stmt
	var asked []*syntax.Stmt
	for ; c != nil; c = c.Else {
		asked = append(asked, c.Cond...)
		out = append(out, slices.Concat(c.Cond, c.Then))
		if c.Else == nil && len(c.Cond) > 0 {
			out = append(out, nil)
		}
	}
	return out
}

// branches reads every way. A variable counts afterwards when all ways leave it
// the same.
func (r *reader) branches(ways [][]*syntax.Stmt) {
	before := r.vars
	var after []map[string]word
	for _, w := range ways {
		r.vars = copied(before)
		r.stmts(w)
		after = append(after, r.vars)
	}
	merged := copied(before)
	for _, m := range after {
		for name, v := range m {
			if old, ok := before[name]; ok && old == v {
				continue
			}
			for _, other := range after {
				if o, ok := other[name]; !ok || o != v {
					merged[name] = unknown("the variable " + name + " depends on which way the script takes")
				}
			}
			if _, done := merged[name]; !done || merged[name] == before[name] {
				merged[name] = v
			}
		}
	}
	r.vars = merged
}

// loop takes a loop over words turn by turn.
func (r *reader) loop(c *syntax.ForClause) {
	it, ok := c.Loop.(*syntax.WordIter)
	if !ok || it.Name == nil || len(it.Items) == 0 || len(it.Items) > maxItems {
		if ok && it.Name != nil {
			r.vars[it.Name.Value] = unknown("the variable " + it.Name.Value + " takes the values of a loop")
		}
		r.branches([][]*syntax.Stmt{c.Do, nil})
		return
	}
	for _, w := range it.Items {
		v := r.word(w)
		if !v.known() || v.text == "*" {
			v = unknown("the variable " + it.Name.Value + " takes the values of a loop")
		}
		r.vars[it.Name.Value] = v
		r.stmts(c.Do)
	}
}

func (r *reader) binary(c *syntax.BinaryCmd) {
	switch c.Op {
	case syntax.Pipe, syntax.PipeAll:
		into := ""
		if y, ok := c.Y.Cmd.(*syntax.CallExpr); ok && len(y.Args) > 0 {
			into = r.word(y.Args[0]).text
		}
		if x, ok := c.X.Cmd.(*syntax.CallExpr); ok {
			r.call(x, c.X.Redirs, into)
		} else {
			r.stmt(c.X)
		}
		r.stmt(c.Y)
	case syntax.OrStmt:
		r.stmt(c.X)
		r.branches([][]*syntax.Stmt{{c.Y}, nil})
	default:
		r.stmt(c.X)
		r.stmt(c.Y)
	}
}

// assign gives a variable its value.
func (r *reader) assign(a *syntax.Assign) {
	if a == nil || a.Name == nil || a.Naked {
		return
	}
	name := a.Name.Value
	switch {
	case a.Array != nil || a.Index != nil:
		r.vars[name] = unknown("the variable " + name + " is a list")
	case a.Append:
		v := r.vars[name]
		v.add(r.word(a.Value))
		r.vars[name] = v
	default:
		r.vars[name] = r.word(a.Value)
	}
	if v := r.vars[name]; len(v.text) > maxValue {
		r.vars[name] = unknown("the variable " + name + " is too long")
	}
}

// A command is one call of a program.
type command struct {
	args []word // with the program
	line int
	env  map[string]word // what is set for this call only
	into string          // the program that its output is piped into
	file bool            // its output goes to a file
	doc  string          // what a here-document gives it
	at   int             // the line of doc
}

func (r *reader) call(c *syntax.CallExpr, redirs []*syntax.Redirect, into string) {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			r.assign(a)
		}
		return
	}
	cmd := &command{line: r.line + int(c.Pos().Line()), into: into}
	if len(c.Assigns) > 0 {
		saved := r.vars
		r.vars = copied(saved)
		for _, a := range c.Assigns {
			r.assign(a)
		}
		defer func() { r.vars = saved }()
	}
	for _, a := range c.Args {
		cmd.args = append(cmd.args, r.split(a)...)
	}
	for _, rd := range redirs {
		switch rd.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrAll, syntax.AppAll, syntax.RdrClob:
			if rd.N == nil || rd.N.Value == "1" {
				cmd.file = r.word(rd.Word).text != "/dev/null"
			}
		case syntax.Hdoc, syntax.DashHdoc:
			if rd.Hdoc != nil {
				cmd.doc, cmd.at = r.heredoc(rd), r.line+int(rd.Hdoc.Pos().Line())
			}
		case syntax.WordHdoc:
			cmd.doc, cmd.at = r.word(rd.Word).text, cmd.line
		}
	}
	r.command(cmd)
}

// heredoc is the text of a here-document; what is not known of it becomes a
// variable that nothing sets.
func (r *reader) heredoc(rd *syntax.Redirect) string {
	var out word
	for _, p := range rd.Hdoc.Parts {
		switch l, ok := p.(*syntax.Lit); {
		case !ok:
			out.add(r.part(p))
		case rd.Word.Lit() == "":
			out.add(word{text: clean(l.Value)}) // the end is quoted: nothing in it is special
		default:
			out.add(word{text: unquote(l.Value)})
		}
	}
	return strings.ReplaceAll(out.text, string(hole), "$__unknown")
}

// split expands a word; what is not quoted and a variable alone becomes as many
// words as it has.
func (r *reader) split(w *syntax.Word) []word {
	if len(w.Parts) == 1 {
		if p, ok := w.Parts[0].(*syntax.ParamExp); ok {
			v := r.param(p)
			if v.known() {
				var out []word
				for _, f := range fields(v.text) {
					out = append(out, word{text: f})
				}
				return out
			}
			return []word{v}
		}
	}
	return []word{r.word(w)}
}

// A function is read where it is called, with its arguments, and at the end when
// nothing calls it.
type function struct {
	body   *syntax.Stmt
	line   int
	called bool
	open   bool
}

func (r *reader) invoke(f *function, args []word) {
	if f.open {
		return
	}
	f.open, f.called = true, true
	saved, line := map[string]word{}, r.line
	names := []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}
	for i, n := range names {
		if v, ok := r.vars[n]; ok {
			saved[n] = v
		}
		delete(r.vars, n)
		if i < len(args) {
			r.vars[n] = args[i]
		}
	}
	r.line = f.line
	r.stmt(f.body)
	r.line = line
	for _, n := range names {
		delete(r.vars, n)
	}
	for n, v := range saved {
		r.vars[n] = v
	}
	f.open = false
}

// uncalled reads the functions that nothing called, in order.
func (r *reader) uncalled() {
	for _, name := range slices.Sorted(maps.Keys(r.funcs)) {
		if f := r.funcs[name]; !f.called {
			saved := r.vars
			r.vars = copied(saved)
			r.invoke(f, nil)
			r.vars = saved
		}
	}
}
