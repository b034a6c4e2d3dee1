package shell

import "strings"

// psReader reads the statements of a script of PowerShell one after the other,
// whatever conditions and functions they stand in. A variable that these set to
// different values is not known.
type psReader struct {
	*reader
	depth  int                        // of blocks
	tables map[string]map[string]word // that commands are given by @name, as @{ Uri = '…' }
	places map[string]word            // where repositories are that the script registers
}

// value is that of a term.
func (r *psReader) value(t *psTerm) word {
	switch {
	case t.kind == '(' && len(t.group) == 1 && len(t.group[0].terms) == 1 && !t.group[0].terms[0].bare:
		return r.value(&t.group[0].terms[0])
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
		name, ok := assigned(ts[i:])
		if !ok {
			continue
		}
		end := i + 2
		for end < len(ts) && !(ts[end].comma && assigns(ts[end:])) {
			end++
		}
		rest := ts[i+2 : end]
		v := unknown("the variable " + name + " is computed")
		switch {
		case len(rest) == 1 && rest[0].kind == '@':
			r.table(name, &rest[0])
		case len(rest) == 1 && !(rest[0].bare && len(rest[0].pieces) == 1 && rest[0].pieces[0].variable == ""):
			v = r.value(&rest[0])
		}
		r.set(name, v)
	}
}

// assigned is the variable that the terms begin to assign to.
func assigned(ts []psTerm) (string, bool) {
	if len(ts) < 3 || len(ts[0].pieces) == 0 || !ts[1].bare || len(ts[1].pieces) != 1 || ts[1].pieces[0].text != "=" {
		return "", false
	}
	last := ts[0].pieces[len(ts[0].pieces)-1] // a type may stand before it
	return last.variable, last.variable != "" && !last.computed
}

// assigns reports whether the terms are an assignment, with a type before it or not.
func assigns(ts []psTerm) bool {
	for i := range min(len(ts), 4) {
		if _, ok := assigned(ts[i:]); ok {
			return true
		}
	}
	return false
}

func (r *psReader) set(name string, v word) {
	key := keyed(name)
	if env, ok := scoped(name, "env"); ok {
		key = env
	}
	if old, ok := r.vars[key]; ok && old != v && r.depth > 0 {
		v = unknown("the variable " + name + " depends on which way the script takes")
	}
	r.vars[key] = v
}

// table notes the parameters that a table holds.
func (r *psReader) table(name string, t *psTerm) {
	out := map[string]word{}
	for i := range t.group {
		ts := t.group[i].terms
		if len(ts) == 3 && len(ts[0].pieces) == 1 && ts[1].bare && len(ts[1].pieces) == 1 && ts[1].pieces[0].text == "=" {
			out[strings.ToLower(ts[0].pieces[0].text)] = r.value(&ts[2])
		}
	}
	r.tables[strings.ToLower(name)] = out
}
