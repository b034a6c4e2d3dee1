package kubernetes

import (
	"cmp"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A selector says how objects of a type select workloads.
type selector struct {
	labels []string // the path to the labels
	plain  bool     // the labels stand there themselves, without matchLabels
	none   bool     // an empty selector selects nothing, not everything
	// nearest: of several that select a workload only the most particular counts:
	// one with labels, else one of its namespace, else one of the mesh.
	nearest bool
	cluster bool // it selects in all namespaces
	cilium  bool // labels are spelt as Cilium does, with those that it adds
	// mark is a label by which pods name the object that selects them; marked is
	// the value that does so, "" for the name of the object.
	mark, marked string
}

var selectors = map[string]selector{
	"NetworkPolicy.networking.k8s.io":          {labels: []string{"spec", "podSelector"}},
	"CiliumNetworkPolicy.cilium.io":            {labels: []string{"spec", "endpointSelector"}, cilium: true},
	"CiliumClusterwideNetworkPolicy.cilium.io": {labels: []string{"spec", "endpointSelector"}, cluster: true, cilium: true},
	"Service":                               {labels: []string{"spec", "selector"}, plain: true, none: true},
	"PeerAuthentication.security.istio.io":  {labels: []string{"spec", "selector"}, nearest: true},
	"AuthorizationPolicy.security.istio.io": {labels: []string{"spec", "selector"}},
	"Sidecar.networking.istio.io":           {labels: []string{"spec", "workloadSelector", "labels"}, plain: true, nearest: true},
	"Telemetry.telemetry.istio.io":          {labels: []string{"spec", "selector"}},
	"EgressNetwork.policy.linkerd.io":       {labels: []string{"spec", "nothing"}},
	"ModelValidation.ml.sigstore.dev":       {mark: "validation.ml.sigstore.dev/ml"},
	"ModelValidation.rhtas.redhat.com":      {mark: "validation.rhtas.redhat.com/ml", marked: "true"},
}

// meshNamespaces are those in which a policy speaks for all namespaces.
var meshNamespaces = map[string]bool{"istio-system": true, "linkerd-egress": true}

// selectAll follows the selectors of all objects.
func (u *unit) selectAll() {
	type claim struct {
		by   *object
		rank int
	}
	best := map[string]map[*object]claim{} // by type, of those of which the nearest counts
	for _, by := range u.objects {
		s, ok := selectors[by.typ()]
		if !ok {
			continue
		}
		sel := by.node.Get(s.labels...)
		empty := len(sel.Members()) == 0
		if empty && s.none {
			continue
		}
		for _, o := range u.objects {
			if o == by || len(o.pods) == 0 || !u.selected(by, &s, sel, o) {
				continue
			}
			if !s.nearest {
				by.selects = append(by.selects, o)
				continue
			}
			rank := 1
			if !empty {
				rank = 3
			} else if by.namespace == o.namespace {
				rank = 2
			}
			if best[by.typ()] == nil {
				best[by.typ()] = map[*object]claim{}
			}
			if c, have := best[by.typ()][o]; !have || rank > c.rank {
				best[by.typ()][o] = claim{by, rank}
			}
		}
	}
	for _, typ := range sortedKeys(best) {
		for _, o := range u.objects { // in their order
			if c, ok := best[typ][o]; ok {
				c.by.selects = append(c.by.selects, o)
			}
		}
	}
	u.refer()
}

// selected reports whether a selector selects a workload.
func (u *unit) selected(by *object, s *selector, sel *tree.Node, o *object) bool {
	if !s.cluster && by.namespace != o.namespace && !(meshNamespaces[by.namespace] && len(sel.Members()) == 0) {
		return false
	}
	if s.mark != "" {
		name := cmp.Or(s.marked, by.name)
		return slices.ContainsFunc(o.labels(), func(have *tree.Node) bool { return have.Get(s.mark).Str() == name })
	}
	labels := sel
	if !s.plain {
		labels = sel.Get("matchLabels")
	}
	for _, have := range o.labels() {
		if s.cilium {
			have = ciliumLabels(have, o)
		}
		if matchesLabels(labels, sel.Get("matchExpressions"), s.plain, have) {
			return true
		}
	}
	return false
}

// ciliumLabels are the labels of a pod as policies of Cilium name them: with their
// source before them or without, and with the namespace among them.
func ciliumLabels(have *tree.Node, o *object) *tree.Node {
	out := tree.NewObject(o.node.Line)
	add := func(name string, v *tree.Node) {
		for _, source := range []string{"", "k8s:", "any:"} {
			out.Fields = append(out.Fields, tree.Field{Name: source + name, Line: v.Line, Value: v})
		}
	}
	for _, f := range have.Members() {
		add(f.Name, f.Value)
	}
	add("io.kubernetes.pod.namespace", tree.NewText(cmp.Or(o.namespace, "default"), o.node.Line))
	return out
}

func matchesLabels(want, exprs *tree.Node, plain bool, have *tree.Node) bool {
	for _, f := range want.Members() {
		if f.Value.Kind != tree.Hole && have.Get(f.Name).Str() != f.Value.Text {
			return false
		}
	}
	if plain {
		return true
	}
	for _, e := range exprs.Elements() {
		if !meets(e, have) {
			return false
		}
	}
	return true
}

// labels are those of the pods of the object, one set a template.
func (o *object) labels() []*tree.Node {
	var out []*tree.Node
	each(o.node, func(n *tree.Node) {
		if slices.Contains(o.pods, n.Get("spec")) {
			out = append(out, n.Get("metadata", "labels"))
		}
	})
	if len(out) == 0 {
		out = append(out, o.node.Get("metadata", "labels"))
	}
	return out
}

// references are the fields that name another object, with the type of what they
// name; it is of the same namespace, or of none.
var references = map[string]string{
	"storageClassName": "StorageClass.storage.k8s.io", "volumeName": "PersistentVolume", "claimName": "PersistentVolumeClaim",
	"volumeSnapshotClassName": "VolumeSnapshotClass.snapshot.storage.k8s.io",
}

// refer makes the fields that name an object of the unit refer to it.
func (u *unit) refer() {
	for _, o := range u.objects {
		each(o.node, func(n *tree.Node) {
			for i := range n.Fields {
				f := &n.Fields[i]
				typ := references[f.Name]
				if f.Name == "secretStoreRef" {
					typ = f.Value.Get("kind").Str()
					if typ == "" {
						typ = "SecretStore"
					}
					u.point(o, f.Value.Get("name"), typ+".external-secrets.io")
				} else if typ != "" {
					u.point(o, f.Value, typ)
				}
			}
		})
	}
}

func (u *unit) point(o *object, name *tree.Node, typ string) {
	if name == nil || name.Kind != tree.String || name.Text == "" {
		return
	}
	if to := u.named(typ, o.namespace, name.Text); to != nil && to != o {
		name.Refs = []graph.Address{to.address}
	}
}
