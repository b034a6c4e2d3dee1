// Package lazy compiles a regular expression when it is first used: a command
// that reads no log of a database does not pay for the forms of its lines.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns what compiles expr once. An expression that is none panics, as
// [regexp.MustCompile] does: the test of this package compiles each of them.
func Regexp(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
