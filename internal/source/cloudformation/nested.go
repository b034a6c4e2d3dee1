package cloudformation

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Bounds of what one template nests.
const (
	maxDepth  = 16
	maxStacks = 500
)

// nests reports whether a resource is a stack of its own.
func nests(n *tree.Node) bool {
	t := n.Get("Type").Str()
	return t == "AWS::CloudFormation::Stack" || t == "AWS::Serverless::Application"
}

// template is the file that a nested stack is read from: the one it names, or
// the one that the CDK says it made. "" when it names none here.
func template(dir string, n *tree.Node) string {
	for _, p := range []*tree.Node{n.Get("Metadata", "aws:asset:path"), n.Get("Properties", "TemplateURL"), n.Get("Properties", "Location")} {
		name := p.Str()
		if name == "" || p.Tag != "" || strings.Contains(name, "://") || filepath.IsAbs(name) || !MayMatch(name) {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file
		}
	}
	return ""
}

// nestedBy enters the files that a template nests.
func (r *run) nestedBy(file string, into map[string]bool) {
	src, err := tree.Load(file, maxFile)
	if err != nil || !bytes.Contains(src, []byte("AWS::CloudFormation::Stack")) && !bytes.Contains(src, []byte("AWS::Serverless::Application")) {
		return
	}
	doc, err := document(src)
	if err != nil {
		return // said when it is read
	}
	for _, f := range doc.Get("Resources").Members() {
		if nests(f.Value) {
			if t := template(filepath.Dir(file), f.Value); t != "" && t != filepath.Clean(file) {
				into[t] = true
			}
		}
	}
}

// nest finds out whether a resource is there, and reads the stack that it is.
func (s *stack) nest(res *resource) {
	if res.partial == "" {
		res.partial = s.partial
	}
	if c := res.node.Get("Condition"); c != nil {
		t := s.truth(substitute(c.Str(), res.vars))
		res.absent = t.why == "" && !t.holds
		if t.why != "" {
			res.partial = t.why
		}
	}
	if res.absent || !nests(res.node) {
		return
	}
	file := template(filepath.Dir(filepath.FromSlash(s.file)), res.node)
	if file == "" || s.within(slash(file)) || s.depth >= maxDepth || s.run.stacks >= maxStacks {
		return
	}
	doc := s.run.load(file)
	s.run.read[slash(file)] = true
	if doc == nil {
		return
	}
	s.run.stacks++
	child := s.run.stack(slash(file), doc)
	child.root, child.path, child.partial, child.depth, child.above = s.root, s.path+res.id+"/", res.partial, s.depth+1, s
	child.region, child.pseudo = s.region, s.pseudo
	values := map[string]*tree.Node{}
	e := &scope{stack: s, vars: res.vars}
	for _, f := range res.node.Get("Properties", "Parameters").Members() {
		if v := e.eval(f.Value, 0); v != removed {
			values[f.Name] = v
		}
	}
	child.start(values)
	res.child = child
}

// within reports whether the stack is, or stands within, the template.
func (s *stack) within(file string) bool {
	for ; s != nil; s = s.above {
		if s.file == file {
			return true
		}
	}
	return false
}

// unread says why the template of a nested stack was not read.
func (s *stack) unread(res *resource, props *tree.Node) string {
	for _, name := range []string{"TemplateURL", "Location"} {
		if v := props.Get(name); v != nil {
			if v.Kind == tree.String {
				return fmt.Sprintf("the template %s is no file beside this one that can be read: check it on its own", v.Text)
			}
			return "the template of the nested stack is not known: " + why(v)
		}
	}
	return "the nested stack names no template"
}
