package code

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	text "github.com/bailiwick-dev/bailiwick/internal/code"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A program is one file that is read.
type program struct {
	*reader
	file      *text.File
	name      string // of the file
	out       *result
	used      map[string]bool // packages that were seen to call
	ecosystem string
	lines     func(line int) int // of the file; nil where the text is the file
	seals     seals
	sent      []sent
}

// at is the line of the file on which a line of the text stands.
func (p *program) at(line int) int {
	if p.lines == nil {
		return line
	}
	return p.lines(line)
}

func (p *program) read() {
	p.used = map[string]bool{}
	chains := make([][]int, len(p.file.Calls))
	for i := range p.file.Calls {
		root := p.file.Root(i)
		chains[root] = append(chains[root], i)
	}
	for i := range p.file.Calls {
		if p.file.Calls[i].On < 0 && p.file.Calls[i].Name != "" {
			p.made(i, chains[i])
		}
	}
	p.passedOn()
	p.imports()
	p.addresses()
	p.given()
	p.asked()
	p.sealed()
	p.inside()
}

// asked adds the models that a call names whose client is made elsewhere: who
// made them counts, whom the call reaches is not known here.
func (p *program) asked() {
	for i := range p.file.Strings {
		s := &p.file.Strings[i]
		if s.Class != text.Argument || s.Key == "" || len(s.Text) > 100 || !slices.ContainsFunc(p.know.Named, func(n string) bool { return fold(n) == fold(s.Key) }) {
			continue
		}
		if strings.ContainsAny(s.Text, " {") || p.know.Developer == nil || p.know.Developer(s.Text) == "" || slices.ContainsFunc(p.out.flows, func(f graph.Flow) bool {
			return f.Model == s.Text || strings.HasSuffix(s.Text, "/"+f.Model) && f.Model != ""
		}) {
			continue
		}
		p.add(dest{unknown: "the client that is asked for the model " + s.Text + " is made elsewhere"}, "model", s.Text, "a call in "+p.relative()+" names the model"+p.signals(s.Block), s.Line)
	}
}

// made looks at a call that may make a client or use one; chain are the calls
// that ask what it gives, itself included.
func (p *program) made(i int, chain []int) {
	c := &p.file.Calls[i]
	best := []hit{}
	for _, h := range p.candidates(cmp.Or(c.Super, c.Name)) {
		if h.service == "" && len(h.Service) > 0 {
			v, ok := p.arg(i, h.Service)
			if !ok {
				continue
			}
			if h.service, ok = v.Known(); !ok {
				h.service = ""
			}
		}
		service, ok := h.called(h.service)
		if !ok || !h.makes(h.rest) && !h.makes(p.names(chain)) {
			continue
		}
		h.service = service
		if h.Seals != "" {
			p.seals.add(i, chain, h.Seals)
			if h.Host == "" {
				continue // it sends nothing by itself
			}
		}
		best = append(best, h)
	}
	// Of several, those that name what is called say more.
	for _, h := range best {
		if len(h.Makes) > 0 || len(h.Services) > 0 {
			best = slices.DeleteFunc(best, func(h hit) bool { return len(h.Makes) == 0 && len(h.Services) == 0 })
			break
		}
	}
	for n, h := range best {
		if n > 0 && h.Package == best[0].Package && h.Host == best[0].Host {
			continue
		}
		p.used[h.Ecosystem+":"+h.Package] = true
		p.client(h, i, chain)
		break
	}
}

// passedOn adds the clients that are not made here and whose class is given away: a
// class of this file extends it, or a function gives it back. Who makes it there may
// say another address, as who makes it here may.
func (p *program) passedOn() {
	for _, g := range p.file.Given {
		class := g.Name[strings.LastIndexAny(g.Name, "./")+1:]
		if slices.ContainsFunc(p.file.Calls, func(c text.Call) bool { return cmp.Or(c.Super, c.Name) == g.Name }) {
			continue
		}
		for _, h := range p.candidates(g.Name) {
			if !h.class(class) || h.Routed || len(h.Service) > 0 || len(h.Services) > 0 {
				continue
			}
			p.used[h.Ecosystem+":"+h.Package] = true
			via := fmt.Sprintf("the package %s (%s:%d %s, passed on)", h.Package, p.relative(), p.at(g.Line), class)
			for _, d := range p.standard(h, text.Value{}, false) {
				p.add(d, h.purpose(), "", via+d.how, g.Line)
			}
			break
		}
	}
}

// names are the words of a chain of calls.
func (p *program) names(chain []int) string {
	var b strings.Builder
	for n, i := range chain {
		if n > 0 && n < 8 {
			b.WriteString(p.file.Calls[i].Name)
		}
	}
	return b.String()
}

// candidates are the clients whose module a name begins with, as written or
// through an import of all names of a module.
func (p *program) candidates(name string) []hit {
	out := p.know.hits(p.ecosystem, name)
	if len(out) > 0 || strings.Contains(name, "/") {
		return out
	}
	for _, im := range p.file.Imports {
		if im.Name == "*" {
			for _, h := range p.know.hits(p.ecosystem, im.Path+"."+name) {
				if len(h.Makes) > 0 { // without, everything would be of it
					out = append(out, h)
				}
			}
		}
	}
	return out
}

// client adds the flows of one client.
func (p *program) client(h hit, i int, chain []int) {
	c := &p.file.Calls[i]
	line := c.Line
	short := cmp.Or(c.Super, c.Name)
	if at := strings.LastIndexAny(short, "./"); at >= 0 {
		short = short[at+1:]
	}
	via := fmt.Sprintf("the package %s (%s:%d %s)", h.Package, p.relative(), p.at(line), short)
	models := p.models(h, chain)
	dests := p.destinations(h, i, chain)
	if h.Routed && !slices.ContainsFunc(dests, func(d dest) bool { return d.host != "" }) {
		p.routed(models, via, line, h.purpose())
		return
	}
	if len(models) == 0 {
		models = []model{{line: line}}
	}
	from := len(p.out.flows)
	defer func() { p.sent = append(p.sent, sent{from, len(p.out.flows), i, chain, h.Seals != ""}) }()
	for _, d := range dests {
		for _, m := range models {
			p.add(d, h.purpose(), m.name, via+d.how+p.signals(c.Block), m.line)
		}
	}
}

// A model is one that a program names, and where.
type model struct {
	name string
	line int
}

// maxModels is how many models of one client are told apart.
const maxModels = 12

// models are the names of models, data sets or repositories in a chain of calls.
func (p *program) models(h hit, chain []int) []model {
	names := p.know.Named
	if len(h.Named) > 0 {
		names = h.Named
	}
	var out []model
	for _, i := range chain {
		v, ok := p.arg(i, names)
		if !ok {
			if v, ok = p.nested(i, names); !ok {
				continue
			}
		}
		for _, t := range v.Texts() {
			t = strings.TrimSpace(t)
			if t == "" || len(t) > 200 || strings.ContainsAny(t, " {}\n") || len(out) >= maxModels || h.purpose() == "registry" && local(t) {
				continue
			}
			if !slices.ContainsFunc(out, func(m model) bool { return m.name == t }) {
				out = append(out, model{t, max(v.Line, 1)})
			}
		}
	}
	return out
}

// local reports whether a name of a model is a folder.
func local(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || strings.Count(name, "/") > 1
}

// arg is an argument of a call by its names, in a map that is the argument too,
// one map deep.
func (p *program) arg(i int, names []string) (text.Value, bool) {
	c := &p.file.Calls[i]
	if v, ok := c.Arg(names...); ok {
		return v, true
	}
	for j := range c.Args {
		if v, ok := c.Args[j].Value.Key(names...); ok {
			return v, true
		}
	}
	for j := range c.Args {
		for _, x := range c.Args[j].Value.Items {
			if v, ok := x.Key(names...); ok && c.Args[j].Value.Kind == text.Map {
				return v, true
			}
		}
	}
	return text.Value{}, false
}

// nested is an argument of a call that makes an argument of this one, or the
// only argument of a call in the chain that is named like it.
func (p *program) nested(i int, names []string) (text.Value, bool) {
	c := &p.file.Calls[i]
	if c.On >= 0 && len(c.Args) > 0 && len(c.Args) < 3 {
		tail := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
		if slices.ContainsFunc(names, func(n string) bool { return fold(n) == fold(tail) }) {
			return c.Args[0].Value, true
		}
	}
	for j := range c.Args {
		v := c.Args[j].Value
		if v.Kind != text.Result {
			continue
		}
		inner := &p.file.Calls[v.Call]
		if x, ok := p.arg(v.Call, names); ok {
			return x, true
		}
		tail := inner.Name[strings.LastIndexAny(inner.Name, "./")+1:]
		if len(inner.Args) > 0 && slices.ContainsFunc(names, func(n string) bool { return fold(n) == fold(tail) }) {
			return inner.Args[0].Value, true
		}
	}
	return text.Value{}, false
}

// routed adds a flow for each model whose name says whom it leads to.
func (p *program) routed(models []model, via string, line int, purpose string) {
	for _, m := range models {
		if host, name := p.know.route(m.name); host != "" {
			p.add(dest{host: host}, purpose, name, via, m.line)
		} else {
			p.add(dest{unknown: fmt.Sprintf("whom the model %q leads to is not known", m.name)}, purpose, m.name, via, m.line)
		}
	}
	if len(models) == 0 {
		p.add(dest{unknown: "the name of the model decides whom it leads to, and no literal says it"}, purpose, "", via, line)
	}
}

// route is the host that the name of a model leads to, and the rest of the name.
func (k *knowledge) route(name string) (string, string) {
	if at := strings.IndexAny(name, "/:"); at > 0 {
		if host := k.prefixes[strings.ToLower(name[:at])]; host != "" {
			return host, name[at+1:]
		}
	}
	if k.Developer != nil {
		if host := k.prefixes[k.Developer(name)]; host != "" && !strings.Contains(name, "/") {
			return host, name
		}
	}
	return "", name
}

// imports adds a flow for each library that is imported and that no call was
// seen to make: another file may.
func (p *program) imports() {
	for _, im := range p.file.Imports {
		full := im.Path
		if im.Name != "" && im.Name != "*" && im.Name != "default" {
			full += "." + im.Name
		}
		for _, h := range p.know.hits(p.ecosystem, full) {
			id := h.Ecosystem + ":" + h.Package
			if len(h.Makes) > 0 && h.rest != "" && !h.makes(h.rest) || len(h.Makes) > 0 && im.Name == "default" && h.rest != "" {
				continue // only its types are imported, or one of its errors
			}
			if p.used[id] || len(h.Makes) > 0 && !h.itself() || h.Routed || h.Host == "" || strings.Contains(h.Host, "{service}") && h.service == "" {
				continue
			}
			service, ok := h.called(h.service)
			if !ok {
				continue
			}
			h.service = service
			p.used[id] = true
			via := fmt.Sprintf("the package %s (%s:%d import)", h.Package, p.relative(), p.at(im.Line))
			for _, d := range p.standard(h, text.Value{}, false) {
				p.add(d, h.purpose(), "", via+d.how, im.Line)
			}
		}
	}
}

// add adds a flow.
func (p *program) add(d dest, purpose, model, via string, line int) {
	p.out.add(p.name, d, purpose, model, via, p.at(line))
}

func (out *result) add(file string, d dest, purpose, model, via string, line int) {
	out.flows = append(out.flows, graph.Flow{From: graph.Address(relative(out.root, file)), To: graph.Address(d.host), Unknown: d.unknown, State: graph.Planned,
		Purpose: purpose, Model: model, Via: via, Root: out.root, Origin: graph.Origin{File: file, Line: line}})
}

func (p *program) relative() string { return relative(p.out.root, p.name) }
