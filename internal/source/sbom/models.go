package sbom

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/inventory/weights"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// model reads a component that is a model, as CycloneDX describes it: what it
// was made from are its ancestors, what it was trained on its card tells.
func (b *bill) model(c *tree.Node, licences []string, supplier string) {
	if c.Get("type").Str() != "machine-learning-model" {
		return
	}
	name := c.Get("name").Str()
	if group := c.Get("group").Str(); group != "" {
		name = group + "/" + name
	}
	params := c.Get("modelCard", "modelParameters")
	m := weights.Model{Path: b.file, Format: "bill", Parts: 1, Name: name, Developer: supplier, License: strings.Join(licences, ", "),
		Architecture: params.Get("modelArchitecture").Str(), Described: c.Get("modelCard") != nil}
	for _, h := range c.Get("hashes").Elements() {
		if h.Get("alg").Str() == "SHA-256" {
			m.SHA256 = h.Get("content").Str()
		}
	}
	for _, r := range c.Get("externalReferences").Elements() {
		if t := r.Get("type").Str(); m.Source == "" && (t == "distribution" || t == "website" || t == "vcs") {
			m.Source = r.Get("url").Str()
		}
	}
	for _, from := range c.Get("pedigree", "ancestors").Elements() {
		m.Derived = true
		if base := strings.TrimPrefix(from.Get("group").Str()+"/"+from.Get("name").Str(), "/"); base != "" {
			m.Base = append(m.Base, base)
		}
	}
	for _, d := range params.Get("datasets").Elements() {
		if said := d.Get("name").Str(); said != "" {
			m.Datasets = append(m.Datasets, said)
			b.dataset(d)
		} else if ref := d.Get("ref").Str(); ref != "" {
			m.Datasets = append(m.Datasets, ref)
		}
	}
	// A bill says nothing of what loading runs: the file does, where it is read.
	m.Code.Open = "the bill names the model, and its file is not here"
	b.asset("model "+name, weights.Type, m.Attrs(string(b.root), b.origin(c.Line)))
}

// dataset reads data that the card of a model describes.
func (b *bill) dataset(d *tree.Node) {
	a := weights.NewAttrs(b.origin(d.Line))
	name := d.Get("name").Str()
	a.Text("name", name)
	var lacks []string
	if d.Get("contents", "url").Str() == "" && d.Get("contents", "attachment") == nil {
		lacks = append(lacks, "where it comes from")
	}
	if d.Get("governance") == nil {
		lacks = append(lacks, "who made it")
	}
	if d.Get("sensitiveData") == nil && d.Get("classification").Str() == "" {
		lacks = append(lacks, "whether it holds sensitive data")
	}
	a.Lacks(lacks)
	b.asset("data "+name, "dataset", a)
}

// asset adds something that the bill describes; what it lists twice stands once.
func (b *bill) asset(name, typ string, a *weights.Attrs) {
	address := b.root + "/" + graph.Address(name)
	if b.assets[address] {
		return
	}
	if b.assets == nil {
		b.assets = map[graph.Address]bool{}
	}
	b.assets[address] = true
	b.f.Assets = append(b.f.Assets, graph.Asset{Address: address, Language: weights.Language, Type: typ, Root: b.file, Attrs: a, Origin: a.At})
}
