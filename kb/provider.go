package kb

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// provider is one provider's folder, by what it is asked for.
type provider struct {
	doc      *providerDoc
	regions  map[string]*Region // by code, the default partition's first
	forms    []*regexp.Regexp
	dialects map[string]*lazy[dialect] // by language
}

// get returns the provider's part, or nil when there is none.
func (k *KB) getProvider(id graph.ProviderID) *provider {
	l, ok := k.providers[id]
	if !ok {
		return nil
	}
	return l.get(func() *provider {
		p := &provider{doc: decode[providerDoc](k, providerFile(id)), regions: map[string]*Region{}, dialects: map[string]*lazy[dialect]{}}
		cite(p.doc.Sources, p.doc.Provider.facts)
		for i := range p.doc.Regions {
			r := &p.doc.Regions[i]
			cite(p.doc.Sources, r.facts)
			if old, ok := p.regions[r.Code]; !ok || defaultPartition(id, r.Partition) && !defaultPartition(id, old.Partition) {
				p.regions[r.Code] = r
			}
		}
		for _, f := range p.doc.Provider.Codes.Forms {
			p.forms = append(p.forms, regexp.MustCompile(f))
		}
		for _, language := range p.doc.Languages {
			p.dialects[language] = &lazy[dialect]{}
		}
		return p
	})
}

// dialect returns what the provider's types mean in a language; nil when no file
// says it.
func (k *KB) dialect(id graph.ProviderID, language string) *dialect {
	l := k.getProvider(id).dialects[language]
	if l == nil {
		return nil
	}
	return l.get(func() *dialect {
		d := decode[Dialect](k, dialectDocFile(id, language))
		return newDialect(id, d)
	})
}

// defaultPartition reports whether a partition is the provider's public cloud:
// the unnamed one, or the one that bears the provider's name.
func defaultPartition(id graph.ProviderID, partition string) bool {
	return partition == "" || partition == string(id)
}

// Providers returns the ids of all providers, sorted.
func (k *KB) Providers() []graph.ProviderID { return k.index.Providers }

// Provider returns one provider's record.
func (k *KB) Provider(id graph.ProviderID) (*Provider, bool) {
	p := k.getProvider(id)
	if p == nil {
		return nil, false
	}
	return &p.doc.Provider, true
}

// Regions returns a provider's regions and zones, sorted by partition and code.
func (k *KB) Regions(id graph.ProviderID) []Region {
	if p := k.getProvider(id); p != nil {
		return p.doc.Regions
	}
	return nil
}

// Region returns the region that a provider's configuration means by a text:
// its code as the provider spells it, else what one of the provider's forms
// finds in it, such as the region of a zone. The record names the partition.
func (k *KB) Region(id graph.ProviderID, text string) (Region, bool) {
	p := k.getProvider(id)
	if p == nil {
		return Region{}, false
	}
	if r := p.region(text); r != nil {
		return *r, true
	}
	return Region{}, false
}

// Spell writes a code as the provider's records do: in their letter case and
// without what they leave out.
func (k *KB) Spell(id graph.ProviderID, text string) string {
	p := k.getProvider(id)
	if p == nil {
		return text
	}
	return p.spell(text)
}

func (p *provider) region(text string) *Region {
	text = p.spell(text)
	if r, ok := p.regions[text]; ok {
		return r
	}
	for _, re := range p.forms {
		if m := re.FindStringSubmatch(text); m != nil {
			if r, ok := p.regions[m[re.SubexpIndex("region")]]; ok {
				return r
			}
		}
	}
	return nil
}

// spell folds and strips a text as the provider's codes are.
func (p *provider) spell(text string) string {
	c := p.doc.Provider.Codes
	switch c.Fold {
	case "lower":
		text = strings.ToLower(text)
	case "upper":
		text = strings.ToUpper(text)
	}
	if c.Strip != "" && strings.ContainsAny(text, c.Strip) {
		text = strings.Map(func(r rune) rune {
			if strings.ContainsRune(c.Strip, r) {
				return -1
			}
			return r
		}, text)
	}
	return text
}

// FindRegions returns the regions of all providers that have a code, sorted by
// provider and partition. The same code means different places.
func (k *KB) FindRegions(code string) []Region {
	var found []Region
	for _, id := range k.index.Providers {
		p := k.getProvider(id)
		spelled := p.spell(code)
		for i := range p.doc.Regions {
			if p.doc.Regions[i].Code == spelled {
				found = append(found, p.doc.Regions[i])
			}
		}
	}
	return slices.Clip(found)
}
