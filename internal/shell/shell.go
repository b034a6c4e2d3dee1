// Package shell tells what a shell script fetches and sends, without running it:
// packages that it installs, files that it downloads, repositories that it
// clones, images and models that it pulls, objects that it copies.
//
// It knows the syntax of commands: which subcommand fetches, which flag takes a
// value, which flag or variable names the index. It knows no host. Where a
// command goes that is told nothing else is what [Options.Hosts] says, which
// comes from the knowledge base.
//
// Variables count where the script, or whoever starts it, gives them a value. A
// value that only a run would show is a hole, and the call says so.
package shell

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A Call is one thing that a script reaches.
type Call struct {
	Tool    string // as a person calls it: "pip install", "curl"
	Purpose string // a word of kb.TargetPurposes
	// To is a URL, a host, or an image with its registry. It is empty when it is
	// not known, and Unknown says why.
	To        string
	Unknown   string
	Ecosystem string // of Packages: "pypi", "npm"; "" when none are installed
	Packages  []Package
	What      string // what is fetched, for a person, where Packages do not say it
	Model     string // the model that is fetched or asked
	Line      int    // of the script, 1-based
}

// A Package is named on a command line.
type Package struct {
	Name    string
	Version string // "" when it is not fixed
}

// A Fault is a part of a script that could not be read.
type Fault struct {
	Line    int
	Message string
}

// Options is what the script alone does not say.
type Options struct {
	// Env holds the variables that are set when it starts.
	Env map[string]string
	// Unset says why a variable that nothing sets is not known; "" is a general
	// sentence.
	Unset string
	Around
	// System is the distribution that apt and apk belong to ("debian", "ubuntu",
	// "alpine"); "" when it is not known.
	System string
}

// Around is what is the same for all scripts of a run, in whatever files they
// stand.
type Around struct {
	// Hosts is where ecosystems and tools go by default (kb.Defaults).
	Hosts map[string]string
	// Python reads Python that stands within the script, from its first line on;
	// nil when nobody does.
	Python func(src string, line int) []Call
}

// Bounds of one script. Programs that write scripts stay far below.
const (
	maxScript = 4 << 20
	maxDepth  = 8      // scripts within scripts
	maxSteps  = 20_000 // commands, with loops unrolled
)

// Read returns the calls of a script in the order in which they stand.
func Read(script string, o Options) ([]Call, []Fault) {
	r := newReader(&o)
	r.script(script, 1)
	r.uncalled()
	return r.done()
}

// Command returns the calls of one command that is given as arguments, as the
// exec form of Dockerfiles and the command of a container are.
func Command(args []string, o Options) ([]Call, []Fault) {
	r := newReader(&o)
	ws := make([]word, len(args))
	for i, a := range args {
		ws[i] = word{text: a}
		if !ws[i].known() {
			ws[i].why = "a part of it is decided when it runs"
		}
	}
	r.command(&command{args: ws, line: 1})
	r.uncalled()
	return r.done()
}

func newReader(o *Options) *reader {
	r := &reader{o: o, vars: map[string]word{}, funcs: map[string]*function{}, programs: programs(), budget: maxSteps}
	for name, value := range o.Env {
		r.vars[name] = word{text: clean(value)}
	}
	return r
}

// done sorts the calls by line and leaves each out that was already there: the
// turns of a loop say the same.
func (r *reader) done() ([]Call, []Fault) {
	slices.SortStableFunc(r.calls, func(a, b Call) int { return cmp.Compare(a.Line, b.Line) })
	seen := map[string]bool{}
	out := r.calls[:0]
	for _, c := range r.calls {
		key := fmt.Sprint(c)
		if !seen[key] {
			seen[key] = true
			out = append(out, c)
		}
	}
	return out, r.faults
}

type reader struct {
	o        *Options
	vars     map[string]word
	calls    []Call
	faults   []Fault
	depth    int
	funcs    map[string]*function
	budget   int
	programs map[string]program
	line     int // added to lines of the parsed script
}

// script reads a script that begins at a line.
func (r *reader) script(src string, line int) {
	if len(src) > maxScript {
		r.faults = append(r.faults, Fault{line, "the script is larger than 4 MiB and was not read: split it"})
		return
	}
	if r.depth >= maxDepth {
		r.faults = append(r.faults, Fault{line, "scripts within scripts are nested too deep to be read"})
		return
	}
	file, err := parse(src)
	if err != nil {
		r.lines(src, line, err)
		return
	}
	r.depth++
	before := r.line
	r.line = line - 1
	for _, s := range file.Stmts {
		r.stmt(s)
	}
	r.line = before
	r.depth--
}

// parse takes what bash takes, and what a POSIX shell takes beyond that.
func parse(src string) (file *syntax.File, err error) {
	defer func() {
		if x := recover(); x != nil {
			file, err = nil, errPanic
		}
	}()
	file, err = syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(src), "")
	if err != nil {
		if f, e := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(src), ""); e == nil {
			return f, nil
		}
	}
	return file, err
}

// lines reads a script that is no shell as a whole, line by line: a template
// within it spoils one line and not the others. What still cannot be read is one
// fault.
func (r *reader) lines(src string, line int, whole error) {
	r.depth++
	before := r.line
	for i, text := range logical(src) {
		if text == "" {
			continue
		}
		file, err := parse(text)
		if err != nil {
			continue
		}
		r.line = line - 1 + i
		for _, s := range file.Stmts {
			r.stmt(s)
		}
	}
	r.line = before
	r.depth--
	r.faults = append(r.faults, Fault{line + faultLine(whole) - 1, "this is not understood as a shell script as a whole (" + faultText(whole) + "), so it was read line by line: look at what it fetches"})
}

// logical joins continued lines; the joined line stands where it began.
func logical(src string) []string {
	ls := strings.Split(src, "\n")
	out := make([]string, len(ls))
	for i := 0; i < len(ls); i++ {
		text, first := ls[i], i
		for strings.HasSuffix(text, "\\") && i+1 < len(ls) {
			i++
			text = strings.TrimSuffix(text, "\\") + " " + ls[i]
		}
		out[first] = text
	}
	return out
}

func faultLine(err error) int {
	var p syntax.ParseError
	if asParse(err, &p) {
		return int(p.Pos.Line())
	}
	return 1
}

func faultText(err error) string {
	var p syntax.ParseError
	if asParse(err, &p) {
		return p.Text
	}
	return err.Error()
}
