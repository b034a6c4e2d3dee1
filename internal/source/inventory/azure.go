package inventory

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// azure reads resources as Resource Manager gives them. Their language is that of
// its templates.
func (in *inventory) azure() {
	in.resources([]string{"data", "value"})
}

func (in *inventory) resources(keys []string) {
	var records []record
	taken := map[graph.Address]bool{}
	in.items(keys, func(it item, n *tree.Node) {
		id, typ := n.Get("id").Str(), n.Get("type").Str()
		if (id == "" || !strings.Contains(typ, "/")) && it.whole {
			return
		}
		if id == "" || !strings.Contains(typ, "/") {
			in.problem(it.line, "a resource has no id or no type")
			return
		}
		r := record{item: it, typ: typ, address: unlike(taken, graph.Address(id))}
		in.index[fold(id)] = r.address
		records = append(records, r)
	})
	in.facts.Blocks += len(records)
	for i := range records {
		r := &records[i]
		in.facts.Assets = append(in.facts.Assets, graph.Asset{Address: r.address, Language: "arm", Type: r.typ, Root: in.file,
			Attrs: &lazy{in: in, item: r.item, shape: in.belonging, folds: true}, Origin: graph.Origin{File: in.file, Line: r.item.line}})
	}
}

// belonging adds the resource that a resource belongs to: the one whose id its
// own begins with.
func (in *inventory) belonging(n *tree.Node) *tree.Node {
	id := n.Get("id").Str()
	for cut := id; ; {
		for range 2 { // a name and a type
			i := strings.LastIndexByte(cut, '/')
			if i <= 0 {
				return n
			}
			cut = cut[:i]
		}
		if a, ok := in.index[fold(cut)]; ok {
			parent := &tree.Node{Kind: tree.String, Line: n.Line, Text: cut, Refs: []graph.Address{a}}
			n.Fields = append(n.Fields, tree.Field{Name: "parent", Line: n.Line, Value: parent})
			return n
		}
	}
}
