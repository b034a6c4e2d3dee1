// Package terraform reads Terraform and OpenTofu configuration: every root
// among the given files is evaluated with our own lazy, memoised evaluator on
// hclsyntax and go-cty, and every resource block comes out as assets.
//
// Three promises shape it. Nothing is invented: what only a provider knows is
// unknown, and says why. Nothing is dropped: a count or for_each that cannot be
// known yields one row with the address suffix [*]. And nothing is evaluated
// that nobody asks for: an asset's attributes are read through [graph.Reader].
//
// The way through it: limits.go looks at the bytes before a parser does,
// parse.go and json.go read files into blocks, config.go makes a module of a
// directory, roots.go finds the roots, compile.go makes nodes of syntax trees,
// eval.go and its neighbours evaluate them, call.go and functions.go hold the
// function library, expand.go and expandcall.go make instances, reader.go
// answers questions about them. grunt*.go make a root of a unit of Terragrunt.
package terraform

import (
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Options says what the files alone do not.
type Options struct {
	// Data tells how an attribute of a data source follows from configuration
	// ("aws_region", "region" gives the provider's "region"). When it is nil or
	// says no, the attribute is unknown unless the configuration writes it.
	Data func(dataType, attr string) (d graph.Derived, ok bool)
	// VarFiles are extra tfvars files for every root, later ones win, as with -var-file.
	VarFiles []string
	// Vars are values for every root, as with -var; they win over every file.
	Vars map[string]string
	// Workspace is terraform.workspace; empty means that it is unknown.
	Workspace string
	// Trace makes readings tell the literals that their values come from. What is
	// known stays the same; reasons for what is unknown may say less.
	Trace bool
	// Overlay holds contents that count instead of what is on disk, by the
	// absolute path of the file without links; see [RealPath].
	Overlay map[string][]byte
	// MaxFileBytes bounds one file; larger ones become a problem. 0 means 8 MiB.
	MaxFileBytes int64
}

// defaultMaxFile is far above any file a person writes (the largest of sixteen
// public repositories is 3.2 MB) and small enough to be parsed in seconds.
const defaultMaxFile = 8 << 20

// Match reports whether a file name belongs to this source: configuration of
// either tool, in both syntaxes, variable values, or a unit of Terragrunt.
func Match(path string) bool {
	name := filepath.Base(path)
	return isConfig(name) || isVars(name) || name == unitName
}

// isConfig reports whether name is a configuration file. Editors' backup and
// hidden files are not, as for the real tools.
func isConfig(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return false
	}
	for _, ext := range []string{".tf", ".tf.json", ".tofu", ".tofu.json"} {
		if strings.HasSuffix(name, ext) && len(name) > len(ext) {
			return true
		}
	}
	return false
}

// isVars reports whether name holds variable values.
func isVars(name string) bool {
	return strings.HasSuffix(name, ".tfvars") || strings.HasSuffix(name, ".tfvars.json")
}

// isJSON reports whether the file is in the JSON syntax.
func isJSON(name string) bool { return strings.HasSuffix(name, ".json") }
