package shell

import "strings"

// psReader reads the statements of a script of PowerShell one after the other,
// whatever conditions and functions they stand in. A variable that these set to
// different values is not known.
type psReader struct {
	*reader
	depth  int                        // of blocks
	params bool                       // within the parameters of a script or function
	maybe  []string                   // variables of the environment that a block sets and nothing before
	tables map[string]map[string]word // that commands are given by @name, as @{ Uri = '…' }; nil is one that is not known
	places map[string]word            // where repositories are that the script registers
}

// expression is the value of terms with + between them. Any other operator computes.
func (r *psReader) expression(ts []psTerm) word {
	if len(ts)%2 == 0 {
		return unknown("it is computed")
	}
	var out word
	for i := range ts {
		t := &ts[i]
		switch {
		case t.comma && i > 0, i%2 == 1 && !t.is("+"), i%2 == 0 && t.command():
			return unknown("it is computed")
		case i%2 == 0:
			out.add(r.value(t))
		}
	}
	return out
}

// command reports whether a term is a word that is no value: one without quotes that is
// no number.
func (t *psTerm) command() bool {
	if !t.bare || len(t.pieces) == 0 {
		return false
	}
	p := &t.pieces[0]
	return p.variable == "" && !p.computed && strings.Trim(p.text, "0123456789") != ""
}

// value is that of a term.
func (r *psReader) value(t *psTerm) word {
	switch {
	case t.kind == '(' && len(t.group) == 1:
		return r.expression(t.group[0].terms)
	case t.kind != 0:
		return unknown("it is computed")
	}
	var out word
	for i := range t.pieces {
		p := &t.pieces[i]
		switch {
		case p.computed && p.variable != "":
			out.add(unknown("it is computed from " + p.variable))
		case p.computed:
			out.add(unknown("it is computed"))
		case p.variable != "":
			out.add(r.variable(p.variable))
		default:
			out.add(word{text: p.text})
		}
		if len(out.text) > maxValue {
			return unknown("it is too long")
		}
	}
	return out
}

// variable is the value of one. Names have no letter case; those of the environment are
// as they are there.
func (r *psReader) variable(name string) word {
	if env, ok := scoped(name, "env"); ok {
		if v, ok := r.vars[env]; ok {
			return v
		}
		return unknown(r.unset(env))
	}
	if v, ok := r.vars[keyed(name)]; ok {
		return v
	}
	return unknown(r.unset(name))
}

// keyed is the name of a variable of the script's among those of the environment.
func keyed(name string) string {
	for _, scope := range []string{"script", "global", "local", "private"} {
		if rest, ok := scoped(name, scope); ok {
			name = rest
		}
	}
	return "$" + strings.ToLower(name)
}

func scoped(name, scope string) (string, bool) {
	before, rest, ok := strings.Cut(name, ":")
	return rest, ok && strings.EqualFold(before, scope)
}

// assign reads the assignments of a statement: one, or those of the parameters of a
// script.
func (r *psReader) assign(ts []psTerm) {
	for i := range ts {
		name, op := assigned(ts[i:])
		if op == "" {
			continue
		}
		end := i + 2
		for end < len(ts) && !(r.params && ts[end].comma) {
			end++
		}
		rest := ts[i+2 : end]
		computed := unknown("the variable " + name + " is computed")
		if list := ts[:i]; !r.params && i > 0 && ts[i].comma { // $a, $b = …
			r.unknown(list)
			r.set(name, computed)
			return
		}
		v := computed
		if op == "=" || op == "+=" {
			v = r.expression(rest)
		}
		if v == unknown("it is computed") {
			v = computed
		}
		if old := r.variable(name); op == "+=" && v != computed {
			old.add(v)
			v = old
		}
		if len(v.text) > maxValue {
			v = unknown("the variable " + name + " is too long")
		}
		r.table(name, op, rest)
		r.set(name, v)
	}
	r.entry(ts)
}

// unknown makes the variables of a list unknown.
func (r *psReader) unknown(list []psTerm) {
	for i := range list {
		if name := list[i].name(); name != "" {
			r.set(name, unknown("the variable "+name+" is computed"))
		}
	}
}

// name is the variable that a term is, or begins to be of which a member is taken.
func (t *psTerm) name() string {
	if t.kind != 0 || len(t.pieces) == 0 {
		return ""
	}
	return t.pieces[0].variable
}

// assigned is the variable that the terms begin to assign to, and the operator.
func assigned(ts []psTerm) (name, op string) {
	if len(ts) < 2 || len(ts[0].pieces) != 1 || ts[0].pieces[0].computed || !ts[1].assigns() {
		return "", ""
	}
	if name = ts[0].name(); name == "" {
		return "", ""
	}
	return name, ts[1].pieces[0].text
}

func (r *psReader) set(name string, v word) {
	key := keyed(name)
	env, ok := scoped(name, "env")
	if ok {
		key = env
	}
	old, was := r.vars[key]
	switch {
	case r.depth > 0 && was && old != v:
		v = eitherWay(name)
	case r.depth > 0 && !was && ok:
		r.maybe = append(r.maybe, key)
	}
	r.vars[key] = v
}

func eitherWay(name string) word {
	return unknown("the variable " + name + " depends on which way the script takes")
}

// table notes the parameters that a table holds which a variable is set to.
func (r *psReader) table(name, op string, rest []psTerm) {
	name = strings.ToLower(name)
	_, was := r.tables[name]
	switch {
	case op != "=" || len(rest) != 1 || rest[0].kind != '@' || was && r.depth > 0:
		r.tables[name] = nil
		return
	}
	out := map[string]word{}
	for i := range rest[0].group {
		ts := rest[0].group[i].terms
		if len(ts) > 2 && len(ts[0].pieces) == 1 && ts[1].is("=") {
			out[strings.ToLower(ts[0].pieces[0].text)] = r.expression(ts[2:])
		}
	}
	r.tables[name] = out
}

// entry reads $table.Key = … and $table['Key'] = ….
func (r *psReader) entry(ts []psTerm) {
	if len(ts) < 3 || ts[0].name() == "" || len(ts[0].pieces) < 2 || !ts[1].assigns() {
		return
	}
	name := strings.ToLower(ts[0].name())
	table := r.tables[name]
	if table == nil {
		return
	}
	key := ""
	for _, p := range ts[0].pieces[1:] {
		if p.computed || p.variable != "" {
			r.tables[name] = nil
			return
		}
		key += p.text
	}
	v := r.expression(ts[2:])
	if !ts[1].is("=") || r.depth > 0 {
		v = unknown("it is computed")
	}
	table[strings.ToLower(strings.Trim(key, ".[]"))] = v
}
