//go:build cgo

// Command bailiwick-hsm loads the library of a hardware security module
// (PKCS#11) and answers what bailiwick asks of the keys in it, on its standard
// input and output. It is a program of its own because such libraries are C, and
// may crash, hang and do whatever they like in the process that loads them.
//
// Users do not call it: bailiwick does, for addresses that begin with pkcs11:.
package main

// #include <unistd.h>
import "C"

import (
	"fmt"
	"os"

	"github.com/bailiwick-dev/bailiwick/internal/keys/hsm/wire"
)

func main() {
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, "bailiwick-hsm takes no arguments: bailiwick starts it")
		os.Exit(2)
	}
	// A library may print what it likes. It shall not print into our answers.
	fd := C.dup(1)
	if fd < 0 || C.dup2(2, 1) < 0 {
		fmt.Fprintln(os.Stderr, "standard output cannot be kept for answers")
		os.Exit(1)
	}
	answers := os.NewFile(uintptr(fd), "answers")
	err := wire.Serve(os.Stdin, answers, func(token map[string]string) (wire.Backend, error) { return open(token) })
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
