// Package sbom is the source of bills of materials that lie in a tree: CycloneDX
// and SPDX 2 in JSON. It says which packages they list, and to which services
// they say that data goes: these flows are declared, since somebody wrote them down.
package sbom

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// maxBytes is more than the largest bill that was seen (60 MB).
const maxBytes = 256 << 20

// Match reports whether a file is a bill, by its name and how it begins.
func Match(file string, head func() []byte) bool {
	if path.Ext(filepath.ToSlash(file)) != ".json" {
		return false
	}
	h := head()
	return bytes.Contains(h, []byte(`"bomFormat"`)) && bytes.Contains(h, []byte(`"CycloneDX"`)) || bytes.Contains(h, []byte(`"spdxVersion"`)) && bytes.Contains(h, []byte(`"SPDX-2`))
}

// A bill is a document while it is read.
type bill struct {
	file string
	root graph.Address // what it is about
	f    *graph.Facts
	// assets are the models and data that it describes.
	assets map[graph.Address]bool
}

// Read reads the bills.
func Read(files []string) graph.Facts {
	var f graph.Facts
	for _, file := range files {
		file = filepath.ToSlash(file)
		f.Files = append(f.Files, file)
		b := &bill{file: file, root: graph.Address(file), f: &f}
		src, err := tree.Load(filepath.FromSlash(file), maxBytes)
		if err != nil {
			b.problem(0, "%v", err)
			continue
		}
		n, err := tree.JSON(src)
		if err != nil {
			line, text := tree.Fault(err)
			b.problem(line, "%s", text)
			continue
		}
		f.Blocks++
		if n.Get("bomFormat").Str() == "CycloneDX" {
			b.cyclonedx(n)
		} else {
			b.spdx(n)
		}
	}
	return f
}

func (b *bill) problem(line int, format string, args ...any) {
	b.f.Problems = append(b.f.Problems, graph.Problem{Origin: graph.Origin{File: b.file, Line: line}, Message: fmt.Sprintf(format, args...)})
}

func (b *bill) origin(line int) graph.Origin { return graph.Origin{File: b.file, Line: max(line, 1)} }

// add adds a package. One without a package URL has no ecosystem: what it is
// called says nothing about what it is, and it is left to its own document.
func (b *bill) add(purl, name, version, supplier string, licences []string, dev bool, line int) {
	ref, err := ecosystem.Parse(purl)
	p := graph.Package{Name: name, Version: version, PURL: purl, Supplier: supplier, Licenses: licences, In: b.root, Dev: dev, Root: b.file, Origin: b.origin(line)}
	switch typ, _, _ := strings.Cut(strings.TrimPrefix(purl, "pkg:"), "/"); {
	case err == nil:
		p.Ecosystem, p.Name = string(ref.Ecosystem), ref.Name
		if ref.Version != "" {
			p.Version = ref.Version
		}
	case slices.Contains([]ecosystem.Ecosystem{ecosystem.Deb, ecosystem.APK, ecosystem.RPM, ecosystem.Conda}, ecosystem.Ecosystem(typ)):
		p.Ecosystem = typ
	default:
		return
	}
	b.f.Packages = append(b.f.Packages, p)
}

// nested is deeper than components stand in components.
const nested = 50

func (b *bill) cyclonedx(n *tree.Node) {
	if name := n.Get("metadata", "component", "name").Str(); name != "" {
		b.root = graph.Address(name)
	}
	if c := n.Get("metadata", "component"); c.Get("type").Str() == "machine-learning-model" {
		b.components(&tree.Node{Kind: tree.List, Line: c.Line, Items: []*tree.Node{c}}, 0)
	}
	b.components(n.Get("components"), 0)
	b.services(n.Get("services"), 0)
	for _, c := range n.Get("compositions").Elements() {
		if strings.HasPrefix(c.Get("aggregate").Str(), "incomplete") {
			b.problem(c.Line, "the bill says of itself that it is incomplete: write it again from what it is about")
			break
		}
	}
}

func (b *bill) components(n *tree.Node, depth int) {
	if depth > nested {
		return
	}
	for _, c := range n.Elements() {
		var licences []string
		for _, l := range c.Get("licenses").Elements() {
			for _, v := range []*tree.Node{l.Get("license", "id"), l.Get("license", "name"), l.Get("expression")} {
				if v.Str() != "" {
					licences = append(licences, v.Str())
				}
			}
		}
		supplier := c.Get("supplier", "name").Str()
		if supplier == "" {
			supplier = c.Get("publisher").Str()
		}
		b.add(c.Get("purl").Str(), c.Get("name").Str(), c.Get("version").Str(), supplier, licences, c.Get("scope").Str() == "excluded", c.Line)
		b.model(c, licences, supplier)
		b.components(c.Get("components"), depth+1)
	}
}

// services reads what the bill says of flows: each service is somebody with
// whom data is exchanged.
func (b *bill) services(n *tree.Node, depth int) {
	if depth > nested {
		return
	}
	for _, s := range n.Elements() {
		var classes []graph.ClassID
		purpose := "data"
		fetched := true
		for _, d := range s.Get("data").Elements() {
			if c := d.Get("classification").Str(); c != "" && c != "unclassified" && !slices.Contains(classes, graph.ClassID(c)) {
				classes = append(classes, graph.ClassID(c))
			}
			fetched = fetched && d.Get("flow").Str() == "outbound"
		}
		if fetched && s.Get("data") != nil && len(s.Get("data").Elements()) > 0 {
			purpose = "update" // it only sends to us: nothing of ours goes there
		}
		name := s.Get("name").Str()
		flow := graph.Flow{From: b.root, State: graph.Declared, Purpose: purpose, Data: classes, Via: "the service " + name + " of the bill", Root: b.file, Origin: b.origin(s.Line)}
		ends := s.Get("endpoints").Elements()
		for _, e := range ends {
			if e.Str() != "" {
				flow.To = graph.Address(e.Str())
				b.f.Flows = append(b.f.Flows, flow)
			}
		}
		if len(ends) == 0 && name != "" {
			flow.Unknown = "the bill names the service " + name + " without an endpoint: add its address"
			b.f.Flows = append(b.f.Flows, flow)
		}
		b.services(s.Get("services"), depth+1)
	}
}

func (b *bill) spdx(n *tree.Node) {
	if name := n.Get("name").Str(); name != "" {
		b.root = graph.Address(name)
	}
	for _, p := range n.Get("packages").Elements() {
		purl := ""
		for _, r := range p.Get("externalRefs").Elements() {
			if r.Get("referenceType").Str() == "purl" {
				purl = r.Get("referenceLocator").Str()
			}
		}
		var licences []string
		for _, key := range []string{"licenseConcluded", "licenseDeclared"} {
			if l := p.Get(key).Str(); l != "" && l != "NOASSERTION" && l != "NONE" && len(licences) == 0 {
				licences = append(licences, l)
			}
		}
		supplier := strings.TrimPrefix(strings.TrimPrefix(p.Get("supplier").Str(), "Organization: "), "Person: ")
		if supplier == "NOASSERTION" {
			supplier = ""
		}
		b.add(purl, p.Get("name").Str(), p.Get("versionInfo").Str(), supplier, licences, false, p.Line)
	}
}
