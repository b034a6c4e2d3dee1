package shell

import (
	"maps"
	"slices"
	"strings"
)

// PowerShell returns the calls of a script of PowerShell, in the order in which they
// stand.
func PowerShell(script string, o Options) ([]Call, []Fault) {
	r := newReader(&o)
	r.powershell(script, 1)
	return r.done()
}

// For is what reads the scripts of a shell, which is called as build servers and build
// files do; nil where nothing does, as for cmd.
func For(shell string) func(script string, o Options) ([]Call, []Fault) {
	switch {
	case IsPowerShell(shell):
		return PowerShell
	case strings.Contains(strings.ToLower(shell), "cmd"):
		return nil
	}
	return Read
}

// IsPowerShell reports whether a shell is PowerShell, of either version.
func IsPowerShell(shell string) bool {
	shell = strings.ToLower(shell)
	return strings.Contains(shell, "powershell") || strings.Contains(shell, "pwsh")
}

// powershell reads a script that begins at a line.
func (r *reader) powershell(src string, line int) {
	switch {
	case len(src) > maxScript:
		r.faults = append(r.faults, Fault{line, "the script is larger than 4 MiB and was not read: split it"})
		return
	case r.depth >= maxDepth:
		return
	}
	r.depth++
	p := &psParser{src: src, line: line}
	ps := &psReader{reader: r, tables: map[string]map[string]word{}, places: map[string]word{}}
	for p.at < len(src) {
		ps.statements(p.statements())
		p.skip(1) // a bracket that closes nothing
	}
	r.depth--
}

func (r *psReader) statements(ss []psStatement) {
	for i := range ss {
		if r.budget--; r.budget <= 0 {
			return
		}
		into := ""
		if ss[i].piped && i+1 < len(ss) {
			into = strings.ToLower(r.value(&ss[i+1].terms[0]).text)
		}
		r.statement(ss[i].terms, into)
	}
}

// statement reads what stands within a statement, and then the statement itself.
func (r *psReader) statement(ts []psTerm, into string) {
	for i := range ts {
		for j := range ts[i].pieces {
			r.statements(ts[i].pieces[j].group)
		}
		if ts[i].kind == '{' {
			r.depth++
		}
		if ts[i].kind != '@' {
			r.statements(ts[i].group)
		}
		if ts[i].kind == '{' {
			r.depth--
		}
		if i > 0 && ts[i].kind == '(' && ts[i].tight {
			r.method(&ts[i-1], &ts[i])
		}
	}
	r.assign(ts)
	r.called(ts, into)
}

// before are words that stand before a command.
var before = map[string]bool{".": true, "return": true, "=": true, "throw": true}

// called reads a statement as the call of a command.
func (r *psReader) called(ts []psTerm, into string) {
	if _, ok := assigned(ts); ok {
		ts = ts[2:]
	}
	for len(ts) > 1 && ts[0].bare && before[strings.ToLower(r.value(&ts[0]).text)] {
		ts = ts[1:]
	}
	if len(ts) == 0 || ts[0].kind != 0 {
		return
	}
	name := r.value(&ts[0])
	if !name.known() || name.text == "" {
		return
	}
	base := strings.ToLower(name.text[strings.LastIndexAny(name.text, `\/`)+1:])
	for _, end := range []string{".exe", ".cmd", ".bat"} {
		base = strings.TrimSuffix(base, end)
	}
	c := &command{args: []word{{text: base}}, line: ts[0].line, into: into}
	args := r.args(ts[1:])
	if run, ok := cmdlets[base]; ok && (!alsoPrograms[base] || given(args).any("uri", "outfile", "usebasicparsing", "method")) {
		run(r, c, given(args))
		return
	}
	for _, a := range args {
		c.args = append(c.args, a.word)
		c.file = c.file || a.bare && a.text == ">"
	}
	r.command(c)
}

// A psArg is an argument of a command; bare is whether it may be the name of a
// parameter.
type psArg struct {
	word
	bare bool
}

// args are the arguments of a command: lists with commas are one, tables are what they
// hold.
func (r *psReader) args(ts []psTerm) []psArg {
	var out []psArg
	for i := range ts {
		t := &ts[i]
		if name, ok := splat(t); ok {
			table := r.tables[name]
			for _, k := range slices.Sorted(maps.Keys(table)) {
				out = append(out, psArg{word{text: "-" + k}, true}, psArg{table[k], false})
			}
			continue
		}
		v := r.value(t)
		switch {
		case (t.comma || t.tight) && len(out) > 0:
			if t.comma {
				v.text = "," + v.text
			}
			out[len(out)-1].add(v)
		default:
			out = append(out, psArg{v, t.bare})
		}
	}
	return out
}

func splat(t *psTerm) (string, bool) {
	if !t.bare || len(t.pieces) != 1 {
		return "", false
	}
	name, ok := strings.CutPrefix(t.pieces[0].text, "@")
	return strings.ToLower(name), ok
}

// method reads a call of one: .DownloadFile('…').
func (r *psReader) method(t, args *psTerm) {
	if len(t.pieces) == 0 || len(args.group) == 0 {
		return
	}
	text := t.pieces[len(t.pieces)-1].text
	name := text[strings.LastIndexAny(text, ".:")+1:]
	switch strings.ToLower(name) {
	case "downloadfile", "downloadstring", "downloaddata", "downloadfileasync", "openread", "downloadfiletaskasync":
		r.url(&command{args: []word{{text: name}}, line: t.line}, r.value(&args.group[0].terms[0]), "registry")
	case "uploadfile", "uploadstring", "uploaddata":
		r.url(&command{args: []word{{text: name}}, line: t.line}, r.value(&args.group[0].terms[0]), "data")
	}
}

// pwsh reads pwsh -Command SCRIPT and a here-document. A script file is read where it
// stands, as a file of its own.
func (r *reader) pwsh(c *command, args []word) {
	for i, a := range args {
		switch flag := strings.ToLower(a.text); {
		case !strings.HasPrefix(flag, "-") && i > 0 && strings.HasPrefix(args[i-1].text, "-"):
			continue // the value of a parameter
		case strings.HasPrefix(flag, "-enc") || flag == "-e" || flag == "-ec":
			r.faults = append(r.faults, Fault{c.line, "it runs a script that is encoded, which is not read: write it as it is"})
			return
		case strings.HasPrefix("-command", flag) && len(flag) > 1 && i+1 < len(args):
			r.within(joined(args[i+1:]), c.line)
			return
		case flag == "-file" || flag == "-f":
			return
		case !strings.HasPrefix(flag, "-"):
			if !strings.HasSuffix(flag, ".ps1") {
				r.within(joined(args[i:]), c.line)
			}
			return
		}
	}
	if c.doc != "" {
		r.powershell(c.doc, c.at)
	}
}

// within reads a script that is an argument, with the variables around it.
func (r *reader) within(s word, line int) {
	saved := r.vars
	r.vars = copied(saved)
	r.vars["$__unknown"] = unknown(s.why)
	r.powershell(strings.ReplaceAll(s.text, string(hole), "${__unknown}"), line)
	r.vars = saved
}

// cmdExe reads cmd /c COMMAND.
func (r *reader) cmdExe(c *command, args []word) {
	for len(args) > 0 && strings.HasPrefix(args[0].text, "/") {
		args = args[1:]
	}
	r.nested(c, args)
}
