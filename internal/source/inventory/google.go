package inventory

import (
	"cmp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// google reads assets as they are exported, listed or searched for. The content
// of policies and of the operating system is left out: it says nothing of where
// something is.
func (in *inventory) google() {
	var records []record
	taken := map[graph.Address]bool{}
	in.items([]string{"assets", "results", "readTimeAssets"}, func(it item, n *tree.Node) {
		if inner := n.Get("asset"); inner != nil && inner.Kind == tree.Object { // of a feed
			n = inner
		}
		typ, name := cmp.Or(n.Get("assetType").Str(), n.Get("asset_type").Str()), n.Get("name").Str()
		if (typ == "" || name == "") && it.whole {
			return
		}
		if typ == "" || name == "" {
			in.problem(it.line, "an asset has no name or no type")
			return
		}
		if n.Get("resource") == nil && (n.Get("iamPolicy") != nil || n.Get("iam_policy") != nil || n.Get("orgPolicy") != nil || n.Get("accessPolicy") != nil) {
			return
		}
		in.facts.Blocks++
		if n.Get("deleted").Plain() == true {
			in.facts.Absent++
			return
		}
		r := record{item: it, typ: typ, address: unlike(taken, graph.Address(name))}
		in.index[fold(name)] = r.address
		if _, rest, ok := strings.Cut(strings.TrimPrefix(name, "//"), "/"); ok && strings.Contains(rest, "/") {
			in.index[fold(rest)] = r.address
		}
		records = append(records, r)
	})
	for i := range records {
		r := &records[i]
		in.facts.Assets = append(in.facts.Assets, graph.Asset{Address: r.address, Language: "gcp-asset", Type: r.typ, Root: in.file,
			Attrs: &lazy{in: in, item: r.item, shape: flattened}, Origin: graph.Origin{File: in.file, Line: r.item.line}})
	}
}

// flattened is an asset with the data of its resource at the top, and beside it
// where the inventory says that it is.
func flattened(n *tree.Node) *tree.Node {
	if inner := n.Get("asset"); inner != nil && inner.Kind == tree.Object {
		n = inner
	}
	out := &tree.Node{Kind: tree.Object, Line: n.Line}
	data := n.Get("resource", "data")
	out.Fields = append(out.Fields, data.Members()...)
	put := func(name string, v *tree.Node) {
		if v != nil && v.Str() != "" && out.Get(name) == nil {
			out.Fields = append(out.Fields, tree.Field{Name: name, Line: v.Line, Value: v})
		}
	}
	put("assetName", n.Get("name"))
	put("assetLocation", n.Get("resource", "location"))
	put("assetLocation", n.Get("location"))
	if out.Get("labels") == nil && n.Get("labels") != nil {
		out.Fields = append(out.Fields, tree.Field{Name: "labels", Line: n.Get("labels").Line, Value: n.Get("labels")})
	}
	return out
}
