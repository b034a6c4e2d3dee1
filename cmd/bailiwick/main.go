// Command bailiwick works out whose law reaches every byte of an AI system,
// and holds that against one written perimeter.
package main

import (
	"os"

	"github.com/bailiwick-dev/bailiwick/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
