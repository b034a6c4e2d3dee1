//go:build !cgo

// Command bailiwick-hsm loads the library of a hardware security module. This
// is what is left of it without a C compiler: it says what to do.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "this bailiwick-hsm was built without cgo and cannot load a module: build it where a C compiler is, by `CGO_ENABLED=1 go build ./cmd/bailiwick-hsm`")
	os.Exit(2)
}
