package kustomization

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// maxFile bounds a file that a kustomization takes in.
const maxFile = 64 << 20

// A disk is a file system that is only read from, and in which no kustomization
// names anything that is elsewhere: kustomize would fetch it.
type disk struct {
	filesys.FileSystem
	top      string // the file of the kustomization that is rendered
	lighten  func([]byte) []byte
	whole    bool // schemas are read, since something patches them
	read     map[string]bool
	problems []Problem
}

var errReadOnly = errors.New("nothing is written")

func (d *disk) Create(string) (filesys.File, error) { return nil, errReadOnly }
func (d *disk) Mkdir(string) error                  { return errReadOnly }
func (d *disk) MkdirAll(string) error               { return errReadOnly }
func (d *disk) RemoveAll(string) error              { return errReadOnly }
func (d *disk) WriteFile(string, []byte) error      { return errReadOnly }

// Open is not needed to render, and would pass by what ReadFile takes out.
func (d *disk) Open(string) (filesys.File, error) { return nil, errReadOnly }

var (
	address = regexp.MustCompile(`[a-z]+://|^git@|^[\w.-]+\.[a-z]+[:/].*/|[?&]ref=|//`)
	fetched = regexp.MustCompile(`https?://`)
	builtin = regexp.MustCompile(`(?m)^\s*["']?apiVersion["']?:\s*["']?builtin`)
)

// ReadFile reads a file within the bound. Of a kustomization what is elsewhere is
// taken out, and said; a built-in transformer that names an address is refused.
func (d *disk) ReadFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile || !info.Mode().IsRegular() {
		return nil, errors.New(path + " is no file of a size that is read")
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d.read[path] = true
	if slices.Contains(Names, filepath.Base(path)) {
		return d.local(path, src), nil
	}
	if bytes.Contains(src, []byte("builtin")) && fetched.Match(src) && builtin.Match(src) {
		return nil, errors.New(path + " names an address, and nothing is fetched")
	}
	if d.whole {
		return src, nil
	}
	return d.lighten(src), nil
}

// local takes out of a kustomization what is elsewhere. What is no YAML is left
// for kustomize to refuse.
func (d *disk) local(path string, src []byte) []byte {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		if fetched.Match(src) {
			return nil // kustomize may read more into it than this reader
		}
		return src
	}
	root := doc.Content[0]
	dir := filepath.Dir(path)
	for i := 0; i+1 < len(root.Content); {
		key, v := root.Content[i].Value, root.Content[i+1]
		for v.Kind == yaml.AliasNode {
			v = v.Alias
		}
		switch key {
		case "<<":
			d.problem(path, v.Line, "it merges other parts of the file in, which is not followed here: write them out")
			root.Content = slices.Delete(root.Content, i, i+2)
			continue
		case "helmCharts", "helmChartInflationGenerator", "helmGlobals":
			if key != "helmGlobals" && len(v.Content) > 0 {
				d.problem(path, v.Line, "it takes in Helm charts, which are fetched: render it with kustomize build --enable-helm and check what comes out")
			}
			root.Content = slices.Delete(root.Content, i, i+2)
			continue
		case "resources", "bases", "components":
			d.here(path, dir, v)
		case "patches", "patchesJson6902":
			// Texts of patches may name any address; only paths are loaded.
			for _, p := range v.Content {
				d.paths(path, p, "path")
			}
		default:
			d.addresses(path, v)
		}
		i += 2
	}
	modern(root)
	if path == d.top {
		origins(root)
	}
	out, err := yaml.Marshal(&doc)
	if err != nil {
		return src
	}
	return out
}

// here leaves of a list what is in a folder.
func (d *disk) here(path, dir string, list *yaml.Node) {
	list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool {
		if n.Kind != yaml.ScalarNode {
			return true
		}
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(n.Value))); err == nil && !strings.Contains(n.Value, "://") {
			if !strings.HasPrefix(n.Value, ".") && !filepath.IsAbs(n.Value) {
				n.Value = "./" + n.Value // a path that looks like a host is none
			}
			return false
		}
		if address.MatchString(n.Value) {
			d.problem(path, n.Line, "%s is elsewhere, and nothing is fetched: bring it into this tree, or check what kustomize build prints", n.Value)
		} else {
			d.problem(path, n.Line, "%s is not here: mend the path", n.Value)
		}
		return true
	})
}

// paths takes the value of a member away that is an address.
func (d *disk) paths(path string, n *yaml.Node, name string) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name && fetched.MatchString(n.Content[i+1].Value) {
			d.problem(path, n.Content[i+1].Line, "%s is elsewhere, and nothing is fetched: bring it into this tree", n.Content[i+1].Value)
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}

// addresses takes elements away that would be loaded from an address: files of
// generators, transformers, crds. Literals and annotations may hold any.
func (d *disk) addresses(path string, n *yaml.Node) {
	switch n.Kind {
	case yaml.SequenceNode:
		n.Content = slices.DeleteFunc(n.Content, func(e *yaml.Node) bool {
			_, at, keyed := strings.Cut(e.Value, "=")
			if e.Kind == yaml.ScalarNode && !strings.Contains(e.Value, "\n") && (fetchedAtStart(e.Value) || keyed && fetchedAtStart(at)) {
				d.problem(path, e.Line, "%s is elsewhere, and nothing is fetched: bring it into this tree", e.Value)
				return true
			}
			d.addresses(path, e)
			return false
		})
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			switch key := n.Content[i].Value; key {
			case "literals", "annotations", "labels", "commonAnnotations", "commonLabels":
			case "path", "env":
				d.paths(path, n, key)
			default:
				d.addresses(path, n.Content[i+1])
			}
			if i+1 >= len(n.Content) {
				return
			}
		}
	}
}

func fetchedAtStart(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// origins makes kustomize say where every object comes from.
func origins(root *yaml.Node) {
	want := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "originAnnotations"}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "buildMetadata" && root.Content[i+1].Kind == yaml.SequenceNode {
			list := root.Content[i+1]
			if !slices.ContainsFunc(list.Content, func(n *yaml.Node) bool { return n.Value == want.Value }) {
				list.Content = append(list.Content, want)
			}
			return
		}
	}
	root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "buildMetadata"}, &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{want}})
}
