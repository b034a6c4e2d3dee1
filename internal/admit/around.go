package admit

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/source/kubernetes"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// mostAround bounds one file of what stands around.
const mostAround = 64 << 20

// Around is what stands in the cluster beside an object, as files tell it: nodes,
// namespaces, policies, storage classes. An object alone does not show where it
// will run, nor which policy closes its ways out.
type Around struct {
	nodes *kubernetes.Nodes
	// node is each of them by its name, as it would be judged.
	node map[string][]byte
	// things are the other objects by namespace, "" for those of the cluster.
	things map[string][]thing
}

type thing struct {
	key  string // kind.group/name
	file tree.File
}

// everywhere are the namespaces whose policies and settings speak for all.
var everywhere = []string{"istio-system", "linkerd-egress", "kube-system"}

// readAround reads the files. Workloads in them are left out: they are judged when
// they are made, and say nothing of others.
func readAround(paths []string) (*Around, error) {
	a := &Around{node: map[string][]byte{}, things: map[string][]thing{}}
	var nodes []tree.File
	n := 0 // of all files, so that no two objects are called alike
	for _, path := range paths {
		src, err := tree.Load(path, mostAround)
		if err != nil {
			return nil, fmt.Errorf("--cluster %s: %w", path, err)
		}
		docs, err := documents(path, src)
		if err != nil {
			return nil, fmt.Errorf("--cluster %s: %w", path, err)
		}
		before := n
		for i, d := range docs {
			if d == nil || d.Plain() == nil {
				continue // nothing between two lines of hyphens
			}
			data, err := json.Marshal(d.Plain())
			if err != nil {
				return nil, fmt.Errorf("--cluster %s: %w", path, err)
			}
			kind, name, namespace := d.Get("kind").Str(), d.Get("metadata", "name").Str(), d.Get("metadata", "namespace").Str()
			if kind == "" || name == "" {
				return nil, fmt.Errorf("--cluster %s:%d: document %d is no object of a cluster, which has a kind and a name: take it out", path, d.Line, i+1)
			}
			n++
			f := tree.File{Name: fmt.Sprintf("%s/around-%d-%s", root, n, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))+".json"), Data: data}
			if kind == "Node" {
				nodes = append(nodes, f)
				a.node[name] = data
			} else if !kubernetes.Runs(d) {
				a.things[namespace] = append(a.things[namespace], thing{keyOf(d.Get("apiVersion").Str(), kind, name), f})
			}
		}
		if n == before {
			return nil, fmt.Errorf("--cluster %s: it holds no object of a cluster: write it with kubectl get nodes,namespaces,networkpolicies -A -o yaml", path)
		}
	}
	a.nodes = kubernetes.ReadNodes(nodes)
	return a, nil
}

// documents are the objects of a file, lists taken apart.
func documents(path string, src []byte) ([]*tree.Node, error) {
	docs, err := tree.Documents(path, src)
	if err != nil {
		return nil, err
	}
	var out []*tree.Node
	for _, d := range docs {
		if items := d.Get("items"); items != nil && strings.HasSuffix(d.Get("kind").Str(), "List") {
			out = append(out, items.Elements()...)
			continue
		}
		out = append(out, d)
	}
	return out, nil
}

func keyOf(apiVersion, kind, name string) string {
	group, _, ok := strings.Cut(apiVersion, "/")
	if !ok {
		group = ""
	}
	return kind + "." + group + "/" + name
}

// beside are the documents that an object is read with: those of its namespace, of
// the cluster, and of the namespaces that speak for all. What is judged itself
// takes the place of what stands there.
func (a *Around) beside(object []byte, at *outline, namespace string) []tree.File {
	if len(a.things) == 0 {
		return nil
	}
	var typ struct{ APIVersion, Kind string }
	if json.Unmarshal(object, &typ) != nil {
		return nil
	}
	self := keyOf(typ.APIVersion, typ.Kind, at.Metadata.Name)
	if namespace == "" {
		namespace = at.Metadata.Namespace
	}
	var out []tree.File
	add := func(ns string) {
		for _, t := range a.things[ns] {
			if t.key != self || ns != namespace && ns != "" {
				out = append(out, t.file)
			}
		}
	}
	add("")
	if namespace != "" {
		add(namespace)
	}
	for _, ns := range everywhere {
		if ns != namespace {
			add(ns)
		}
	}
	return out
}
