package kb

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Compiled is a knowledge base as canonical JSON files, by name, and the table
// of published ranges as it is.
type Compiled map[string][]byte

// Compile reads a YAML tree, checks it and returns its compiled form. All
// errors are reported at once, sorted by file and line.
func Compile(fsys fs.FS) (Compiled, error) {
	t, err := parse(fsys)
	if err != nil {
		return nil, sortErrors(err)
	}
	fillTenants(t.regions, t.regions)
	if err := t.validate(); err != nil {
		return nil, sortErrors(err)
	}
	return t.compile()
}

// compile writes the records, sorted, one file for each question that is asked
// alone.
func (t *tree) compile() (Compiled, error) {
	c := Compiled{}
	put := func(name string, doc any) error {
		b, err := canonical(doc)
		if err != nil {
			return fmt.Errorf("compile %s: %w", name, err)
		}
		c[name] = b
		return nil
	}
	s := sourceTable{}
	world := worldDoc{Sources: s}
	world.Countries = records(t.countries, s, func(c *Country) string { return string(c.Code) })
	world.Blocs = records(t.blocs, s, func(b *Bloc) string { return b.ID })
	world.Adequacy = records(t.adequacy, s, func(a *Adequacy) string { return string(a.Country) + a.Organisation + " " + a.From })
	world.Laws = records(t.laws, s, func(l *Law) string { return string(l.ID) })
	if err := put("world.json", world); err != nil {
		return nil, err
	}
	s = sourceTable{}
	if err := put("operators.json", operatorsDoc{s, records(t.operators, s, func(o *Operator) string { return string(o.ID) })}); err != nil {
		return nil, err
	}
	s = sourceTable{}
	if err := put("requirements.json", requirementsDoc{s, records(t.requirements, s, func(r *Requirement) string { return string(r.ID) })}); err != nil {
		return nil, err
	}
	s = sourceTable{}
	if err := put("models.json", modelsDoc{s, records(t.models, s, func(m *Model) string { return m.ID })}); err != nil {
		return nil, err
	}
	s = sourceTable{}
	if err := put("endpoints.json", endpointsDoc{s, records(t.endpoints, s, (*Endpoint).key)}); err != nil {
		return nil, err
	}
	s = sourceTable{}
	if err := put(rangesFile, rangesDoc{s, records(t.ranges, s, (*Range).key)}); err != nil {
		return nil, err
	}
	if len(t.published) > 0 {
		c[publishedFile] = t.published
	}
	packages := packagesDoc{s, records(t.packages, s, (*Package).key)}
	for i := range packages.Packages {
		packages.Packages[i].compact()
	}
	if err := put("packages.json", packages); err != nil {
		return nil, err
	}
	index := indexDoc{Files: map[string]string{}, Providers: []graph.ProviderID{}, Languages: map[string]*languageIndex{}}
	for _, p := range t.providers {
		id := p.V.ID
		s = sourceTable{}
		doc := providerDoc{Sources: s}
		doc.Provider = records([]row[Provider]{p}, s, func(*Provider) string { return "" })[0]
		doc.Regions = records(t.regionsOf(id), s, func(r *Region) string { return r.Partition + "\x00" + r.Code })
		for _, d := range t.dialects {
			if d.V.Provider == id {
				dialect := d.V.Dialect
				doc.Languages = append(doc.Languages, d.V.Language)
				index.add(id, d.V.Language, &dialect)
				if err := put(dialectDocFile(id, d.V.Language), &dialect); err != nil {
					return nil, err
				}
			}
		}
		slices.Sort(doc.Languages)
		if err := put(providerFile(id), doc); err != nil {
			return nil, err
		}
		index.Providers = append(index.Providers, id)
	}
	slices.Sort(index.Providers)
	index.sort()
	index.Variables = variables(packages.Packages)
	index.Defaults = t.defaults()
	for name, b := range c {
		index.Files[name] = digest(b)
	}
	return c, put(indexFile, index)
}

func (t *tree) regionsOf(id graph.ProviderID) []row[Region] {
	var rs []row[Region]
	for _, r := range t.regions {
		if r.V.Provider == id {
			rs = append(rs, r)
		}
	}
	return rs
}

// key is what tells one endpoint from another.
func (e *Endpoint) key() string {
	switch {
	case e.Pattern != "":
		return "pattern " + e.Pattern
	case e.Suffix != "":
		return "suffix " + e.Suffix
	}
	return "host " + e.Name()
}
