package shell

import (
	"cmp"
	"path"
	"strings"
	"sync"
)

// A program reads its own calls.
type program func(r *reader, c *command, args []word)

// The programs that are known, by name. Their methods look into the table
// themselves, so it is made when it is first needed.
var (
	known map[string]program
	once  sync.Once
)

func programs() map[string]program {
	once.Do(func() { known = allPrograms() })
	return known
}

func allPrograms() map[string]program {
	m := transferring()
	for name := range managers {
		m[name] = (*reader).manager
	}
	wrapping(m)
	return m
}

// lookup finds a program by the last part of how it is called. A number at the
// end of an interpreter does not matter: python3.12, pip3.
func (r *reader) lookup(name string) (program, string) {
	base := strings.TrimSuffix(path.Base(name), ".exe")
	if p, ok := r.programs[base]; ok {
		return p, base
	}
	if short := strings.TrimRight(base, "0123456789."); short == "python" || short == "pip" || short == "pypy" {
		return r.programs[short], short
	}
	return nil, base
}

// command reads one call.
func (r *reader) command(c *command) {
	if len(c.args) == 0 || r.depth > 2*maxDepth || r.budget <= 1 {
		return
	}
	r.budget--
	name := c.args[0]
	if f := r.funcs[name.text]; f != nil && name.known() {
		r.invoke(f, c.args[1:])
		return
	}
	if i := strings.LastIndexByte(name.text, '/'); !name.known() && i >= 0 {
		name.text = name.text[i+1:] // $VENV/bin/pip
	}
	if !name.known() {
		return
	}
	run, base := r.lookup(name.text)
	if run == nil {
		return
	}
	r.depth++
	c.args[0] = word{text: base}
	run(r, c, c.args[1:])
	r.depth--
}

// wrapping adds the programs that run another one, or another script.
func wrapping(m map[string]program) {
	for _, name := range []string{"sh", "bash", "dash", "ash", "zsh", "ksh"} {
		m[name] = (*reader).shell
	}
	m["eval"], m["env"], m["export"] = (*reader).eval, (*reader).environment, (*reader).export
	m["pwsh"], m["powershell"], m["cmd"] = (*reader).pwsh, (*reader).pwsh, (*reader).cmdExe
	m["python"], m["pypy"] = (*reader).python, (*reader).python
	for name, flags := range map[string]string{
		"sudo": "-u -g -h -p -C -r -t --user --group", "doas": "-u -C", "time": "-o -f", "nice": "-n", "ionice": "-c -n", "nohup": "", "exec": "-a", "command": "", "builtin": "", "busybox": "",
		"stdbuf": "-i -o -e", "xargs": "-I -n -P -L -d -a -E -s", "setpriv": "--reuid --regid", "tini": "", "dumb-init": "", "eatmydata": "", "unbuffer": "", "retry": "-t -d --times --delay", "catatonit": "",
		"proxychains": "-f", "torsocks": "",
	} {
		m[name] = after(flags)
	}
	for name, flags := range map[string]string{"timeout": "-k -s --signal --kill-after", "gosu": "", "su-exec": "", "chroot": "--userspec --groups", "flock": "-w -E"} {
		m[name] = skipping(after(flags))
	}
}

// after runs what follows the flags of a wrapper.
func after(flags string) program {
	g := takes(flags)
	return func(r *reader, c *command, args []word) {
		for len(args) > 0 && strings.HasPrefix(args[0].text, "-") {
			if args[0].text == "--" {
				args = args[1:]
				break
			}
			if g[args[0].text] && len(args) > 1 {
				args = args[1:]
			}
			args = args[1:]
		}
		r.nested(c, args)
	}
}

// skipping is for wrappers whose first word is theirs: timeout 60 curl …
func skipping(p program) program {
	return func(r *reader, c *command, args []word) {
		for i, a := range args {
			if !strings.HasPrefix(a.text, "-") {
				p(r, c, append(append([]word{}, args[:i]...), args[i+1:]...))
				return
			}
		}
	}
}

// nested runs a command that another one was given.
func (r *reader) nested(c *command, args []word) {
	inner := *c
	inner.args = append([]word{}, args...)
	r.command(&inner)
}

// environment reads env A=b command, and assignments before sudo's command.
func (r *reader) environment(c *command, args []word) {
	saved := r.vars
	r.vars = copied(saved)
	defer func() { r.vars = saved }()
	for len(args) > 0 {
		name, value, ok := strings.Cut(args[0].text, "=")
		switch {
		case ok && !strings.HasPrefix(name, "-"):
			r.vars[name] = word{value, args[0].why}
		case args[0].text == "-u" || args[0].text == "-C" || args[0].text == "--unset":
			if len(args) > 1 {
				args = args[1:]
			}
		case strings.HasPrefix(args[0].text, "-"):
		default:
			r.nested(c, args)
			return
		}
		args = args[1:]
	}
}

func (r *reader) export(_ *command, args []word) {
	for _, a := range args {
		if name, value, ok := strings.Cut(a.text, "="); ok {
			r.vars[name] = word{value, a.why}
		}
	}
}

// shell reads sh -c SCRIPT ARGS and sh <<EOF. A script file is read where it
// stands, as a file of its own.
func (r *reader) shell(c *command, args []word) {
	for i, a := range args {
		t := a.text
		if !strings.HasPrefix(t, "-") && !strings.HasPrefix(t, "+") {
			break
		}
		if strings.HasPrefix(t, "-") && !strings.HasPrefix(t, "--") && strings.Contains(t, "c") && i+1 < len(args) {
			r.given(args[i+1], args[i+2:], c.line)
			return
		}
	}
	if c.doc != "" {
		r.script(c.doc, c.at)
	}
}

// given reads a script that is an argument; what follows are its own arguments.
func (r *reader) given(s word, args []word, line int) {
	saved := r.vars
	r.vars = copied(saved)
	for i, a := range args {
		if i < 10 {
			r.vars[string(rune('0'+i))] = a
		}
	}
	if i := min(len(args), 1); i > 0 {
		at := r.vars
		at["@"] = joined(args[1:])
		at["*"] = at["@"]
	}
	text := s.text
	if !s.known() {
		text = strings.ReplaceAll(text, string(hole), "$__unknown")
		r.vars["__unknown"] = unknown(cmp.Or(s.why, "it is computed"))
	}
	r.script(text, line)
	r.vars = saved
	// "$0" "$@" at the end of a template runs the rest: python3 -m …
	if strings.Contains(text, `"$0" "$@"`) && len(args) > 0 {
		r.command(&command{args: append([]word{}, args...), line: line})
	}
}

func joined(args []word) word {
	var out word
	for i, a := range args {
		if i > 0 {
			out.add(word{text: " "})
		}
		out.add(a)
	}
	return out
}

func (r *reader) eval(c *command, args []word) {
	r.given(joined(args), nil, c.line)
}

// python reads python -m MODULE, which is the program MODULE, and python -c CODE.
func (r *reader) python(c *command, args []word) {
	for i := 0; i < len(args); i++ {
		t := args[i].text
		switch {
		case t == "-m" && i+1 < len(args):
			r.nested(c, args[i+1:])
			return
		case (t == "-c" || strings.HasPrefix(t, "-") && !strings.HasPrefix(t, "--") && strings.HasSuffix(t, "c") && len(t) < 5) && i+1 < len(args):
			r.code(args[i+1], c.line)
			return
		case t == "-":
			if c.doc != "" {
				r.code(word{text: c.doc}, c.at)
			}
			return
		case t == "-W" || t == "-X":
			i++
		case strings.HasPrefix(t, "-"):
		default:
			return
		}
	}
	if c.doc != "" {
		r.code(word{text: c.doc}, c.at)
	}
}

// code hands Python over to whoever reads it.
func (r *reader) code(src word, line int) {
	if r.o.Python == nil {
		return
	}
	r.calls = append(r.calls, r.o.Python(strings.ReplaceAll(src.text, string(hole), "_"), line)...)
}

// add enters a call.
func (r *reader) add(c *command, call Call) {
	call.Line = c.line
	if call.Tool == "" {
		call.Tool = c.args[0].text
	}
	switch {
	case call.To != "":
		call.Unknown = ""
	case call.Unknown == "":
		return // it names nothing
	}
	r.calls = append(r.calls, call)
}

// to takes an address from a word: what is known of a URL counts when its host
// is known as a whole.
func (c *Call) to(w word) {
	t := strings.TrimSpace(w.text)
	if w.known() {
		c.To = t
		return
	}
	rest := t
	if _, after, ok := strings.Cut(t, "://"); ok {
		rest = after
	}
	end := strings.IndexAny(rest, "/?#")
	host := rest[:max(end, 0)]
	if host != "" && !strings.ContainsRune(host[strings.LastIndexByte(host, '@')+1:], hole) && !strings.ContainsRune(strings.TrimSuffix(t, rest), hole) {
		if strings.ContainsRune(host, hole) { // a password
			t = strings.TrimSuffix(t, rest) + rest[strings.LastIndexByte(host, '@')+1:]
		}
		c.To, _, _ = strings.Cut(t, string(hole))
		return
	}
	c.To, c.Unknown = "", w.why
}

// standard sends the call where its kind goes by default.
func (r *reader) standard(c *Call, word string) {
	if c.To = r.o.Hosts[word]; c.To == "" {
		c.Unknown = "where " + c.Tool + " goes by default is not known here"
	}
}
