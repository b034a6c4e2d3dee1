package kb

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A tree is a YAML tree as records, before it is compiled. Facts are complete:
// what their file says for all of them has been filled in, and Cited is set.
type tree struct {
	countries    []row[Country]
	blocs        []row[Bloc]
	adequacy     []row[Adequacy]
	laws         []row[Law]
	requirements []row[Requirement]
	operators    []row[Operator]
	models       []row[Model]
	endpoints    []row[Endpoint]
	providers    []row[Provider]
	regions      []row[Region]
	dialects     []row[dialectFile]
	files        int
}

// A dialectFile is one kb/providers/<provider>/<language>.yaml.
type dialectFile struct {
	Provider graph.ProviderID
	Language string
	Dialect  Dialect

	lines      map[string]int // of the types
	inertLines []int          // of the entries of inert
}

// A header is what every file may say once for all its facts.
type header struct {
	Sources map[string]row[Source] `yaml:"sources,omitempty"`
	// Fact gives source, confidence, as_of and review_by to the records that do
	// not say otherwise. A quote stays with its record.
	Fact Fact `yaml:"fact,omitempty"`
	// Partition is that of the regions which name none.
	Partition string `yaml:"partition,omitempty"`
}

// parse reads every YAML file of the tree and reports all errors at once.
func parse(fsys fs.FS) (*tree, error) {
	t := &tree{}
	var errs []error
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		switch path.Ext(p) {
		case ".yml":
			errs = append(errs, &Error{p, 0, "name it .yaml: files of the knowledge base end in .yaml"})
			return nil
		case ".yaml":
		default:
			return nil
		}
		data, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		t.files++
		if err := t.parseFile(p, data); err != nil {
			errs = append(errs, err)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the knowledge base: %w", err)
	}
	if t.files == 0 {
		return nil, errors.New("read the knowledge base: there is no .yaml file; expected countries.yaml, providers/<name>/provider.yaml and others, see docs/spec/kb.md")
	}
	return t, errors.Join(errs...)
}

// parseFile decides by the name what a file holds.
func (t *tree) parseFile(p string, data []byte) error {
	dir, name := path.Split(p)
	parts := strings.Split(strings.TrimSuffix(dir, "/"), "/")
	switch {
	case p == "countries.yaml":
		return list(p, data, "countries", &t.countries)
	case p == "blocs.yaml":
		return list(p, data, "blocs", &t.blocs)
	case p == "adequacy.yaml":
		return list(p, data, "adequacy", &t.adequacy)
	case dir == "laws/":
		return list(p, data, "laws", &t.laws)
	case dir == "operators/":
		return list(p, data, "operators", &t.operators)
	case dir == "models/":
		return list(p, data, "models", &t.models)
	case dir == "endpoints/":
		return list(p, data, "endpoints", &t.endpoints)
	case parts[0] == "requirements" && len(parts) == 2:
		return one(p, data, &t.requirements)
	case parts[0] == "providers" && len(parts) == 2:
		return t.parseProviderFile(p, graph.ProviderID(parts[1]), strings.TrimSuffix(name, ".yaml"), data)
	}
	return &Error{p, 0, "no file of the knowledge base has this name; known are countries.yaml, blocs.yaml, adequacy.yaml, " +
		"laws/*.yaml, operators/*.yaml, models/*.yaml, endpoints/*.yaml, requirements/<instrument>/*.yaml and " +
		"providers/<name>/{provider,regions,endpoints,<language>}.yaml"}
}

func (t *tree) parseProviderFile(p string, id graph.ProviderID, name string, data []byte) error {
	switch name {
	case "provider":
		n := len(t.providers)
		if err := one(p, data, &t.providers); err != nil {
			return err
		}
		if got := t.providers[n].V.ID; got != id {
			return t.providers[n].errorf("id is %q, but the folder is %q; make them the same", got, id)
		}
	case "regions":
		n := len(t.regions)
		if err := list(p, data, "regions", &t.regions); err != nil {
			return err
		}
		for i := range t.regions[n:] {
			t.regions[n+i].V.Provider = id
		}
	case "endpoints":
		n := len(t.endpoints)
		if err := list(p, data, "endpoints", &t.endpoints); err != nil {
			return err
		}
		for i := range t.endpoints[n:] {
			if e := &t.endpoints[n+i].V; e.Provider == "" {
				e.Provider = id
			}
		}
	default:
		d := row[dialectFile]{File: p, Line: 1, V: dialectFile{Provider: id, Language: name, lines: map[string]int{}}}
		root, err := decodeStrict(p, data, &d.V.Dialect)
		if err != nil {
			return err
		}
		if types := child(root, "types"); types != nil {
			for i := 0; i+1 < len(types.Content); i += 2 {
				d.V.lines[types.Content[i].Value] = types.Content[i].Line
			}
		}
		if inert := child(root, "inert"); inert != nil {
			for _, n := range inert.Content {
				d.V.inertLines = append(d.V.inertLines, n.Line)
			}
		}
		t.dialects = append(t.dialects, d)
	}
	return nil
}

func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// A record is anything that carries facts.
type record[T any] interface {
	*T
	facts(func(f *Fact, nested bool))
}

// list reads a file of a header and one list of records.
func list[T any, P record[T]](file string, data []byte, key string, into *[]row[T]) error {
	root, err := parseYAML(file, data)
	if err != nil {
		return err
	}
	items := take(root, key)
	var h header
	if err := decodeNode(file, root, &h, key); err != nil {
		return err
	}
	if err := h.check(file); err != nil {
		return err
	}
	if items == nil || items.Kind != yaml.SequenceNode || len(items.Content) == 0 {
		return &Error{file, 0, "expected a list of records under " + key + ":"}
	}
	var errs []error
	for _, n := range items.Content {
		r := row[T]{File: file, Line: n.Line}
		if err := decodeNode(file, n, &r.V); err != nil {
			errs = append(errs, err)
			continue
		}
		if region, ok := any(&r.V).(*Region); ok && region.Partition == "" {
			region.Partition = h.Partition
		} else if !ok && h.Partition != "" {
			return &Error{file, 0, "partition: belongs into regions.yaml only"}
		}
		errs = append(errs, h.complete(r.errorf, P(&r.V).facts)...)
		*into = append(*into, r)
	}
	return errors.Join(errs...)
}

// one reads a file that is one record, with a header beside its keys.
func one[T any, P record[T]](file string, data []byte, into *[]row[T]) error {
	var f struct {
		header `yaml:",inline"`
		V      T `yaml:",inline"`
	}
	if _, err := decodeStrict(file, data, &f); err != nil {
		return err
	}
	if err := f.check(file); err != nil {
		return err
	}
	if f.Partition != "" {
		return &Error{file, 0, "partition: belongs into regions.yaml only"}
	}
	r := row[T]{V: f.V, File: file, Line: 1}
	errs := f.complete(r.errorf, P(&r.V).facts)
	*into = append(*into, r)
	return errors.Join(errs...)
}

// take removes a key from a mapping and returns its value.
func take(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			v := n.Content[i+1]
			n.Content = append(n.Content[:i:i], n.Content[i+2:]...)
			return v
		}
	}
	return nil
}

// check looks at what the header says for all records.
func (h *header) check(file string) error {
	f := h.Fact
	switch c := string(f.Confidence); {
	case c != "" && !slices.Contains(confidences, c):
		return &Error{file, 0, fmt.Sprintf("fact: unknown confidence %q%s", c, didYouMean(c, confidences))}
	case f.Quote != "":
		return &Error{file, 0, "fact: a quote belongs to the record that it speaks of"}
	case f.Source != "" && h.Sources[f.Source].Line == 0:
		return &Error{file, 0, fmt.Sprintf("fact: source %q is not listed under sources:%s", f.Source, didYouMean(f.Source, slices.Sorted(maps.Keys(h.Sources))))}
	}
	return nil
}

// complete gives the facts of one record what the header says for all of
// them. The source of the file goes only to a fact that quotes it: a fact
// without a quote has not been read anywhere.
func (h *header) complete(errorf func(string, ...any) error, facts func(func(*Fact, bool))) []error {
	var errs []error
	facts(func(f *Fact, nested bool) {
		if f.AsOf == "" {
			f.AsOf = h.Fact.AsOf
		}
		if f.ReviewBy == "" {
			f.ReviewBy = h.Fact.ReviewBy
		}
		if f.Quote != "" && f.Source == "" {
			f.Source = h.Fact.Source
		}
		if f.Confidence == "" && f.Source == "" && f.Quote == "" && (nested || h.Fact.Confidence == graph.Claimed) {
			f.Confidence = graph.Claimed
		}
		if f.Confidence == "" && f.Quote != "" {
			f.Confidence = h.Fact.Confidence
		}
		if f.Source != "" {
			s, ok := h.Sources[f.Source]
			if !ok {
				errs = append(errs, errorf("source %q is not listed under sources:%s", f.Source, didYouMean(f.Source, slices.Sorted(maps.Keys(h.Sources)))))
				return
			}
			v := s.V
			f.Cited = &v
			errs = append(errs, checkSource(errorf, f.Source, &v)...)
		}
		errs = append(errs, checkFact(errorf, f)...)
	})
	return errs
}
