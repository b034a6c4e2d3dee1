package arm

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Bounds of what one root is worked out to.
const (
	maxValues = 3_000_000
	maxNested = 200
	maxAssets = 50_000
	maxCopies = 10_000
	maxDepth  = 16
	maxText   = 1 << 20
)

// A deployment is one template that is being worked out.
type deployment struct {
	run   *run
	file  string
	root  string
	doc   *tree.Node
	path  string // "" at the top, else the addresses of the deployments around it, each followed by a slash
	above *deployment
	depth int

	partial    string
	outer      *deployment           // whose parameters and variables count here, in a template with outer scope
	parameters map[string]*tree.Node // by lower-case name
	variables  map[string]*tree.Node // worked out so far; nil while one is
	resources  []*resource
	byKey      map[string]*resource // by type and spelling of the name, or by symbolic name
	outputs    map[string]*tree.Node
	taken      map[string]bool // addresses
	collected  bool
}

// A resource is one instance of an entry of resources.
type resource struct {
	node     *tree.Node
	line     int
	typ      string
	name     *tree.Node // text, or a hole with its spelling
	address  graph.Address
	parent   *resource
	index    map[string]int // of the loops around it, "" for the innermost
	partial  string
	group    string
	existing bool
	absent   bool
	child    *deployment
}

func (r *run) deployment(file string, doc *tree.Node, given map[string]*tree.Node) *deployment {
	r.facts.Files = append(r.facts.Files, file)
	d := &deployment{run: r, file: file, doc: doc, parameters: map[string]*tree.Node{}, variables: map[string]*tree.Node{},
		byKey: map[string]*resource{}, outputs: map[string]*tree.Node{}, taken: map[string]bool{}}
	if given == nil {
		given = r.given
	}
	for _, p := range get(doc, "parameters").Members() {
		name := strings.ToLower(p.Name)
		secret := strings.HasPrefix(strings.ToLower(get(p.Value, "type").Str()), "secure")
		v := given[name]
		switch {
		case v != nil && v.Kind == tree.Hole && v.Tag == "":
			v = at(v, p.Line)
			v.Tag = "{" + p.Name + "}"
		case v != nil:
		case secret:
			v = hole(p.Line, fmt.Sprintf("the parameter %s is hidden", p.Name), "{"+p.Name+"}")
		case get(p.Value, "defaultValue") != nil:
			v = get(p.Value, "defaultValue") // an expression is worked out when it is asked for
		default:
			v = hole(p.Line, fmt.Sprintf("the parameter %s has no value: give it in a file of parameters", p.Name), "{"+p.Name+"}")
		}
		d.parameters[name] = v
	}
	return d
}

// read makes the assets of the deployment and of those that it nests.
func (d *deployment) read() {
	d.gather()
	for _, res := range d.resources {
		if res.existing {
			continue
		}
		d.run.facts.Blocks++
		if res.absent {
			d.run.facts.Absent++
			continue
		}
		d.asset(res)
	}
}

// gather finds the resources, once.
func (d *deployment) gather() {
	if d.collected {
		return
	}
	d.collected = true
	d.collect(get(d.doc, "resources"), nil, nil)
	for _, res := range d.resources {
		d.nest(res)
	}
}

func (d *deployment) asset(res *resource) {
	if d.run.assets++; d.run.assets > maxAssets {
		if d.run.assets == maxAssets+1 {
			d.run.problem(d.file, res.line, fmt.Sprintf("the template makes more than %d resources: split it", maxAssets))
		}
		return
	}
	s := &scope{deployment: d, res: res}
	body := s.body()
	a := graph.Asset{Address: res.address, Language: Language, Type: res.typ, Root: d.root, Module: strings.TrimSuffix(d.path, "/"),
		Attrs: &reader{body, d.file}, Partial: res.partial, Group: res.group, Origin: graph.Origin{File: d.file, Line: res.line}}
	if deploys(res.typ) && res.child == nil {
		a.Type, a.Partial = "module", d.unread(res, body)
		d.fetches(res, body)
	}
	d.run.facts.Assets = append(d.run.facts.Assets, a)
	if res.child != nil {
		res.child.read()
	}
}

func deploys(typ string) bool { return strings.EqualFold(typ, "Microsoft.Resources/deployments") }

// nest reads the template of a nested deployment.
func (d *deployment) nest(res *resource) {
	if !deploys(res.typ) || res.existing || res.absent {
		return
	}
	s := &scope{deployment: d, res: res}
	props := get(res.node, "properties")
	doc, file := get(props, "template"), d.file
	if doc == nil || doc.Kind != tree.Object {
		if file = linkedFile(props, filepath.Dir(filepath.FromSlash(d.file))); file == "" || d.within(slash(file)) {
			return
		}
		if doc = d.run.load(file); doc == nil {
			return
		}
		file = slash(file)
	}
	if d.depth >= maxDepth {
		return
	}
	given := map[string]*tree.Node{}
	for _, p := range get(props, "parameters").Members() {
		name := strings.ToLower(p.Name)
		if get(p.Value, "reference") != nil {
			given[name] = hole(p.Line, "the parameter "+p.Name+" is a secret of a key vault", "")
		} else if v := get(p.Value, "value"); v != nil {
			given[name] = s.eval(v, 0)
		} else if p.Value.Kind != tree.Object { // an expression that makes the object
			given[name] = hole(p.Line, "how the parameter "+p.Name+" is given is not worked out", "")
		}
	}
	c := d.run.deployment(file, doc, given)
	c.root, c.path, c.above, c.depth, c.partial = d.root, string(res.address)+"/", d, d.depth+1, res.partial
	inner := strings.EqualFold(get(get(props, "expressionEvaluationOptions"), "scope").Str(), "inner") || get(props, "template") == nil
	if !inner {
		c.outer = d
		if d.outer != nil {
			c.outer = d.outer
		}
	}
	res.child = c
}

func (d *deployment) within(file string) bool {
	for ; d != nil; d = d.above {
		if d.file == file {
			return true
		}
	}
	return false
}

// fetches adds the flow to where the template of a nested deployment comes from,
// when an address says it.
func (d *deployment) fetches(res *resource, body *tree.Node) {
	uri := get(get(get(body, "properties"), "templateLink"), "uri")
	if uri == nil || uri.Kind != tree.String || !strings.Contains(uri.Text, "://") {
		return
	}
	d.run.facts.Flows = append(d.run.facts.Flows, graph.Flow{From: res.address, To: graph.Address(uri.Text), State: graph.Planned, Purpose: "source",
		Via: "the template that the deployment links to", Root: d.root, Origin: graph.Origin{File: d.file, Line: uri.Line}})
}

// unread says why the template of a nested deployment was not read.
func (d *deployment) unread(res *resource, body *tree.Node) string {
	link := get(get(body, "properties"), "templateLink")
	for _, name := range []string{"uri", "relativePath", "id"} {
		if v := get(link, name); v != nil {
			if v.Kind == tree.String {
				return fmt.Sprintf("the template %s is no file beside this one that can be read: check it on its own", v.Text)
			}
			return "the template that it links to is not known: " + why(v)
		}
	}
	return "the nested deployment has no template that could be read"
}
