package sbom

import (
	"slices"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// A bill is a document that is held against a profile, with what is asked of it
// again and again.
type bill struct {
	cdx.BOM
	meta cdx.Metadata
	root cdx.Component
	all  []*cdx.Component
}

const maxNested = 64

func (b *bill) open() {
	if b.Metadata != nil {
		b.meta = *b.Metadata
	}
	if b.meta.Component != nil {
		b.root = *b.meta.Component
	}
	b.add(b.Components, 0)
}

func (b *bill) add(cs *[]cdx.Component, depth int) {
	if cs == nil || depth > maxNested {
		return
	}
	for i := range *cs {
		b.all = append(b.all, &(*cs)[i])
		b.add((*cs)[i].Components, depth+1)
	}
}

func (b *bill) any(types ...cdx.ComponentType) bool {
	return slices.Contains(types, b.root.Type) && b.root.Type != cdx.ComponentTypeApplication || slices.ContainsFunc(b.all, func(c *cdx.Component) bool { return slices.Contains(types, c.Type) })
}

// some reports whether a list is there and not empty.
func some[T any](list *[]T) bool { return list != nil && len(*list) > 0 }

// every asks all components of a type, of which there must be one.
func every(t cdx.ComponentType, ok func(c *cdx.Component) bool) func(b *bill) bool {
	return func(b *bill) bool {
		n := 0
		for _, c := range b.all {
			if c.Type == t {
				if n++; !ok(c) {
					return false
				}
			}
		}
		return n > 0
	}
}

func model(ok func(c *cdx.Component) bool) func(b *bill) bool {
	return every(cdx.ComponentTypeMachineLearningModel, ok)
}

func data(ok func(c *cdx.Component) bool) func(b *bill) bool {
	return every(cdx.ComponentTypeData, ok)
}

func parameters(c *cdx.Component) cdx.MLModelParameters {
	if c.ModelCard == nil || c.ModelCard.ModelParameters == nil {
		return cdx.MLModelParameters{}
	}
	return *c.ModelCard.ModelParameters
}

func contents(c *cdx.Component, ok func(d *cdx.ComponentData) bool) bool {
	if c.Data == nil || len(*c.Data) == 0 {
		return false
	}
	for i := range *c.Data {
		if !ok(&(*c.Data)[i]) {
			return false
		}
	}
	return true
}

func property(ps *[]cdx.Property, name string) bool {
	return ps != nil && slices.ContainsFunc(*ps, func(p cdx.Property) bool { return p.Name == name && p.Value != "" })
}

func (b *bill) says(name string) bool {
	return property(b.meta.Properties, name) || property(b.root.Properties, name) || property(b.Properties, name)
}

func (b *bill) refers(types ...string) bool {
	for _, refs := range []*[]cdx.ExternalReference{b.ExternalReferences, b.root.ExternalReferences} {
		if refs != nil && slices.ContainsFunc(*refs, func(r cdx.ExternalReference) bool { return slices.Contains(types, string(r.Type)) && r.URL != "" }) {
			return true
		}
	}
	return false
}

func (b *bill) tool(ok func(c *cdx.Component) bool) bool {
	t := b.meta.Tools
	if t == nil {
		return false
	}
	if t.Components != nil && slices.ContainsFunc(*t.Components, func(c cdx.Component) bool { return ok(&c) }) {
		return true
	}
	return t.Tools != nil && slices.ContainsFunc(*t.Tools, func(old cdx.Tool) bool { return ok(&cdx.Component{Name: old.Name, Version: old.Version}) })
}

func (b *bill) services(ok func(s *cdx.Service) bool) bool {
	return b.Services != nil && slices.ContainsFunc(*b.Services, func(s cdx.Service) bool { return ok(&s) })
}

// classified reports whether every flow has a class that somebody gave it.
func (b *bill) classified() bool {
	if b.Services == nil {
		return false
	}
	n := 0
	for _, s := range *b.Services {
		if s.Data == nil {
			continue
		}
		for _, d := range *s.Data {
			if n++; d.Classification == "" || d.Classification == "unclassified" {
				return false
			}
		}
	}
	return n > 0
}
