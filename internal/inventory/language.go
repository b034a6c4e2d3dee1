package inventory

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// isMetadata reports whether a file describes an installed Python or conda package.
func isMetadata(name string) bool {
	dir, base := path.Split(name)
	dir = strings.TrimSuffix(dir, "/")
	switch {
	case base == "METADATA":
		return strings.HasSuffix(dir, ".dist-info")
	case base == "PKG-INFO":
		return strings.HasSuffix(dir, ".egg-info") || strings.HasSuffix(dir, "/EGG-INFO")
	case strings.HasSuffix(base, ".egg-info"):
		return true
	case path.Ext(base) == ".json":
		return path.Base(dir) == "conda-meta"
	}
	return false
}

// metadata reads the description of a Python or conda package.
func (s *scanner) metadata(name string, src []byte) {
	p := graph.Package{Ecosystem: "pypi", Path: path.Dir(name), Layer: s.layer}
	switch base := path.Base(name); {
	case path.Ext(base) == ".json":
		if base == "history.json" {
			return
		}
		var doc struct{ Name, Version, License, Channel string }
		if json.Unmarshal(src, &doc) != nil || doc.Name == "" {
			s.problem(name, "it does not describe a package of conda")
			return
		}
		p.Ecosystem, p.Name, p.Version, p.Path = "conda", doc.Name, doc.Version, name
		if doc.License != "" {
			p.Licenses = []string{doc.License}
		}
	default:
		if strings.HasSuffix(base, ".egg-info") {
			p.Path = name
		}
		pythonHeaders(&p, src)
	}
	if p.Name == "" {
		s.problem(name, "it names no package")
		return
	}
	s.packages[name] = []graph.Package{p}
}

// pythonHeaders reads the headers before the first empty line: what follows is
// the text of a README.
func pythonHeaders(p *graph.Package, src []byte) {
	var licence, expression, author string
	for line := range strings.Lines(string(src)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		k, v, ok := strings.Cut(line, ":")
		if !ok || line[0] == ' ' || line[0] == '\t' {
			continue
		}
		v = strings.TrimSpace(v)
		switch strings.ToLower(k) {
		case "name":
			p.Name = v
		case "version":
			p.Version = v
		case "license":
			licence = v
		case "license-expression":
			expression = v
		case "classifier":
			if rest, ok := strings.CutPrefix(v, "License :: OSI Approved :: "); ok && licence == "" {
				licence = rest
			}
		case "author", "author-email", "maintainer":
			if author == "" {
				author = v
			}
		}
	}
	if expression != "" {
		licence = expression
	}
	if licence != "" && licence != "UNKNOWN" && len(licence) < 200 {
		p.Licenses = []string{licence}
	}
	if author != "UNKNOWN" {
		p.Supplier = author
	}
}

// isNPM reports whether a file is the description of a package that is
// installed: node_modules/name or node_modules/@scope/name, at any depth. Others
// of that name are test data and parts of packages.
func isNPM(name string) bool {
	dir, base := path.Split(name)
	if base != "package.json" {
		return false
	}
	_, rest, ok := cutLast("/"+dir, "/node_modules/")
	if !ok {
		return false
	}
	rest = strings.TrimSuffix(rest, "/")
	if strings.HasPrefix(rest, "@") {
		return strings.Count(rest, "/") == 1
	}
	return rest != "" && !strings.Contains(rest, "/") && !strings.HasPrefix(rest, ".")
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func (s *scanner) npm(name string, src []byte) {
	var doc struct {
		Name      string          `json:"name"`
		Version   string          `json:"version"`
		License   json.RawMessage `json:"license"`
		Licenses  json.RawMessage `json:"licenses"`
		Author    json.RawMessage `json:"author"`
		Publisher string          `json:"publisher"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")), &doc); err != nil {
		s.problem(name, "it is no JSON: %v", err)
		return
	}
	if doc.Name == "" || doc.Version == "" {
		return // a folder that only says how its files are loaded
	}
	p := graph.Package{Ecosystem: "npm", Name: doc.Name, Version: doc.Version, Path: path.Dir(name), Layer: s.layer, Supplier: text(doc.Author, "name")}
	if l := text(doc.License, "type"); l != "" {
		p.Licenses = []string{l}
	} else if l := text(doc.Licenses, "type"); l != "" {
		p.Licenses = []string{l}
	}
	s.packages[name] = []graph.Package{p}
}

// text is a value that people write as a text, as an object or as a list of them.
func text(raw json.RawMessage, key string) string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return one
	}
	var object map[string]any
	if json.Unmarshal(raw, &object) == nil {
		v, _ := object[key].(string)
		return v
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		return text(list[0], key)
	}
	return ""
}
