package shell

import (
	"cmp"
	"maps"
	"regexp"
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

// others are programs that run scripts in languages which are not read here.
var others = map[string]bool{"cmd": true, "perl": true, "node": true, "ruby": true, "php": true, "deno": true, "bun": true, "lua": true, "rscript": true, "julia": true, "fish": true, "nu": true, "tclsh": true, "expect": true, "awk": true, "gawk": true, "groovy": true}

// For is what reads the scripts of a shell, which is called as build servers, build
// files and the first lines of scripts do; nil where nothing does, as for cmd.
func For(shell string) func(script string, o Options) ([]Call, []Fault) {
	if IsPowerShell(shell) {
		return PowerShell
	}
	for _, word := range strings.Fields(strings.TrimPrefix(strings.TrimSpace(shell), "#!")) {
		if others[strings.TrimRight(programOf(word), "0123456789.")] {
			return nil
		}
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
		r.faults = append(r.faults, Fault{line, "scripts within scripts are nested too deep to be read"})
		return
	}
	r.depth++
	p := &psParser{src: src, line: line}
	ps := &psReader{reader: r, tables: map[string]map[string]word{}, places: map[string]word{}}
	for p.at < len(src) {
		ps.statements(p.statements(false))
		p.skip(1) // a bracket that closes nothing
	}
	r.faults = append(r.faults, p.faults...)
	r.depth--
}

func (r *psReader) statements(ss []psStatement) {
	for i := range ss {
		if r.budget--; r.budget <= 0 {
			if r.budget == 0 {
				r.faults = append(r.faults, Fault{ss[i].terms[0].line, "the script has more commands than are read: split it"})
			}
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
	if len(ts) > 1 && ts[0].is("foreach") && ts[1].kind == '(' && len(ts[1].group) > 0 {
		if name := ts[1].group[0].terms[0].name(); name != "" {
			r.vars[keyed(name)] = unknown("the variable " + name + " takes the values of a loop")
		}
	}
	for i := range ts {
		for j := range ts[i].pieces {
			r.statements(ts[i].pieces[j].group)
		}
		switch ts[i].kind {
		case '@':
			for _, s := range ts[i].group {
				if len(s.terms) > 2 && s.terms[1].is("=") {
					r.statement(s.terms[2:], "")
				}
			}
		case '{':
			r.block(ts, i)
		case '(':
			r.bracket(ts, i)
		}
	}
	if r.params && r.depth > 0 {
		return // what a function is given by default
	}
	r.assign(ts)
	r.called(ts, into)
}

// bracket reads what stands in ( … ): parameters, the arguments of a method, or statements.
func (r *psReader) bracket(ts []psTerm, i int) {
	params, depth := r.params, r.depth
	function := i == 2 && isFunction(ts)
	if r.params = function || i > 0 && ts[i-1].is("param"); function {
		r.depth++
	}
	r.statements(ts[i].group)
	r.params, r.depth = params, depth
	if i > 0 && ts[i].tight {
		r.method(&ts[i-1], &ts[i])
	}
}

func isFunction(ts []psTerm) bool { return ts[0].is("function") || ts[0].is("filter") }

// block reads what stands in { … }. What a function is given is known to who calls it
// only, and what a block alone sets may be not set after it.
func (r *psReader) block(ts []psTerm, i int) {
	var given []string
	if i == 3 && isFunction(ts) {
		given = variables(ts[2].group)
	}
	if g := ts[i].group; len(g) > 0 && len(g[0].terms) > 1 && g[0].terms[0].is("param") {
		given = append(given, variables(g[0].terms[1].group)...)
	}
	saved := map[string]word{}
	for _, name := range given {
		if v, ok := r.vars[keyed(name)]; ok {
			saved[keyed(name)] = v
		}
	}
	for _, name := range given {
		r.vars[keyed(name)] = unknown("the variable " + name + " is given where the function is called")
	}
	r.depth++
	maybe := len(r.maybe)
	r.statements(ts[i].group)
	for _, name := range r.maybe[maybe:] {
		r.vars[name] = eitherWay("env:" + name)
	}
	r.maybe = r.maybe[:maybe]
	r.depth--
	for _, name := range given {
		delete(r.vars, keyed(name))
	}
	maps.Copy(r.vars, saved)
}

// variables are those that stand alone within brackets.
func variables(group []psStatement) []string {
	var out []string
	for i := range group {
		for j := range group[i].terms {
			if t := &group[i].terms[j]; t.name() != "" && len(t.pieces) == 1 {
				out = append(out, t.name())
			}
		}
	}
	return out
}

// before are words that stand before a command.
var before = []string{".", "return", "throw"}

// called reads a statement as the call of a command.
func (r *psReader) called(ts []psTerm, into string) {
	for i := 0; i < len(ts) && ts[0].name() != ""; i++ { // $a.b = $c = …
		if ts[i].assigns() {
			ts, i = ts[i+1:], -1
		}
		if len(ts) == 0 {
			return
		}
	}
	for len(ts) > 1 && (slices.ContainsFunc(before, ts[0].is) || ts[0].is("param")) {
		if ts[0].is("param") {
			ts = ts[1:] // with what it takes
		}
		ts = ts[1:]
	}
	if len(ts) == 0 || ts[0].kind != 0 || !ts[0].called && !ts[0].command() {
		return
	}
	base := r.value(&ts[0])
	base.text = programOf(base.text)
	if !base.known() || base.text == "" {
		return
	}
	c := &command{args: []word{base}, line: ts[0].line, into: into}
	run, ok := cmdlets[base.text]
	args := r.args(ts[1:], ok)
	for _, a := range args {
		c.file = c.file || a.bare && a.text == ">"
	}
	if base.text == "iex" || base.text == "invoke-expression" {
		r.evaluate(c, given(args))
		return
	}
	if ok && (!alsoPrograms[base.text] || given(args).any("uri", "outfile", "usebasicparsing", "method")) {
		run(r, c, given(args))
		return
	}
	for _, a := range args {
		c.args = append(c.args, a.word)
	}
	r.command(c)
}

// A psArg is an argument of a command; bare is whether it may be the name of a
// parameter, open whether it is a table of which nothing is known.
type psArg struct {
	word
	bare bool
	open bool
}

// args are the arguments of a command: tables are what they hold, and lists with commas
// are one for a cmdlet.
func (r *psReader) args(ts []psTerm, lists bool) []psArg {
	var out []psArg
	for i := range ts {
		t := &ts[i]
		if name, ok := splat(t); ok {
			table := r.tables[name]
			if table == nil {
				out = append(out, psArg{word: unknown("the table " + name + " is not known"), open: true})
			}
			for _, k := range slices.Sorted(maps.Keys(table)) {
				out = append(out, psArg{word: word{text: "-" + k}, bare: true}, psArg{word: table[k]})
			}
			continue
		}
		v := r.value(t)
		switch {
		case (t.comma && lists || t.tight) && len(out) > 0:
			if t.comma {
				v.text = "," + v.text
			}
			out[len(out)-1].add(v)
		default:
			out = append(out, psArg{word: v, bare: t.bare})
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
	dot := strings.LastIndexAny(text, ".:")
	if dot < 0 {
		return
	}
	if table := strings.ToLower(t.name()); table != "" { // $table.Add(…)
		r.tables[table] = nil
	}
	first := args.group[0].terms
	if i := slices.IndexFunc(first[1:], func(t psTerm) bool { return t.comma }); i >= 0 {
		first = first[:i+1]
	}
	c := &command{args: []word{{text: text[dot+1:]}}, line: t.line}
	switch strings.ToLower(text[dot+1:]) {
	case "downloadfile", "downloadstring", "downloaddata", "downloadfileasync", "openread", "downloadfiletaskasync":
		r.url(c, r.expression(first), "registry")
	case "uploadfile", "uploadstring", "uploaddata":
		r.url(c, r.expression(first), "data")
	}
}

// valued are the parameters of PowerShell itself that take a value, which may be shortened.
var valued = []string{"-executionpolicy", "-ep", "-version", "-windowstyle", "-inputformat", "-outputformat", "-configurationname", "-configurationfile", "-custompipename", "-psconsolefile", "-settingsfile", "-workingdirectory", "-wd"}

// pwsh reads pwsh -Command SCRIPT and a here-document. A script file is read where it
// stands, as a file of its own.
func (r *reader) pwsh(c *command, args []word) {
	for i := 0; i < len(args); i++ {
		flag := strings.ToLower(args[i].text)
		script := args[i:]
		switch {
		case flag == "-":
			continue
		case strings.HasPrefix("-encodedcommand", flag) || flag == "-ec":
			r.faults = append(r.faults, Fault{c.line, "it runs a script that is encoded, which is not read: write it as it is"})
			return
		case flag == "-file" || flag == "-f":
			return
		case strings.HasPrefix("-command", flag):
			script = args[i+1:]
		case strings.HasPrefix(flag, "-"):
			if slices.ContainsFunc(valued, func(v string) bool { return strings.HasPrefix(v, flag) }) {
				i++
			}
			continue
		case strings.HasSuffix(flag, ".ps1"):
			return
		}
		if text := joined(script); text.text != "-" {
			r.within(text, c.line)
			return
		}
	}
	if c.doc != "" {
		r.powershell(c.doc, c.at)
	}
}

// within reads a script that is an argument, with the variables around it. All that it
// reaches is reached at the line of the command.
func (r *reader) within(s word, line int) {
	saved := r.vars
	calls, faults := len(r.calls), len(r.faults)
	r.vars = copied(saved)
	r.vars["$__unknown"] = unknown(s.why)
	r.powershell(strings.ReplaceAll(s.text, string(hole), "${__unknown}"), line)
	r.vars = saved
	for i := range r.calls[calls:] {
		r.calls[calls+i].Line = line
	}
	for i := range r.faults[faults:] {
		r.faults[faults+i].Line = line
	}
}

// ofCmd is a variable that cmd puts into its commands.
var ofCmd = regexp.MustCompile(`%[A-Za-z_][A-Za-z0-9_()]*%`)

// cmdExe reads cmd /c COMMAND, whose commands are written as those of a shell, but for
// backslashes and variables.
func (r *reader) cmdExe(c *command, args []word) {
	for len(args) > 0 && strings.HasPrefix(args[0].text, "/") {
		args = args[1:]
	}
	s := joined(args)
	s.text = ofCmd.ReplaceAllString(strings.ReplaceAll(s.text, `\`, `\\`), string(hole))
	s.why = cmp.Or(s.why, "cmd puts a variable in")
	r.given(s, nil, c.line)
}

// programOf is what is run, without the folder and the end of its file.
func programOf(file string) string {
	file = strings.ToLower(file[strings.LastIndexAny(file, `\/`)+1:])
	for _, end := range []string{".exe", ".cmd", ".bat"} {
		file = strings.TrimSuffix(file, end)
	}
	return file
}
