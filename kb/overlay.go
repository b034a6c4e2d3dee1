package kb

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Loosening is a record of a user's overlay that makes a pass easier than
// the knowledge base would. It is shown with every result that uses the overlay.
type Loosening struct {
	Overlay string   `json:"overlay"`
	Record  string   `json:"record"`  // "region aws/eu-west-1"
	Changes []string `json:"changes"` // what is looser now
	Reason  string   `json:"reason"`
	File    string   `json:"file"`
	Line    int      `json:"line"`
}

// Overlay returns the knowledge with a user's records over it. Fsys is laid
// out like the folder kb; its records replace those of the same key, and its
// dialects add to the types that are known. Adding and tightening is free. A
// record that loosens needs loosens: with a reason, else it is an error; those
// that have one are returned. Name is what messages call the overlay.
func (k *KB) Overlay(fsys fs.FS, name string) (*KB, []Loosening, error) {
	base, loose, err := k.overlaid(fsys, name)
	if err == nil {
		err = base.validate()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("overlay %s: %w", name, sortErrors(err))
	}
	c, err := base.compile()
	if err != nil {
		return nil, nil, fmt.Errorf("overlay %s: %w", name, err)
	}
	merged, err := c.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("overlay %s: %w", name, err)
	}
	return merged, loose, nil
}

// overlaid returns the records with the user's over them. Only those have lines.
func (k *KB) overlaid(fsys fs.FS, name string) (*tree, []Loosening, error) {
	over, err := parse(fsys)
	if err != nil {
		return nil, nil, err
	}
	base := k.tree()
	fillTenants(over.regions, over.regions, base.regions)
	o := overlaying{name: name, base: k}
	merge(&o, &base.countries, over.countries, "country", func(c *Country) string { return string(c.Code) }, looserCountry)
	merge(&o, &base.blocs, over.blocs, "bloc", func(b *Bloc) string { return b.ID }, looserBloc)
	merge(&o, &base.adequacy, over.adequacy, "adequacy", func(a *Adequacy) string { return string(a.Country) + a.Organisation }, looserAdequacy)
	merge(&o, &base.laws, over.laws, "law", func(l *Law) string { return string(l.ID) }, looserLaw)
	merge(&o, &base.requirements, over.requirements, "requirement", func(r *Requirement) string { return string(r.ID) }, looserRequirement)
	merge(&o, &base.operators, over.operators, "operator", func(r *Operator) string { return string(r.ID) }, looserOperator)
	merge(&o, &base.models, over.models, "model", func(m *Model) string { return m.ID }, o.looserModel)
	merge(&o, &base.endpoints, over.endpoints, "endpoint", (*Endpoint).key, o.looserEndpoint)
	for i := range over.ranges {
		over.ranges[i].V.Own = true
	}
	merge(&o, &base.ranges, over.ranges, "range", (*Range).key, o.looserRange)
	merge(&o, &base.packages, over.packages, "package", (*Package).key, o.looserPackage)
	merge(&o, &base.providers, over.providers, "provider", func(p *Provider) string { return string(p.ID) }, looserProvider)
	merge(&o, &base.regions, over.regions, "region", (*Region).key, o.looserRegion)
	fillTenants(base.regions, base.regions) // of a region that the overlay moves
	for _, d := range over.dialects {
		o.dialect(base, d)
	}
	if err := errors.Join(o.errs...); err != nil {
		return nil, nil, err
	}
	return base, o.loose, nil
}

// key is the (provider, partition, code) that makes a region unique.
func (r *Region) key() string {
	return string(r.Provider) + "/" + r.Partition + "/" + r.Code
}

type overlaying struct {
	name  string
	base  *KB
	loose []Loosening
	errs  []error
}

// loosens records what a record loosens, or that it gives no reason for it.
func (o *overlaying) loosens(file string, line int, record, reason string, changes []string) {
	switch {
	case len(changes) == 0:
	case strings.TrimSpace(reason) == "":
		o.errs = append(o.errs, &Error{file, line, fmt.Sprintf("%s loosens the knowledge base (%s); if that is right, say why with loosens: \"…\"", record, strings.Join(changes, ", "))})
	default:
		o.loose = append(o.loose, Loosening{o.name, record, changes, reason, file, line})
	}
}

// merge puts the rows of an overlay over those of the base. Looser tells what
// a new record loosens against an old one; old is nil for an added record.
func merge[T any, P record[T]](o *overlaying, base *[]row[T], over []row[T], kind string, key func(*T) string, looser func(old, new *T) []string) {
	at := map[string]int{}
	for i := range *base {
		at[key(&(*base)[i].V)] = i
	}
	for _, r := range over {
		id := key(&r.V)
		i, replaces := at[id]
		var changes []string
		if replaces {
			old := &(*base)[i].V
			changes = append(looser(old, &r.V), firmer(P(old), P(&r.V))...)
			(*base)[i] = r
		} else {
			changes = looser(nil, &r.V)
			at[id] = len(*base)
			*base = append(*base, r)
		}
		reason := ""
		P(&r.V).facts(func(f *Fact, nested bool) {
			if !nested {
				reason = f.Loosens
			}
		})
		o.loosens(r.File, r.Line, kind+" "+strings.ReplaceAll(id, "//", "/"), reason, changes)
	}
}

// firmer tells whether the record's own fact claims to be better known.
func firmer(old, new interface{ facts(func(*Fact, bool)) }) []string {
	grade := func(r interface{ facts(func(*Fact, bool)) }) (c graph.Confidence) {
		r.facts(func(f *Fact, nested bool) {
			if !nested {
				c = f.Confidence
			}
		})
		return c
	}
	a, b := grade(old), grade(new)
	if a != b && graph.Weakest(a, b) == a {
		return []string{fmt.Sprintf("confidence %s instead of %s", b, a)}
	}
	return nil
}

// tree turns the knowledge back into records.
func (k *KB) tree() *tree {
	k.decodeAll()
	t := &tree{}
	w := k.getWorld().doc
	t.countries, t.blocs = rows(w.Countries, "countries.yaml"), rows(w.Blocs, "blocs.yaml")
	t.adequacy, t.laws = rows(w.Adequacy, "adequacy.yaml"), rows(w.Laws, "laws")
	t.requirements, t.operators = rows(k.Requirements(), "requirements"), rows(k.Operators(), "operators")
	t.models, t.endpoints = rows(k.Models(), "models"), rows(k.Endpoints(), "endpoints")
	t.ranges, t.published = rows(k.Ranges(), "ranges"), k.files[publishedFile]
	t.packages = rows(k.Packages(), "packages")
	for _, id := range k.index.Providers {
		p := k.getProvider(id)
		dir := "providers/" + string(id) + "/"
		t.providers = append(t.providers, rows([]Provider{p.doc.Provider}, dir+"provider.yaml")...)
		t.regions = append(t.regions, rows(p.doc.Regions, dir+"regions.yaml")...)
		for _, language := range p.doc.Languages {
			t.dialects = append(t.dialects, row[dialectFile]{File: dir + language + ".yaml",
				V: dialectFile{Provider: id, Language: language, Dialect: *k.dialect(id, language).record}})
		}
	}
	return t
}

func rows[T any](vs []T, file string) []row[T] {
	rs := make([]row[T], len(vs))
	for i, v := range vs {
		rs[i] = row[T]{V: v, File: file}
	}
	return rs
}
