// Command gen writes Terraform trees of any size, for measuring. The same
// arguments write the same bytes.
//
//	go run ./bench/gen -resources 10000 DIR    plain resources in modules of 500
//	go run ./bench/gen -each 10000 DIR         two resources, each with for_each over that many keys
//	go run ./bench/gen -one DIR                one file with one bucket
//
// DIR must not exist or be empty.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	resources := flag.Int("resources", 0, "number of plain resources")
	each := flag.Int("each", 0, "number of keys that two resources go over: hundreds, at most 102400")
	one := flag.Bool("one", false, "one file with one bucket")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./bench/gen -resources N | -each N | -one DIR")
		flag.PrintDefaults()
	}
	flag.Parse()
	var files map[string]string
	switch {
	case flag.NArg() != 1:
		fail(errors.New("name one folder to write to"))
	case *one:
		files = map[string]string{"main.tf": single}
	case *each%100 != 0 || *each < 0 || *each > 102_400 || *resources < 0:
		fail(errors.New("-each takes hundreds from 100 to 102400, -resources a number from 1"))
	case *each > 0:
		files = map[string]string{"main.tf": forEach(*each)}
	case *resources > 0:
		files = plain(*resources)
	default:
		fail(errors.New("say what to write: -resources N, -each N or -one"))
	}
	if err := write(flag.Arg(0), files); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "gen: %v\n", err)
	os.Exit(2)
}

// perimeter is the least that a perimeter can say.
const perimeter = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: generated}
spec:
  jurisdictions: {allow: [EU]}
`

func write(dir string, files map[string]string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty: name a new folder", dir)
	}
	files["perimeter.yaml"] = perimeter
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
