package shell

import "strings"

// A grammar is how a program reads its arguments: the flags that take a value,
// separated by blanks. All others are switches.
type grammar map[string]bool

func takes(flags string) grammar {
	g := grammar{}
	for _, f := range strings.Fields(flags) {
		g[f] = true
	}
	return g
}

// An argument list is taken apart: flags with their values, and the rest.
type arguments struct {
	flags map[string][]word
	rest  []word
}

// has reports whether one of the flags is given.
func (a *arguments) has(names ...string) bool {
	for _, n := range names {
		if _, ok := a.flags[n]; ok {
			return true
		}
	}
	return false
}

// of are the values of the flags.
func (a *arguments) of(names ...string) []word {
	var out []word
	for _, n := range names {
		out = append(out, a.flags[n]...)
	}
	return out
}

// first is the value of the first of the flags that is given.
func (a *arguments) first(names ...string) (word, bool) {
	for _, n := range names {
		if vs := a.flags[n]; len(vs) > 0 {
			return vs[len(vs)-1], true
		}
	}
	return word{}, false
}

// arguments takes a list apart. Short switches may be written together, the last
// of them with its value.
func (g grammar) arguments(args []word) *arguments {
	a := &arguments{flags: map[string][]word{}}
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		switch {
		case t == "--":
			a.rest = append(a.rest, args[i+1:]...)
			return a
		case strings.HasPrefix(t, "--"):
			name, value, given := strings.Cut(t, "=")
			switch {
			case given:
				a.put(name, word{value, w.why})
			case g[name] && i+1 < len(args):
				i++
				a.put(name, args[i])
			default:
				a.put(name, word{})
			}
		case len(t) > 1 && t[0] == '-' && g[t] && i+1 < len(args):
			i++
			a.put(t, args[i])
		case len(t) > 1 && t[0] == '-':
			i += g.short(a, w, args[i+1:])
		default:
			a.rest = append(a.rest, w)
		}
	}
	return a
}

// short reads switches that are written together; it returns how many of the
// following words it took.
func (g grammar) short(a *arguments, w word, next []word) int {
	t := w.text
	if name, value, ok := strings.Cut(t, "="); ok && g[name] {
		a.put(name, word{value, w.why})
		return 0
	}
	for i := 1; i < len(t); i++ {
		name := "-" + t[i:i+1]
		if !g[name] {
			a.put(name, word{})
			continue
		}
		if i+1 < len(t) {
			a.put(name, word{t[i+1:], w.why})
			return 0
		}
		if len(next) > 0 {
			a.put(name, next[0])
			return 1
		}
		a.put(name, word{})
	}
	return 0
}

func (a *arguments) put(name string, w word) { a.flags[name] = append(a.flags[name], w) }

func fields(s string) []string { return strings.Fields(s) }
