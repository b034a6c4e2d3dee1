package kubernetes

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
)

// Names of the files that say how others are rendered.
var kustomizationNames = map[string]bool{"kustomization.yaml": true, "kustomization.yml": true, "Kustomization": true}

const chartName = "Chart.yaml"

// Named reports whether a file may hold objects by its name, so that not every
// file of a repository is opened.
func Named(path string) bool {
	switch filepath.Ext(path) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return kustomizationNames[filepath.Base(path)]
}

var (
	yamlVersion = regexp.MustCompile(`(?m)^(?:- |  )?["']?apiVersion["']?[ \t]*:`)
	yamlKind    = regexp.MustCompile(`(?m)^(?:- |  )?["']?kind["']?[ \t]*:`)
	// own are documents of Bailiwick: what it is asked with is nothing that it looks at.
	own         = regexp.MustCompile(`\A(?:\s|#[^\n]*\n|---)*["']?apiVersion["']?[ \t]*:[ \t]*["']?bailiwick/`)
	jsonVersion = []byte(`"apiVersion"`)
	jsonKind    = []byte(`"kind"`)
)

// words are in every file of objects: notes of releases and settings of tools
// that have a version and a kind have no metadata.
var words = [][]byte{[]byte("apiVersion"), []byte("kind"), []byte("metadata")}

// Match reports whether a file holds objects, or says how a chart or a
// kustomization is rendered; head is its beginning.
func Match(path string, head []byte) bool {
	base := filepath.Base(path)
	if kustomizationNames[base] {
		return true
	}
	if base == chartName {
		return yamlVersion.Match(head)
	}
	for _, word := range words {
		if !bytes.Contains(head, word) {
			return false // most files, at a hundredth of what the expressions cost
		}
	}
	if bytes.Contains(head, []byte("bailiwick/")) && own.Match(head) {
		return false
	}
	switch filepath.Ext(path) {
	case ".json":
		return bytes.Contains(head, jsonVersion) && bytes.Contains(head, jsonKind)
	case ".yaml", ".yml":
		if text := bytes.TrimSpace(head); bytes.HasPrefix(text, []byte("{")) && !bytes.HasPrefix(text, []byte("{{")) && !bytes.HasPrefix(text, []byte("{%")) { // not a template
			return bytes.Contains(head, jsonVersion) && bytes.Contains(head, jsonKind)
		}
		return yamlVersion.Match(head) && yamlKind.Match(head)
	}
	return false
}

// templated reports whether a text is one that a template engine fills in first.
func templated(src []byte) bool {
	i := bytes.Index(src, []byte("{{"))
	return i >= 0 && bytes.Contains(src[i:], []byte("}}"))
}

// below reports whether a path lies in a folder.
func below(path, dir string) bool {
	if dir == "." {
		return !filepath.IsAbs(path) && !strings.HasPrefix(path, "..")
	}
	return strings.HasPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}
