package declared

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

var backstageHead = regexp.MustCompile(`(?m)^apiVersion:\s*["']?backstage\.io/`)

func isBackstage(head string) bool {
	return strings.Contains(head, "backstage.io/") && backstageHead.MatchString(head)
}

// backstageKinds are those that do something; people, places and templates do not.
var backstageKinds = map[string]bool{"component": true, "resource": true, "api": true, "system": true}

// backstage reads one entity of a software catalog. What it depends on, and the
// APIs that it consumes, it speaks with.
// https://backstage.io/docs/features/software-catalog/descriptor-format
func backstage(r *reading, doc *tree.Node) {
	kind := strings.ToLower(doc.Get("kind").Str())
	if !strings.HasPrefix(doc.Get("apiVersion").Str(), "backstage.io/") || !backstageKinds[kind] {
		return
	}
	namespace := cmp.Or(doc.Get("metadata", "namespace").Str(), "default")
	name := doc.Get("metadata", "name").Str()
	if name == "" {
		r.problem(doc.Line, "an entity of kind "+kind+" has no metadata.name: give it one")
		return
	}
	ref := kind + ":" + namespace + "/" + name
	ls := append(attributes(doc.Get("metadata", "annotations")), attributes(doc.Get("metadata", "labels"))...)
	ls = append(ls, tags(doc.Get("metadata", "tags"))...)
	typ := kind
	if t := doc.Get("spec", "type").Str(); t != "" {
		typ += "." + t
	}
	r.asset(&thing{name: ref, typ: typ, node: doc, labels: ls})
	r.remotes(ref, doc.Get("spec"))
	for _, list := range []struct{ field, kind string }{{"dependsOn", "component"}, {"consumesApis", "api"}} {
		for _, e := range doc.Get("spec", list.field).Elements() {
			if e.Str() == "" {
				continue
			}
			to := reference(e.Str(), list.kind, namespace)
			other, _, _ := strings.Cut(string(to), ":")
			r.others = append(r.others, thing{name: string(to), typ: other, node: e})
			r.flow(graph.Flow{From: graph.Address(ref), To: to, Origin: r.at(e.Line), Via: sentence("Backstage: "+ref+" "+list.field, e.Str())})
		}
	}
}

// remotes reads where an API that is a server of tools for agents is reached. It is
// whoever consumes it that sends there: the entity stands for them.
// https://github.com/backstage/backstage/blob/f91434377dc43cd64bef82344e3f2b539bfdaf11/packages/catalog-model/src/kinds/McpServerApiEntity.ts
func (r *reading) remotes(ref string, spec *tree.Node) {
	if spec.Get("type").Str() != "mcp-server" {
		return
	}
	for _, e := range spec.Get("remotes").Elements() {
		at := e.Get("url")
		f := graph.Flow{From: graph.Address(ref), To: graph.Address(at.Str()), Purpose: "tool", Origin: r.at(e.Line), Via: sentence("Backstage: "+ref+" remotes", at.Str())}
		if f.To == "" {
			f.Unknown = "the remote has no address that can be read"
		}
		r.flow(f)
	}
}

// reference writes an entity reference in full.
func reference(s, kind, namespace string) graph.Address {
	if k, rest, ok := strings.Cut(s, ":"); ok {
		kind, s = strings.ToLower(k), rest
	}
	if !strings.Contains(s, "/") {
		s = namespace + "/" + s
	}
	return graph.Address(kind + ":" + s)
}
