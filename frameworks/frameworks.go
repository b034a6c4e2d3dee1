// Package frameworks holds what a system can be scored against: one folder a
// framework, named by its id. docs/spec/frameworks.md says how one is written.
package frameworks

import "embed"

// FS holds every framework.
//
//go:embed */framework.yaml
var FS embed.FS
