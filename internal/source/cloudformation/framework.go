package cloudformation

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// frameworkName is what files of the Serverless Framework are called; also by
// those who have several.
var frameworkName = regexp.MustCompile(`^serverless[\w.-]*\.(ya?ml|json|ts|js)$`)

var providerKey = regexp.MustCompile(`(?m)^["']?provider["']?\s*:|[{,]\s*"provider"\s*:`)

// isFramework reports whether a file is one of the Serverless Framework.
func isFramework(file string, head []byte) bool {
	name := strings.ToLower(filepath.Base(file))
	if !frameworkName.MatchString(name) {
		return false
	}
	if isProgram(name) {
		return strings.Count(name, ".") == 1 && bytes.Contains(head, []byte("provider")) && bytes.Contains(head, []byte("service"))
	}
	return bytes.Contains(head, []byte("service")) && providerKey.Match(head)
}

// isProgram reports whether a program makes what the Framework reads.
func isProgram(name string) bool {
	return strings.HasSuffix(name, ".ts") || strings.HasSuffix(name, ".js")
}

// A framework makes a template of a file of the Serverless Framework, as the
// Framework does when it packages a service.
type framework struct {
	*variables
	run       *run
	doc       *tree.Node
	resources *tree.Node
}

// service reads a file of the Serverless Framework.
func (r *run) service(file string) {
	r.read[slash(file)] = true
	r.facts.Files = append(r.facts.Files, slash(file))
	const packaged = "run serverless package, and check .serverless/cloudformation-template-update-stack.json"
	if isProgram(strings.ToLower(file)) {
		r.problem(file, 0, "a program makes what the Serverless Framework reads, and it is not run: "+packaged)
		return
	}
	src, err := tree.Load(file, maxFile)
	if err != nil {
		r.problem(file, 0, err.Error())
		return
	}
	doc, err := document(src)
	if err != nil || doc == nil || doc.Kind != tree.Object {
		line := 0
		if err != nil {
			line, _ = tree.Fault(err)
		}
		r.problem(file, line, "it is not a file of the Serverless Framework that can be read: mend it, or leave it out")
		return
	}
	v := newVariables(file, doc)
	doc = v.resolve(doc, 0)
	f := &framework{variables: v, run: r, doc: doc, resources: tree.NewObject(1)}
	provider := doc.Get("provider")
	name := provider.Get("name")
	if name == nil {
		name = provider
	}
	if name.Str() != "aws" {
		r.problem(file, lineOf(name), "its provider is not aws, and what functions become elsewhere is not read: look at what the provider makes of them")
		return
	}
	made := f.template()
	s := r.stack(slash(file), made)
	r.facts.Files = r.facts.Files[:len(r.facts.Files)-1] // it stands there already
	s.root = slash(file)
	r.values, r.stacks = 0, 0
	s.place(&besides{all: f.target(slash(file))})
	s.start(nil)
	s.assets()
	if p := doc.Get("plugins"); p != nil {
		f.plugins(s, p)
	}
}

// target is the region that the service is deployed to.
func (f *framework) target(file string) *target {
	region := f.doc.Get("provider", "region")
	t := &target{origin: graph.Origin{File: file, Line: lineOf(f.doc.Get("provider"))}}
	switch {
	case region == nil:
		t.unknown = "provider.region is not written: the Framework takes us-east-1 then, unless --region is given to it; write the region"
	case region.Kind == tree.String && region.Tag == "":
		t.region, t.origin.Line = region.Text, region.Line
	case region.Kind == tree.Hole:
		t.unknown, t.origin.Line = region.Text, region.Line
	default:
		t.unknown = "provider.region is no text: write the region"
	}
	return t
}

// plugins run while the service is packaged, and may change everything.
func (f *framework) plugins(s *stack, n *tree.Node) {
	var names []string
	list := n
	if m := n.Get("modules"); m != nil {
		list = m
	}
	for _, p := range list.Elements() {
		if p.Str() != "" {
			names = append(names, p.Str())
		}
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	f.run.facts.Assets = append(f.run.facts.Assets, graph.Asset{Address: "plugins", Language: Language, Type: "module", Root: s.root, Attrs: n.Reader(s.file),
		Partial: fmt.Sprintf("plugins of the Framework may add and change resources when it is packaged: %s", strings.Join(names[:min(len(names), 6)], ", ")),
		Origin:  graph.Origin{File: s.file, Line: n.Line}})
}

// template is what the Framework makes: the resources that stand in the file,
// and those of functions and of what calls them.
func (f *framework) template() *tree.Node {
	out := tree.NewObject(1)
	for _, part := range f.doc.Get("resources").Elements() {
		for _, m := range part.Members() {
			switch m.Name {
			case "Resources":
				f.take(m.Value)
			case "Parameters", "Conditions", "Mappings", "Outputs":
				if out.Get(m.Name) == nil {
					out.Put(m.Name, m.Value)
				}
			}
		}
		if part.Kind == tree.Hole {
			f.resources.Put("resources", part)
		}
	}
	if f.doc.Get("provider", "deploymentBucket") == nil {
		f.add("ServerlessDeploymentBucket", "AWS::S3::Bucket", lineOf(f.doc.Get("provider")), nil)
	}
	functions := f.doc.Get("functions")
	for _, part := range functions.Elements() {
		for _, fn := range part.Members() {
			f.function(fn)
		}
	}
	out.Put("Resources", f.resources)
	return out
}

// take takes the resources in that are written; of one that stands twice the
// first counts.
func (f *framework) take(n *tree.Node) {
	for _, m := range n.Members() {
		if f.resources.Get(m.Name) == nil {
			f.resources.Fields = append(f.resources.Fields, m)
		}
	}
}

func (f *framework) add(id, typ string, line int, props *tree.Node) {
	if f.resources.Get(id) != nil {
		return
	}
	n := tree.NewObject(line)
	n.Put("Type", tree.NewText(typ, line))
	n.Put("Properties", props)
	f.resources.Fields = append(f.resources.Fields, tree.Field{Name: id, Line: line, Value: n})
}

// logical is the name that the Framework gives to what belongs to a function.
func logical(name string) string {
	if name == "" {
		return ""
	}
	name = strings.NewReplacer("-", "Dash", "_", "Underscore").Replace(name)
	return strings.ToUpper(name[:1]) + name[1:]
}
