package kb

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Compiled is a knowledge base as canonical JSON files, by name.
type Compiled map[string][]byte

// Compile reads a YAML tree, checks it and returns its compiled form. All
// errors are reported at once, sorted by file and line.
func Compile(fsys fs.FS) (Compiled, error) {
	t, err := parse(fsys)
	if err != nil {
		return nil, sortErrors(err)
	}
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
	var s sourceTable
	s = sourceTable{}
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
	index := indexDoc{Files: map[string]string{}, Providers: []graph.ProviderID{}, Languages: map[string]*languageIndex{}}
	for _, p := range t.providers {
		id := p.V.ID
		s = sourceTable{}
		doc := providerDoc{Sources: s, Dialects: map[string]*Dialect{}}
		doc.Provider = records([]row[Provider]{p}, s, func(*Provider) string { return "" })[0]
		doc.Regions = records(t.regionsOf(id), s, func(r *Region) string { return r.Partition + "\x00" + r.Code })
		for _, d := range t.dialects {
			if d.V.Provider == id {
				dialect := d.V.Dialect
				doc.Dialects[d.V.Language] = &dialect
				index.add(id, d.V.Language, &dialect)
			}
		}
		if err := put(providerFile(id), doc); err != nil {
			return nil, err
		}
		index.Providers = append(index.Providers, id)
	}
	slices.Sort(index.Providers)
	index.sort()
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
	return "host " + e.name()
}

// A sourceTable lists the sources of one compiled file by name.
type sourceTable map[string]*Source

// name enters a source. Two files may use one short name for two sources; the
// second is then numbered.
func (t sourceTable) name(short string, s *Source) string {
	name := short
	for n := 2; ; n++ {
		old, ok := t[name]
		if !ok {
			t[name] = s
			return name
		}
		if old.Address == s.Address && old.Licence == s.Licence && old.Retrieved == s.Retrieved && slices.Equal(old.Host, s.Host) {
			return name
		}
		name = fmt.Sprintf("%s-%d", short, n)
	}
}

// records sorts rows by key and moves their sources into the table.
func records[T any, P record[T]](rows []row[T], s sourceTable, key func(*T) string) []T {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b row[T]) int { return cmp.Compare(key(&a.V), key(&b.V)) })
	out := make([]T, len(rows))
	for i := range rows {
		out[i] = clone(rows[i].V)
		P(&out[i]).facts(func(f *Fact, _ bool) {
			if f.Cited != nil {
				f.Source, f.Cited = s.name(f.Source, f.Cited), nil
			}
		})
	}
	return out
}

// clone copies a record, so that compiling does not change the tree.
func clone[T any](v T) T {
	b, err := json.Marshal(v)
	if err == nil {
		var c T
		if err = json.Unmarshal(b, &c); err == nil {
			return c
		}
	}
	panic(fmt.Sprintf("kb: copy %T: %v", v, err))
}

func (x *indexDoc) add(id graph.ProviderID, language string, d *Dialect) {
	l := x.Languages[language]
	if l == nil {
		l = &languageIndex{Sources: map[string][]graph.ProviderID{}, Heads: map[string][]graph.ProviderID{}}
		x.Languages[language] = l
	}
	enter := func(m map[string][]graph.ProviderID, key string) {
		if !slices.Contains(m[key], id) {
			m[key] = append(m[key], id)
		}
	}
	for _, s := range d.Sources {
		enter(l.Sources, s)
	}
	for t := range d.Types {
		enter(l.Heads, head(t))
	}
	for _, t := range d.Inert {
		enter(l.Heads, head(t))
	}
}

func (x *indexDoc) sort() {
	for _, l := range x.Languages {
		for _, m := range []map[string][]graph.ProviderID{l.Sources, l.Heads} {
			for k := range m {
				slices.Sort(m[k])
			}
		}
	}
}

// canonical writes JSON with sorted keys, one small value a line, so that a
// change of knowledge is a change of few lines.
func canonical(doc any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := layOut(&out, bytes.TrimSpace(b.Bytes()), ""); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func layOut(out *bytes.Buffer, raw []byte, indent string) error {
	opening, closing := "[", "]"
	var lines []json.RawMessage
	var keys []string
	switch raw[0] {
	case '{':
		opening, closing = "{", "}"
		var m map[string]json.RawMessage
		if err := json.Unmarshal(raw, &m); err != nil {
			return err
		}
		keys = slices.Sorted(maps.Keys(m))
		for _, k := range keys {
			lines = append(lines, m[k])
		}
	case '[':
		if err := json.Unmarshal(raw, &lines); err != nil {
			return err
		}
	}
	if len(lines) == 0 {
		out.Write(raw)
		return nil
	}
	small := len(raw) < 160 && indent != ""
	out.WriteString(opening)
	for i, line := range lines {
		if i > 0 {
			out.WriteByte(',')
		}
		if !small {
			out.WriteString("\n" + indent + " ")
		}
		if keys != nil {
			k, err := json.Marshal(keys[i])
			if err != nil {
				return err
			}
			out.Write(k)
			out.WriteByte(':')
		}
		if err := layOut(out, line, indent+" "); err != nil {
			return err
		}
	}
	if !small {
		out.WriteString("\n" + indent)
	}
	out.WriteString(closing)
	return nil
}

// sortErrors flattens joined errors and orders them by file and line.
func sortErrors(err error) error {
	all := flatten(err)
	slices.SortStableFunc(all, func(a, b error) int {
		x, xok := a.(*Error)
		y, yok := b.(*Error)
		if !xok || !yok {
			return strings.Compare(a.Error(), b.Error())
		}
		return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Message, y.Message))
	})
	return &Errors{slices.CompactFunc(all, func(a, b error) bool { return a.Error() == b.Error() })}
}

func flatten(err error) []error {
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range j.Unwrap() {
			all = append(all, flatten(e)...)
		}
		return all
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// Errors is everything that is wrong with a YAML tree.
type Errors struct{ All []error }

func (e *Errors) Error() string {
	lines := make([]string, len(e.All))
	for i, err := range e.All {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

func (e *Errors) Unwrap() []error { return e.All }
