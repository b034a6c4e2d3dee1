package image

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/inventory"
	"github.com/bailiwick-dev/bailiwick/internal/oci"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// describe is what dialects and rules can read of an image.
func describe(img *oci.Image, inv *inventory.Inventory, b base) *tree.Node {
	n := object(
		"name", text(img.Name), "digest", text(img.Digest), "platform", text(img.Platform),
		"env", env(img.Config.Env), "labels", texts(img.Config.Labels), "annotations", texts(img.Annotations),
		"entrypoint", list(img.Config.Entrypoint), "cmd", list(img.Config.Cmd), "user", text(img.Config.User), "ports", list(img.Config.Ports), "volumes", list(img.Config.Volumes),
		"base", object("name", text(b.name), "image", text(b.image()), "digest", text(b.digest), "by", text(b.by)),
		"os", text(inv.OS["ID"]), "os_version", text(inv.OS["VERSION_ID"]), "vendor", text(inv.OS["NAME"]),
		"layers", number(len(img.Layers)), "packages", number(len(inv.Packages)), "files", number(inv.Files),
		"unknown_hosts", number(inv.Strangers),
	)
	var builders []string
	attestations := &tree.Node{Kind: tree.List}
	for _, a := range img.Attached {
		if a.Builder != "" {
			builders = append(builders, a.Builder)
		}
		stated := text(a.Predicate)
		if a.Unknown != "" {
			stated = tree.NewHole("a statement that is attached cannot be read: "+a.Unknown, 0)
		}
		attestations.Items = append(attestations.Items, stated)
	}
	put(n, "builder", list(builders))
	if len(attestations.Items) > 0 {
		put(n, "attestations", attestations)
	}
	byClass := map[string][]string{}
	for _, e := range inv.Endpoints {
		key := e.Class.String()
		if e.Vendored && key != "mention" {
			key = "packages"
		}
		byClass[key] = append(byClass[key], e.Host)
	}
	hosts := object()
	for _, k := range slices.Sorted(maps.Keys(byClass)) {
		put(hosts, k, list(byClass[k]))
	}
	put(n, "endpoints", hosts)
	return n
}

func env(vars []string) *tree.Node {
	m := map[string]string{}
	for _, v := range vars {
		name, value, _ := strings.Cut(v, "=")
		m[name] = value
	}
	return texts(m)
}

func object(pairs ...any) *tree.Node {
	n := &tree.Node{Kind: tree.Object}
	for i := 0; i < len(pairs); i += 2 {
		put(n, pairs[i].(string), pairs[i+1].(*tree.Node))
	}
	return n
}

// put sets a member. What is not said is left out, as in a document.
func put(n *tree.Node, name string, v *tree.Node) {
	if v == nil {
		return
	}
	for i := range n.Fields {
		if n.Fields[i].Name == name {
			n.Fields[i].Value = v
			return
		}
	}
	n.Fields = append(n.Fields, tree.Field{Name: name, Value: v})
}

func text(s string) *tree.Node {
	if s == "" {
		return nil
	}
	return &tree.Node{Kind: tree.String, Text: s}
}

func number(n int) *tree.Node { return &tree.Node{Kind: tree.Number, Text: strconv.Itoa(n)} }

func texts(m map[string]string) *tree.Node {
	n := object()
	for _, k := range slices.Sorted(maps.Keys(m)) {
		put(n, k, &tree.Node{Kind: tree.String, Text: m[k]})
	}
	return n
}

func list(ss []string) *tree.Node {
	if len(ss) == 0 {
		return nil
	}
	n := &tree.Node{Kind: tree.List}
	for _, s := range ss {
		n.Items = append(n.Items, &tree.Node{Kind: tree.String, Text: s})
	}
	return n
}
