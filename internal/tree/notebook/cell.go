package notebook

import (
	"path"
	"regexp"
	"strings"
)

// A reader puts the cells of one notebook together.
type reader struct {
	nb      *Notebook
	program text
	said    map[string]bool
}

// A text grows line by line.
type text struct {
	strings.Builder
	lines []int
}

func (t *text) add(s string, at int) {
	t.WriteString(s)
	t.WriteByte('\n')
	t.lines = append(t.lines, at)
}

func (t *text) done() Text { return Text{t.String(), t.lines} }

func (r *reader) finish() { r.nb.Program = r.program.done() }

// Magics of whole cells: those after which the cell is a program as any other,
// those that a shell runs, and those that are shown to a reader or saved.
var (
	around = map[string]bool{"capture": true, "time": true, "timeit": true, "prun": true, "px": true, "memit": true, "mprun": true, "python": true, "python3": true, "py": true, "debug": true}
	shells = map[string]bool{"bash": true, "sh": true, "!": true, "system": true, "sx": true}
	shown  = map[string]bool{"html": true, "HTML": true, "latex": true, "markdown": true, "md": true, "svg": true, "SVG": true, "javascript": true, "js": true, "css": true, "mermaid": true, "script": true}
)

// cell takes one cell in.
func (r *reader) cell(ls []line) {
	python := r.nb.Language == "" || r.nb.Language == "python"
	first := 0
	for first < len(ls) && strings.TrimSpace(ls[first].text) == "" {
		first++
	}
	if python && first < len(ls) && strings.HasPrefix(ls[first].text, "%%") {
		fields := strings.Fields(ls[first].text[2:])
		name := ""
		if len(fields) > 0 {
			name = fields[0]
		}
		rest := ls[first+1:]
		switch {
		case around[name]:
			ls = rest
		case shells[name], name == "script" && len(fields) > 1 && shells[path.Base(fields[1])]:
			r.script(rest)
			return
		case (name == "writefile" || name == "file") && len(fields) > 1 && r.written(fields[len(fields)-1], rest):
			return
		case shown[name] && name != "script":
			return
		default:
			r.unread(ls[first].at, "a cell begins with %%%%%s, which is not read: look at what it calls and sends", clip(name))
			return
		}
	}
	if !python {
		for _, l := range ls {
			r.program.add(l.text, l.at)
		}
		return
	}
	r.python(ls)
}

// written takes a cell that is saved to a file: it reports whether that is done
// with. What it saves is run sooner or later, if it is a program.
func (r *reader) written(file string, ls []line) bool {
	switch strings.ToLower(path.Ext(file)) {
	case ".py":
		r.python(ls)
	case ".sh", ".bash":
		r.script(ls)
	}
	return true // a file of another kind is read where somebody saves it
}

func (r *reader) script(ls []line) {
	var t text
	for _, l := range ls {
		t.add(l.text, l.at)
	}
	r.nb.Scripts = append(r.nb.Scripts, t.done())
}

var (
	// command is a line of which a shell runs what follows the exclamation mark,
	// with a variable that takes what it prints, or without.
	command = regexp.MustCompile(`^\s*(?:[A-Za-z_][\w.,\s]*=\s*)?!!?(.*)$`)
	// magic is a line for IPython.
	magic = regexp.MustCompile(`^\s*(?:[A-Za-z_][\w.,\s]*=\s*)?%([A-Za-z_]\w*)(.*)$`)
	// value is a value of the program within a command.
	value = regexp.MustCompile(`(^|[^${])\{([A-Za-z_][\w.]*)([^{}]*)\}`)
	help  = regexp.MustCompile(`^\s*\??\??[A-Za-z_][\w.*]*\?\??\s*$|^\s*\?\??[A-Za-z_][\w.*]*\s*$`)
)

// installers are magics that are commands.
var installers = map[string]bool{"pip": true, "conda": true, "mamba": true, "micromamba": true, "uv": true, "sh": true, "system": true, "sx": true}

// python parts a cell into what the program is and what a shell runs. The lines
// of the program stay where they are.
func (r *reader) python(ls []line) {
	var sh text
	inText := "" // the marks that end the text that a line is in
	for i := 0; i < len(ls); i++ {
		l := ls[i]
		run, ok := "", false
		if inText == "" {
			run, ok = ran(l.text)
		}
		if ok {
			r.program.add("", l.at)
			sh.add(values(run), l.at)
			for strings.HasSuffix(strings.TrimRight(ls[i].text, " \t"), `\`) && i+1 < len(ls) {
				i++
				r.program.add("", ls[i].at)
				sh.add(values(ls[i].text), ls[i].at)
			}
			continue
		}
		if m := magic.FindStringSubmatch(l.text); inText == "" && (m != nil || help.MatchString(l.text)) {
			r.program.add(meant(m), l.at)
			continue
		}
		inText = quoted(l.text, inText)
		r.program.add(l.text, l.at)
	}
	if len(sh.lines) > 0 {
		r.nb.Scripts = append(r.nb.Scripts, sh.done())
	}
}

// meant is what a magic of a line does, as a program would.
func meant(m []string) string {
	switch {
	case m == nil:
	case around[m[1]]:
		return strings.TrimSpace(m[2])
	case m[1] == "env", m[1] == "set_env":
		if name, v, ok := strings.Cut(strings.TrimSpace(m[2]), "="); ok && !strings.ContainsAny(name+v, "\"\\") {
			return `os.environ["` + strings.TrimSpace(name) + `"] = "` + strings.TrimSpace(v) + `"`
		}
	}
	return ""
}

// ran is what a shell runs of a line.
func ran(s string) (string, bool) {
	if m := command.FindStringSubmatch(s); m != nil && !strings.HasPrefix(m[1], "=") {
		return m[1], true
	}
	m := magic.FindStringSubmatch(s)
	if m == nil || !installers[m[1]] {
		return "", false
	}
	if m[1] == "sh" || m[1] == "system" || m[1] == "sx" {
		return strings.TrimSpace(m[2]), true
	}
	return m[1] + m[2], true
}

// values makes variables of the shell of values of the program.
func values(s string) string { return value.ReplaceAllString(s, "$1${$2}") }

// quoted tells which marks end the text that a line ends in, "" for none. Only
// texts in three marks go on.
func quoted(s, in string) string {
	for i := 0; i < len(s); i++ {
		rest := s[i:]
		switch {
		case in != "":
			if rest[0] == '\\' {
				i++
			} else if strings.HasPrefix(rest, in) {
				i, in = i+2, ""
			}
		case rest[0] == '#':
			return ""
		case strings.HasPrefix(rest, `"""`), strings.HasPrefix(rest, "'''"):
			in = rest[:3]
			i += 2
		case rest[0] == '"' || rest[0] == '\'':
			for i++; i < len(s) && s[i] != rest[0]; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		}
	}
	return in
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
