// Package rules holds the checks: one folder a rule, named by its id.
// docs/spec/rules.md says how one is written.
package rules

import "embed"

// FS holds every rule and the library that they share.
//
//go:embed */*.rego
var FS embed.FS
