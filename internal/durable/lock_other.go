//go:build !unix

package durable

import (
	"fmt"
	"os"
)

// Lock takes a file for this process alone. Where that cannot be had nothing
// runs that must be alone.
func Lock(f *os.File) error {
	return fmt.Errorf("%s: only Unix systems lend a file to one process alone, and two of us would undo each other's work", f.Name())
}
