package cloudformation

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// variables are those of a file of the Serverless Framework: ${self:custom.x},
// ${opt:stage, 'dev'}, ${file(x.yml):y}. What only a deployment knows is a hole.
type variables struct {
	file string
	root *tree.Node
	work int             // what may still be resolved
	busy map[string]bool // what is being resolved
	docs map[string]*tree.Node
}

// Bounds of what one file is resolved to.
const (
	maxVariables = 20_000
	maxDeep      = 60
	maxIncluded  = 2 << 20
)

func newVariables(file string, doc *tree.Node) *variables {
	return &variables{file: file, root: doc, work: maxVariables, busy: map[string]bool{}, docs: map[string]*tree.Node{}}
}

// resolve is a node with the values of its variables.
func (v *variables) resolve(n *tree.Node, depth int) *tree.Node {
	if n == nil {
		return nil
	}
	if v.work--; v.work < 0 || depth > maxDeep {
		return tree.NewHole("the file says too much to be worked out: split it", n.Line)
	}
	switch n.Kind {
	case tree.String:
		if strings.Contains(n.Text, "${") {
			return v.text(n, depth)
		}
	case tree.List, tree.Object:
		c := *n
		c.Items = make([]*tree.Node, len(n.Items))
		for i, it := range n.Items {
			c.Items[i] = v.resolve(it, depth+1)
		}
		c.Fields = make([]tree.Field, len(n.Fields))
		for i, f := range n.Fields {
			c.Fields[i] = tree.Field{Name: f.Name, Line: f.Line, Value: v.resolve(f.Value, depth+1)}
		}
		return &c
	}
	return n
}

// text works a text out: the variables in it from the innermost on.
func (v *variables) text(n *tree.Node, depth int) *tree.Node {
	s := n.Text
	from := len(s) // variables of CloudFormation behind it are left alone
	for range maxDeep {
		at := strings.LastIndex(s[:from], "${")
		if at < 0 {
			break
		}
		end := strings.IndexByte(s[at:], '}')
		if end < 0 {
			break
		}
		inner := s[at+2 : at+end]
		if !ours(inner) {
			from = at
			continue
		}
		got := v.value(inner, n.Line, depth+1)
		whole := at == 0 && at+end+1 == len(s)
		switch {
		case got == nil:
			return tree.NewHole("nothing says what ${"+inner+"} is", n.Line)
		case whole:
			c := got.At(n.Line)
			if c.Tag == "" {
				c.Tag = n.Tag
			}
			return c
		case got.Kind == tree.Hole:
			return tree.NewHole(got.Text, n.Line, got.Refs...)
		case got.Kind == tree.Object || got.Kind == tree.List:
			return tree.NewHole("${"+inner+"} is no text", n.Line)
		}
		if s = s[:at] + got.Text + s[at+end+1:]; len(s) > maxText {
			return tree.NewHole("the text is longer than a value is", n.Line)
		}
		from = len(s)
	}
	c := *n
	c.Text = s
	return &c
}

// sources are the words before the colon of variables.
var sources = []string{"self:", "opt:", "env:", "sls:", "param:", "file(", "ssm:", "cf:", "cf(", "s3:", "aws:", "ssm(", "output:", "secrets:", "git:", "state:", "doppler:", "terraform:", "vault:"}

// ours reports whether ${…} is a variable of the Framework.
func ours(inner string) bool {
	inner = strings.TrimSpace(inner)
	for _, s := range sources {
		if strings.HasPrefix(inner, s) {
			return true
		}
	}
	return strings.Contains(inner, ",") && !strings.Contains(inner, "::")
}

// value is the first of the alternatives that is known; a hole for the reason of
// the first, where the last is none.
func (v *variables) value(inner string, line, depth int) *tree.Node {
	if v.work--; v.work < 0 || depth > maxDeep {
		return tree.NewHole("its variables lead too far", line)
	}
	var why *tree.Node
	for _, alternative := range alternatives(inner) {
		got := v.one(strings.TrimSpace(alternative), line, depth)
		if got != nil && (got.Kind != tree.Hole && got.Kind != tree.Null || lookedUp(alternative)) {
			return got
		}
		if got != nil && why == nil {
			why = got
		}
	}
	return why
}

// lookedUp reports whether who deploys finds a value that no file shows, so that what
// stands in its place counts for nothing here.
func lookedUp(alternative string) bool {
	alternative = strings.TrimSpace(alternative)
	for _, s := range []string{"ssm", "cf", "s3", "output", "secrets", "state", "doppler", "terraform", "vault"} {
		if strings.HasPrefix(alternative, s+":") || strings.HasPrefix(alternative, s+"(") {
			return true
		}
	}
	return false
}

// alternatives are what stands between commas that are in no quotes.
func alternatives(s string) []string {
	var out []string
	from, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == ',':
			out, from = append(out, s[from:i]), i+1
		}
	}
	return append(out, s[from:])
}

func (v *variables) one(s string, line, depth int) *tree.Node {
	if len(s) >= 2 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] {
		return tree.NewText(s[1:len(s)-1], line)
	}
	word, rest, _ := strings.Cut(s, ":")
	switch {
	case word == "self":
		return v.self(rest, line, depth)
	case s == "sls:stage", s == "opt:stage":
		return tree.NewText(v.stage(), line)
	case s == "aws:region":
		return v.self("provider.region", line, depth)
	case strings.HasPrefix(s, "file("):
		return v.included(s, line, depth)
	case word == "opt":
		return tree.NewHole("it is given on the command line (--"+rest+")", line)
	case word == "env":
		return tree.NewHole("the variable "+rest+" is set where the service is deployed from", line)
	case strings.ContainsAny(s, ":("):
		return tree.NewHole("${"+s+"} is looked up when the service is deployed", line)
	}
	return tree.NewText(s, line)
}

// stage is the one that is deployed unless the command line names another.
func (v *variables) stage() string {
	n := v.root.Get("provider", "stage")
	s := n.Str()
	if s == "" {
		return "dev"
	}
	if i := strings.LastIndexByte(s, ','); strings.Contains(s, "${") {
		if s = strings.Trim(s[i+1:], " '\"}"); i < 0 || s == "" || strings.ContainsAny(s, ":$") {
			return "dev"
		}
	}
	return s
}

// self is a value of the file itself.
func (v *variables) self(at string, line, depth int) *tree.Node {
	if v.busy[at] {
		return tree.NewHole("${self:"+at+"} leads back to itself", line)
	}
	v.busy[at] = true
	defer delete(v.busy, at)
	return v.walk(v.root, at, depth)
}

func (v *variables) walk(n *tree.Node, at string, depth int) *tree.Node {
	if at == "" {
		return n
	}
	for name := range strings.SplitSeq(at, ".") {
		if n != nil && n.Kind == tree.String {
			n = v.resolve(n, depth+1) // a variable stands for the object
		}
		if n != nil && n.Kind == tree.Hole {
			return n
		}
		n = n.Get(name)
	}
	return v.resolve(n, depth+1)
}

// included is a value of another file of the tree.
func (v *variables) included(s string, line, depth int) *tree.Node {
	name, rest, _ := strings.Cut(strings.TrimPrefix(s, "file("), ")")
	name = path.Clean(strings.TrimSpace(name))
	rest = strings.TrimPrefix(rest, ":")
	switch path.Ext(name) {
	case ".yml", ".yaml", ".json":
	default:
		return tree.NewHole("what "+name+" gives is not worked out here", line)
	}
	doc, seen := v.docs[name]
	if !seen {
		doc = v.load(name, line)
		v.docs[name] = doc
	}
	if key := "file(" + name + ")" + rest; !v.busy[key] {
		v.busy[key] = true
		defer delete(v.busy, key)
		return v.walk(doc, rest, depth)
	}
	return tree.NewHole(name+" takes itself in", line)
}

// load reads a file below the repository, or below the folder of the service
// where nothing shows where that begins.
func (v *variables) load(name string, line int) *tree.Node {
	dir := filepath.Dir(v.file)
	top, rel := dir, name
	for up, i := dir, 0; i < 8; i++ {
		if _, err := os.Stat(filepath.Join(up, ".git")); err == nil {
			if r, err := filepath.Rel(up, filepath.Join(dir, filepath.FromSlash(name))); err == nil {
				top, rel = up, filepath.ToSlash(r)
			}
			break
		}
		up = filepath.Join(up, "..")
	}
	absent := func(why string) *tree.Node {
		return tree.NewHole(fmt.Sprintf("%s %s: bring it into the tree, or write its value", name, why), line)
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return absent("cannot be read")
	}
	defer root.Close()
	info, err := root.Stat(filepath.FromSlash(rel))
	if err != nil || !info.Mode().IsRegular() {
		return absent("is not here")
	}
	if info.Size() > maxIncluded {
		return absent("is too large")
	}
	src, err := root.ReadFile(filepath.FromSlash(rel))
	if err != nil {
		return absent("cannot be read")
	}
	doc, err := document(tree.Decode(src))
	if err != nil || doc == nil {
		return absent("is no document that can be read")
	}
	return doc.At(line)
}
