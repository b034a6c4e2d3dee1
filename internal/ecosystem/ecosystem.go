// Package ecosystem knows how packages are named and versioned where they are
// published: which spellings are one name, which of two versions is newer, and
// what a range of versions holds. It knows no package.
package ecosystem

import (
	"regexp"
	"slices"
	"strings"
)

// An Ecosystem is one way in which packages are published, by the word that
// queries and the knowledge base use.
type Ecosystem string

const (
	PyPI   Ecosystem = "pypi"
	NPM    Ecosystem = "npm"
	Go     Ecosystem = "go"
	Cargo  Ecosystem = "cargo"
	Maven  Ecosystem = "maven" // names are group:artifact
	Gem    Ecosystem = "gem"
	NuGet  Ecosystem = "nuget"
	OCI    Ecosystem = "oci"    // container images, by their repository without the default registry
	Binary Ecosystem = "binary" // tools that are installed by hand or by the system's packages
)

// All returns every ecosystem in the order in which answers are given.
func All() []Ecosystem { return []Ecosystem{PyPI, NPM, Go, Cargo, Maven, Gem, NuGet, OCI, Binary} }

// Valid reports whether the word is one of [All].
func (e Ecosystem) Valid() bool { return slices.Contains(All(), e) }

// separators are what Python does not tell apart in names (PEP 503).
var separators = regexp.MustCompile(`[-_.]+`)

// Fold returns the one spelling of a name that stands for all which the
// ecosystem takes for the same: Huggingface_Hub and huggingface-hub at Python.
func (e Ecosystem) Fold(name string) string {
	switch name = strings.TrimSpace(name); e {
	case PyPI:
		return separators.ReplaceAllString(strings.ToLower(name), "-")
	case Cargo:
		return strings.ReplaceAll(strings.ToLower(name), "_", "-")
	case NPM, NuGet, OCI, Binary:
		return strings.ToLower(name)
	}
	return name // Go, Maven and Ruby tell upper from lower case
}
