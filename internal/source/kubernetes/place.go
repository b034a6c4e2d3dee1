package kubernetes

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Labels that tell where a node is, the more exact ones last. Storage drivers
// have keys of their own for zones.
var (
	regionLabels = []string{"topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"}
	zoneLabels   = []string{"topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone", "topology.gke.io/zone", "topology.ebs.csi.aws.com/zone", "topology.disk.csi.azure.com/zone",
		"topology.cinder.csi.openstack.org/zone"}
)

func isPlaceLabel(key string) bool {
	return slices.Contains(regionLabels, key) || slices.Contains(zoneLabels, key)
}

// surroundings is the reader of what is around an object: the nodes that may run
// it, and the places that it asks for.
func (u *unit) surroundings(o *object) graph.Reader {
	if o.typ() == "Node" {
		return u.around([]*object{o}, nil)
	}
	pinned := u.pinned(o)
	return u.around(u.admitted(o), pinned)
}

func (u *unit) around(nodes []*object, pinned []*tree.Node) graph.Reader {
	root := &tree.Node{Kind: tree.Object}
	file := ""
	var items []*tree.Node
	seen := map[string]bool{}
	for _, n := range nodes {
		text := n.nodePlace()
		if text == "" || seen[text] {
			continue
		}
		seen[text] = true
		file = n.file
		items = append(items, member("place", &tree.Node{Kind: tree.String, Text: text, Line: n.line}))
	}
	if len(items) > 0 {
		root.Fields = append(root.Fields, tree.Field{Name: "node", Value: &tree.Node{Kind: tree.List, Items: items}})
	}
	reader := root.Reader(file)
	if len(pinned) == 0 {
		return reader
	}
	cloud := u.cloud()
	list := &tree.Node{Kind: tree.List}
	for _, p := range pinned {
		c := *p
		if c.Kind == tree.String {
			c.Text = cloud + " " + p.Text
		}
		list.Items = append(list.Items, &c)
	}
	return pins{reader, list}
}

// pins reads the places that an object asks for beside what its nodes tell.
type pins struct {
	graph.Reader
	list *tree.Node
}

func (p pins) Read(path string) []graph.Reading {
	if path != "pinned.place" {
		return p.Reader.Read(path)
	}
	var out []graph.Reading
	for _, it := range p.list.Items {
		out = append(out, it.Reading(it.Tag))
	}
	return out
}

// cloud is the scheme of the providerIDs of the nodes, when all have one; else "?".
func (u *unit) cloud() string {
	found := ""
	for _, n := range u.nodes {
		scheme, _, ok := strings.Cut(n.node.Get("spec", "providerID").Str(), "://")
		if !ok || found != "" && found != scheme {
			return "?"
		}
		found = scheme
	}
	if found == "" {
		return "?"
	}
	return found
}

// nodePlace words where a node is: the scheme of its providerID, and its region,
// or its zone, or the path of the providerID.
func (o *object) nodePlace() string {
	scheme, rest, ok := strings.Cut(o.node.Get("spec", "providerID").Str(), "://")
	if !ok {
		scheme, rest = "?", ""
	}
	labels := o.node.Get("metadata", "labels")
	for _, key := range slices.Concat(regionLabels, zoneLabels) {
		if v := labels.Get(key).Str(); v != "" {
			return scheme + " " + v
		}
	}
	if rest != "" {
		return scheme + " " + rest
	}
	return ""
}

// pinned are the places that an object asks for; of a claim those of the volume or
// of the storage class that it names.
func (u *unit) pinned(o *object) []*tree.Node {
	if o.typ() == "PersistentVolumeClaim" {
		if v := u.named("PersistentVolume", "", o.node.Get("spec", "volumeName").Str()); v != nil {
			o = v
		} else if c := u.named("StorageClass.storage.k8s.io", "", o.node.Get("spec", "storageClassName").Str()); c != nil {
			o = c
		}
	}
	return o.pinned()
}

// pinned are the regions or zones that all pods of the object ask for; nil where
// one of them asks for none. Of a volume and a storage class they are those in
// which volumes may be. Each node has its file in Tag.
func (o *object) pinned() []*tree.Node {
	var out []*tree.Node
	if len(o.pods) > 0 {
		for _, p := range o.pods {
			one := pinnedPod(p)
			if one == nil {
				return nil
			}
			out = append(out, one...)
		}
	} else {
		out = append(pinnedTerms(o.node.Get("spec", "nodeAffinity", "required", "nodeSelectorTerms")), pinnedTopologies(o.node.Get("allowedTopologies"))...)
	}
	for i, n := range out {
		c := *n
		c.Tag = o.file
		out[i] = &c
	}
	return out
}

func pinnedPod(p *tree.Node) []*tree.Node {
	for _, keys := range [][]string{zoneLabels, regionLabels} {
		for _, key := range keys {
			if v := p.Get("nodeSelector", key); v != nil {
				return []*tree.Node{v}
			}
		}
	}
	return pinnedTerms(p.Get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"))
}

// pinnedTerms are the places of the terms, of which one has to hold; nil where a
// term asks for none.
func pinnedTerms(terms *tree.Node) []*tree.Node {
	var out []*tree.Node
	for _, t := range terms.Elements() {
		var one []*tree.Node
		for _, e := range t.Get("matchExpressions").Elements() {
			if isPlaceLabel(e.Get("key").Str()) && e.Get("operator").Str() == "In" {
				one = e.Get("values").Elements()
			}
		}
		if len(one) == 0 {
			return nil
		}
		out = append(out, one...)
	}
	return out
}

func pinnedTopologies(terms *tree.Node) []*tree.Node {
	var out []*tree.Node
	for _, t := range terms.Elements() {
		for _, e := range t.Get("matchLabelExpressions").Elements() {
			if isPlaceLabel(e.Get("key").Str()) {
				out = append(out, e.Get("values").Elements()...)
			}
		}
	}
	return out
}

// admitted are the nodes on which the pods of an object may run; all nodes for
// what has no pods.
func (u *unit) admitted(o *object) []*object {
	if len(o.pods) == 0 {
		return u.nodes
	}
	return slices.DeleteFunc(slices.Clone(u.nodes), func(n *object) bool {
		meta := n.node.Get("metadata")
		return !slices.ContainsFunc(o.pods, func(p *tree.Node) bool { return named(p, meta) && admits(p, meta.Get("labels")) })
	})
}

// named reports whether a pod names no node, or the one of this metadata. One that
// names its node is asked of no scheduler.
func named(p, meta *tree.Node) bool {
	name := p.Get("nodeName")
	return name == nil || name.Kind != tree.String || name.Text == "" || name.Text == meta.Get("name").Str()
}

// admits holds the labels of a node against what a pod asks for.
func admits(p, labels *tree.Node) bool {
	for _, f := range p.Get("nodeSelector").Members() {
		if f.Value.Kind == tree.String && labels.Get(f.Name).Str() != f.Value.Text {
			return false
		}
	}
	terms := p.Get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").Elements()
	if len(terms) == 0 {
		return true
	}
	return slices.ContainsFunc(terms, func(t *tree.Node) bool {
		for _, e := range t.Get("matchExpressions").Elements() {
			if !meets(e, labels) {
				return false
			}
		}
		return true
	})
}

// meets holds labels against one expression of a selector. What is not known
// counts as met: it is not said that the node is out.
func meets(e, labels *tree.Node) bool {
	v := labels.Get(e.Get("key").Str())
	in := slices.ContainsFunc(e.Get("values").Elements(), func(x *tree.Node) bool { return x.Kind == tree.Hole || v != nil && x.Text == v.Text })
	switch e.Get("operator").Str() {
	case "In":
		return in
	case "NotIn":
		return !in
	case "Exists":
		return v != nil
	case "DoesNotExist":
		return v == nil
	}
	return true
}
