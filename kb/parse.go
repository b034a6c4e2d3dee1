package kb

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb/internal/addresses"
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
	ranges       []row[Range]
	published    []byte // the table of published ranges
	packages     []row[Package]
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
		case ".bin":
			if p != publishedFile {
				return nil
			}
			t.published, err = fs.ReadFile(fsys, p)
			if err == nil {
				_, err = addresses.Decode(t.published)
			}
			if err != nil {
				errs = append(errs, &Error{p, 0, err.Error()})
			}
			return nil
		default:
			return nil
		}
		t.files++
		if info, err := fs.Stat(fsys, p); err == nil && !info.Mode().IsRegular() {
			errs = append(errs, &Error{p, 0, "it is no regular file: nothing is read from pipes and devices"})
			return nil
		}
		data, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
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
	case dir == "ranges/":
		return list(p, data, "ranges", &t.ranges)
	case dir == "packages/":
		return list(p, data, "packages", &t.packages)
	case dir == "endpoints/":
		return list(p, data, "endpoints", &t.endpoints)
	case parts[0] == "requirements" && len(parts) == 2:
		return one(p, data, &t.requirements)
	case parts[0] == "providers" && len(parts) == 2:
		return t.parseProviderFile(p, graph.ProviderID(parts[1]), strings.TrimSuffix(name, ".yaml"), data)
	}
	return &Error{p, 0, "no file of the knowledge base has this name; known are countries.yaml, blocs.yaml, adequacy.yaml, " +
		"laws/*.yaml, operators/*.yaml, models/*.yaml, endpoints/*.yaml, ranges/*.yaml, packages/*.yaml, requirements/<instrument>/*.yaml and " +
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
		var errs []error
		for i := range t.regions[n:] {
			r := &t.regions[n+i]
			r.V.Provider = id
			errs = append(errs, r.V.tenantOnly(r.errorf))
		}
		return errors.Join(errs...)
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
