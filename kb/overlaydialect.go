package kb

import (
	"fmt"
	"maps"
	"slices"
)

// dialect adds the types of an overlay to those that are known.
func (o *overlaying) dialect(base *tree, d row[dialectFile]) {
	where := fmt.Sprintf("dialect %s/%s", d.V.Provider, d.V.Language)
	for i := range base.dialects {
		b := &base.dialects[i].V
		if b.Provider != d.V.Provider || b.Language != d.V.Language {
			continue
		}
		old, new := &b.Dialect, &d.V.Dialect
		known := newDialect(b.Provider, old)
		old.Types = maps.Clone(old.Types)
		if old.Types == nil {
			old.Types = map[string]*Type{}
		}
		for _, name := range slices.Sorted(maps.Keys(new.Types)) {
			t := new.Types[name]
			was, inert := old.Types[name], slices.Contains(old.Inert, name)
			if m, n := known.lookup(foldValue(name)); n >= 0 && !m.Inert {
				was = m.Type // perhaps by a prefix
			}
			switch {
			case was != nil && !same(was, t):
				o.loosens(d.File, d.V.lines[name], where+" type "+name, t.Loosens, []string{"another meaning than the known one"})
			case t.Governs != nil:
				o.loosens(d.File, d.V.lines[name], where+" type "+name, t.Loosens, []string{"it sets something for other assets"})
			}
			if inert {
				old.Inert = slices.DeleteFunc(slices.Clone(old.Inert), func(s string) bool { return s == name })
			}
			maps.DeleteFunc(old.Types, func(n string, _ *Type) bool { return foldValue(n) == foldValue(name) })
			old.Types[name] = t
		}
		var changes []string
		for _, name := range new.Inert {
			if slices.Contains(old.Inert, name) {
				continue
			}
			changes = append(changes, name+" counts as inert")
			delete(old.Types, name)
			old.Inert = append(slices.Clone(old.Inert), name)
		}
		for _, s := range new.Sources {
			if !slices.Contains(old.Sources, s) {
				old.Sources = append(slices.Clone(old.Sources), s)
			}
		}
		if len(new.Place)+len(new.Partition)+len(new.Tags)+len(new.ProviderTags)+len(new.Data)+len(new.Computed)+len(new.Detached)+len(new.Local) > 0 {
			changes = append(changes, "place, partition, tags or data are read in another way")
			if len(new.Place) > 0 {
				old.Place = new.Place
			}
			if len(new.Partition) > 0 {
				old.Partition = new.Partition
			}
			if len(new.Tags) > 0 {
				old.Tags = new.Tags
			}
			if len(new.Local) > 0 {
				old.Local = new.Local
			}
			if new.Detached != "" {
				old.Detached = new.Detached
			}
			if len(new.ProviderTags) > 0 {
				old.ProviderTags = new.ProviderTags
			}
			if len(new.Data) > 0 {
				old.Data = new.Data
			}
			if len(new.Computed) > 0 {
				old.Computed = new.Computed
			}
		}
		if len(new.Like) > 0 && !same(old.Like, new.Like) {
			changes = append(changes, "types are those of another language in another way")
			old.Like = new.Like
		}
		o.loosens(d.File, d.Line, where, new.Loosens, changes)
		b.lines = d.V.lines
		return
	}
	for _, name := range sortedKeys(d.V.Dialect.Types) {
		t := d.V.Dialect.Types[name]
		if m, ok := o.base.Type(d.V.Language, "", foldValue(name)); ok && !m.Inert && !same(m.Type, t) {
			o.loosens(d.File, d.V.lines[name], where+" type "+name, t.Loosens, []string{"another meaning than that of " + string(m.Provider)})
		}
	}
	if len(d.V.Dialect.Inert) > 0 {
		o.loosens(d.File, d.Line, where, d.V.Dialect.Loosens, []string{fmt.Sprintf("%d types count as inert", len(d.V.Dialect.Inert))})
	}
	if len(d.V.Dialect.Like) > 0 {
		o.loosens(d.File, d.Line, where, d.V.Dialect.Loosens, []string{"types are those of another language"})
	}
	base.dialects = append(base.dialects, d)
}
