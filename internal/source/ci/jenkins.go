package ci

import (
	"bytes"
	"maps"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

var pipelineHead = regexp.MustCompile(`(?m)^\s*(pipeline|node\s*(\(.*\))?)\s*\{`)

// isJenkins reports whether a file is a pipeline of Jenkins; p is in lower case.
func isJenkins(p string, head func() []byte) bool {
	name := path.Base(p)
	if name == "jenkinsfile" || strings.HasPrefix(name, "jenkinsfile.") || strings.HasPrefix(name, "jenkinsfile-") || strings.HasSuffix(name, ".jenkinsfile") {
		return path.Ext(name) != ".md"
	}
	return strings.HasSuffix(name, ".groovy") && bytes.Contains(head(), []byte("{")) && pipelineHead.Match(head())
}

// A jenkins reads one pipeline. Of one that is declared the blocks say what they
// are; of one that is a program only what stands plainly in it.
type jenkins struct {
	*reader
	words   []word
	env     map[string]string
	jobs    []graph.Address // the innermost last
	scopes  []scopeOf
	windows bool
	left    int // how many words may still be looked at for what belongs to another
	decided int // the first line on which a program decides what is run; 0 for none
}

// A scopeOf is a block around the words that are read.
type scopeOf struct {
	name string
	job  bool              // a job begins with it
	env  map[string]string // around it
}

func (r *reader) jenkins(src []byte) {
	j := &jenkins{reader: r, words: words(string(src)), env: map[string]string{}, left: maxLookedOver}
	j.run()
	if j.decided > 0 {
		r.f.Problems = append(r.f.Problems, graph.Problem{Origin: r.at(j.decided), Message: "a program decides what some of its steps run, which is not worked out: look at what they fetch"})
	}
	if j.windows {
		r.f.Problems = append(r.f.Problems, graph.Problem{Origin: r.at(1), Message: "some of its commands are for cmd, which is not read: look at what they fetch"})
	}
}

func (j *jenkins) at(i int) word {
	if i < 0 || i >= len(j.words) {
		return word{}
	}
	return j.words[i]
}

func (j *jenkins) is(i int, mark string) bool {
	w := j.at(i)
	return w.kind == 'p' && w.text == mark
}

func (j *jenkins) run() {
	for i := 0; i < len(j.words); i++ {
		w := j.words[i]
		switch {
		case w.kind == 'p' && w.text == "{":
			j.enter(i)
		case w.kind == 'p' && w.text == "}":
			if n := len(j.scopes); n > 0 {
				if j.scopes[n-1].job {
					j.jobs = j.jobs[:len(j.jobs)-1]
				}
				j.env = j.scopes[n-1].env
				j.scopes = j.scopes[:n-1]
			}
		case w.kind == 'a':
			j.name(i)
		}
	}
}

func (j *jenkins) within(name string) bool {
	return len(j.scopes) > 0 && j.scopes[len(j.scopes)-1].name == name
}

// maxAhead is how many words are looked at for what belongs to one, and maxLookedOver for all.
const (
	maxAhead      = 20_000
	maxLookedOver = 5_000_000
)

// look reports whether a further word may be looked at; where none may, what stands on
// the line is not worked out.
func (j *jenkins) look(at int) bool {
	if j.left--; j.left < 0 {
		j.decides(j.at(at).line)
	}
	return j.left >= 0
}

// enter enters a block. A declared pipeline, a stage with an agent and a node are jobs.
func (j *jenkins) enter(i int) {
	at := i - 1
	if j.is(at, ")") {
		for depth := 0; at >= max(0, i-maxAhead) && j.look(i); at-- {
			if j.is(at, ")") {
				depth++
			} else if j.is(at, "(") {
				if depth--; depth == 0 {
					at--
					break
				}
			}
		}
	}
	s := scopeOf{name: j.at(at).text, env: j.env}
	if s.name == "stage" {
		j.env = maps.Clone(j.env)
	}
	line := j.at(at).line
	switch s.name {
	case "pipeline":
		s.job = true
		j.job("pipeline", line, j.agent(i))
	case "stage":
		if a := j.agent(i); a >= 0 {
			name := j.at(at + 2)
			if name.kind != 's' {
				name.text = "stage:" + strconv.Itoa(line)
			}
			s.job = true
			j.job(name.text, line, a)
		}
	case "node":
		if len(j.scopes) == 0 || !j.within("agent") {
			s.job = true
			label := "any"
			if t := j.at(at + 2); j.is(at+1, "(") && t.kind == 's' && !j.is(at+3, "+") {
				label = t.text
			} else if j.is(at+1, "(") && t.kind != 'p' {
				label = "?"
			}
			j.begin("node:"+strconv.Itoa(line), line, label, nil)
		}
	}
	j.scopes = append(j.scopes, s)
}

// agent is where the word agent stands right within a block; -1 for nowhere.
func (j *jenkins) agent(block int) int {
	depth := 0
	for i := block; i < min(len(j.words), block+maxAhead) && j.look(block); i++ {
		switch {
		case j.is(i, "{"):
			depth++
		case j.is(i, "}"):
			if depth--; depth == 0 {
				return -1
			}
		case depth == 1 && j.words[i].kind == 'a' && j.words[i].text == "agent":
			return i
		}
	}
	return -1
}

// job begins a job with what its agent says.
func (j *jenkins) job(name string, line, agent int) {
	label, attrs := "any", tree.NewObject(line)
	if agent < 0 || j.at(agent+1).text == "none" {
		label = ""
	}
	if agent >= 0 && j.is(agent+1, "{") {
		depth := 0
		for i := agent + 1; i < min(len(j.words), agent+maxAhead) && j.look(agent); i++ {
			if j.is(i, "{") {
				depth++
			} else if j.is(i, "}") {
				if depth--; depth == 0 {
					break
				}
			}
			v := j.at(i + 1)
			if v.kind != 's' && v.kind != 'g' {
				continue
			}
			open := v.kind == 'g' || j.is(i+2, "+")
			n := tree.NewText(v.text, v.line)
			if open {
				n = tree.NewHole("a program decides it", v.line)
			}
			switch j.words[i].text {
			case "label":
				if label = v.text; open {
					label = "?"
				}
			case "image", "docker":
				attrs.Put("image", n)
			case "registryUrl":
				j.flowOf(graph.Address(j.reader.name+"#"+name), v, "registry", "agent")
			case "yaml":
				for _, l := range imageLine.FindAllStringSubmatch(v.text, -1) {
					attrs.Put("image", tree.NewText(l[1], v.line))
				}
			}
		}
	}
	j.begin(name, line, label, attrs)
}

var imageLine = regexp.MustCompile(`(?m)^\s*-?\s*image:\s*["']?([^\s"'${}]+)`)

func (j *jenkins) begin(name string, line int, label string, attrs *tree.Node) {
	if attrs == nil {
		attrs = tree.NewObject(line)
	}
	from := j.reader.job("jenkins-job_"+label, name, line, attrs)
	j.jobs = append(j.jobs, from)
}

// computed is a value of the program within a text: more than a name.
var computed = regexp.MustCompile(`\$\{[A-Za-z_]\w*[^\w{}:][^{}]*\}`)

// from is the job that a step belongs to; the file where it stands in none.
func (j *jenkins) from() graph.Address {
	if n := len(j.jobs); n > 0 {
		return j.jobs[n-1]
	}
	return graph.Address(j.reader.name)
}

// argument is the text that a step is given: alone, or by one of the names.
func (j *jenkins) argument(i int, names ...string) (word, bool) {
	at := i + 1
	if j.is(at, "(") {
		at++
	}
	if j.is(at, "[") {
		at++
	}
	if w := j.at(at); w.kind == 's' || w.kind == 'g' {
		return w, !j.is(at+1, "+")
	}
	depth := 0
	for k := at; k < min(len(j.words), at+60); k++ {
		switch {
		case at == i+1 && j.at(k).line != j.words[i].line && !j.is(k-1, ","):
			return word{}, false // another step
		case j.is(k, "(") || j.is(k, "["):
			depth++
		case j.is(k, ")") || j.is(k, "]"):
			if depth--; depth < -1 {
				return word{}, false
			}
		case j.is(k, "{") || j.is(k, "}"):
			return word{}, false
		}
		for _, n := range names {
			if j.at(k).text == n && j.is(k+1, ":") {
				w := j.at(k + 2)
				return w, (w.kind == 's' || w.kind == 'g') && !j.is(k+3, "+")
			}
		}
	}
	return word{}, false
}

// name reads a step by its name.
func (j *jenkins) name(i int) {
	w := j.words[i]
	if j.at(i-1).kind == 'p' && (j.is(i-1, ".") || j.is(i-1, ":")) || j.at(i-1).text == "def" {
		return
	}
	switch w.text {
	case "sh", "powershell", "pwsh":
		s, ok := j.argument(i, "script")
		if !ok {
			j.decides(w.line)
			return
		}
		calls, faults := shell.For(w.text)(computed.ReplaceAllLiteralString(s.text, "${COMPUTED_BY_THE_PIPELINE}"), j.shell(j.env))
		site := shell.Site{From: j.from(), Root: j.root, File: j.file, Line: s.line, Flat: !s.block, By: w.text}
		site.Add(j.f, calls, faults)
	case "bat":
		if _, ok := j.argument(i, "script"); ok {
			j.windows = true
		}
	case "git", "checkout":
		switch s, ok := j.argument(i, "url"); {
		case ok && s.text != "":
			j.cloned(s, w.text)
		case s.kind != 0:
			j.decides(w.line)
		}
	case "docker.image":
		if s, ok := j.argument(i); !ok || s.kind != 's' {
			j.decides(w.line)
		} else {
			to, known := shell.Image(s.text, j.o.Hosts)
			j.flow(j.from(), to, unless(known, "where images come from by default is not known here"), "registry", w.text, s.line)
		}
	case "docker.withRegistry", "withDockerRegistry":
		if s, ok := j.argument(i, "url"); !ok {
			j.decides(w.line)
		} else if s.text != "" {
			j.flowOf(j.from(), s, "registry", w.text)
		}
	case "httpRequest":
		if s, ok := j.argument(i, "url"); !ok {
			j.decides(w.line)
		} else {
			j.flowOf(j.from(), s, "data", w.text)
		}
	case "library", "Library":
		j.flow(j.from(), "", "the server says where it takes shared libraries from", "source", w.text, w.line)
	case "load", "evaluate":
		j.decides(w.line)
	case "tools":
		if j.is(i+1, "{") {
			j.flow(j.from(), "", "the server says where it takes tools from", "registry", w.text, w.line)
		}
	default:
		if j.within("environment") && j.is(i+1, "=") {
			delete(j.env, w.text)
			if j.at(i+2).kind == 's' && !j.is(i+3, "+") {
				j.env[w.text] = j.at(i + 2).text
			}
		}
	}
}

// decides notes a line on which a program decides what is run.
func (j *jenkins) decides(line int) {
	if j.decided == 0 {
		j.decided = line
	}
}

func (j *jenkins) cloned(s word, by string) {
	if s.kind == 'g' {
		j.flow(j.from(), "", "a program decides the address", "source", by, s.line)
	} else if to := repository(s.text); to != "" {
		j.flow(j.from(), to, "", "source", by, s.line)
	}
}

func (j *jenkins) flowOf(from graph.Address, s word, purpose, by string) {
	host := s.text
	if _, rest, ok := strings.Cut(host, "://"); ok {
		host, _, _ = strings.Cut(rest, "/")
	}
	if s.kind == 'g' && strings.Contains(host, "$") {
		j.flow(from, "", "a program decides the address", purpose, by, s.line)
		return
	}
	to, _, _ := strings.Cut(s.text, "$")
	j.flow(from, to, unless(to != "", "a program decides the address"), purpose, by, s.line)
}
