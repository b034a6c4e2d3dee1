package compose

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/shell"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

func sorted(m map[string]string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

// ports are written in one form, HOST:PUBLISHED:TARGET.
func ports(n *tree.Node) *tree.Node {
	if n == nil {
		return nil
	}
	out := &tree.Node{Kind: tree.List, Line: n.Line}
	for _, it := range n.Elements() {
		p := &tree.Node{Kind: tree.String, Text: it.Text, Line: it.Line}
		switch {
		case it.Kind == tree.Hole:
			p = it
		case it.Kind == tree.Object:
			p.Text = it.Get("host_ip").Str() + ":" + plain(it.Get("published")) + ":" + plain(it.Get("target"))
		}
		if p.Kind == tree.String {
			switch strings.Count(p.Text, ":") {
			case 0:
				p.Text = "::" + p.Text
			case 1:
				p.Text = ":" + p.Text
			}
		}
		out.Items = append(out.Items, p)
	}
	return out
}

func plain(n *tree.Node) string {
	if n == nil || n.Kind != tree.String && n.Kind != tree.Number {
		return ""
	}
	return n.Text
}

// internal tells whether all networks that the service is in are cut off from
// the outside; nil where it says nothing of networks.
func (r *reader) internal(n *tree.Node) *tree.Node {
	if m := n.Get("network_mode"); m != nil {
		return &tree.Node{Kind: tree.Bool, Text: truth(m.Str() == "none"), Line: m.Line}
	}
	nets := n.Get("networks")
	var names []string
	for _, it := range nets.Elements() {
		if it.Kind == tree.String {
			names = append(names, it.Text)
		}
	}
	for _, f := range nets.Members() {
		names = append(names, f.Name)
	}
	if len(names) == 0 {
		return nil
	}
	all := true
	for _, name := range names {
		v := r.doc.Get("networks", name, "internal")
		all = all && v != nil && v.Kind == tree.Bool && v.Text == "true"
	}
	return &tree.Node{Kind: tree.Bool, Text: truth(all), Line: nets.Line}
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// models are those of the runner that a service asks for.
func (r *reader) models(at graph.Address, n *tree.Node) {
	add := func(v *tree.Node, line int) {
		ref := v.Str()
		if ref == "" {
			return
		}
		to, ok := shell.Image(ref, r.o.Hosts)
		f := graph.Flow{From: at, To: graph.Address(to), State: graph.Planned, Purpose: "registry", Model: ref, Via: "models", Root: r.root, Origin: graph.Origin{File: r.file, Line: line}}
		if !ok {
			f.Unknown = "where models come from by default is not known here"
		}
		r.f.Flows = append(r.f.Flows, f)
	}
	asked := n.Get("models")
	for _, it := range asked.Elements() {
		if it.Kind == tree.String {
			add(r.doc.Get("models", it.Text, "model"), it.Line)
		}
	}
	for _, f := range asked.Members() {
		add(r.doc.Get("models", f.Name, "model"), f.Line)
	}
	if p := n.Get("provider"); p.Get("type").Str() == "model" {
		add(p.Get("options", "model"), p.Line)
	}
}

// command reads what the container runs.
func (r *reader) command(at graph.Address, n *tree.Node, env map[string]string, by string) {
	if n == nil {
		return
	}
	o := shell.Options{Env: env, Around: *r.o, Unset: "NAME is a variable of the container that is not set here"}
	site := shell.Site{From: at, Root: r.root, File: r.file, Line: cmp.Or(n.Line, 1), Flat: true, By: by}
	var args []string
	switch n.Kind {
	case tree.String:
		calls, faults := shell.Read(n.Text, o)
		site.Add(r.f, calls, faults[:0])
		return
	case tree.List:
		for _, it := range n.Items {
			if it.Kind == tree.Hole {
				return // a part is not known
			}
			args = append(args, it.Text)
		}
	}
	if len(args) > 0 && (args[0] == "CMD" || args[0] == "CMD-SHELL" || args[0] == "NONE") {
		if args[0] == "CMD-SHELL" && len(args) > 1 {
			calls, _ := shell.Read(args[1], o)
			site.Add(r.f, calls, nil)
			return
		}
		args = args[1:]
	}
	calls, faults := shell.Command(args, o)
	site.Add(r.f, calls, faults)
}
