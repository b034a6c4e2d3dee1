// Command files holds what we read in single files of all kinds against what a
// person says of them: whom they call, and what in them holds or processes data.
// The files are of the corpus, drawn by seed, and labelled with the reason beside
// each (labels.yaml). It prints recall and precision by kind of file and over
// all, and every difference.
//
//	go run ./bench/files [-v] [-labels FILE] CORPUS   measure
//	go run ./bench/files -draw -seed S CORPUS         write files to be labelled
//
// Every repository is read as a whole, as check reads it; what is said of a
// labelled file is what has its origin there. Exit 1: a labelled file is not
// there. Exit 2: wrong usage, or nothing to read.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	drawn := flag.Bool("draw", false, "write files to be labelled")
	seed := flag.Uint64("seed", 1, "of the draw")
	file := flag.String("labels", "bench/files/labels.yaml", "the labels")
	verbose := flag.Bool("v", false, "print the reasons of the labels with the differences")
	flag.Parse()
	var err error
	ok := true
	switch {
	case flag.NArg() != 1:
		err = errors.New("name one folder with a repository in each of its folders: docs/corpus.md names them")
	case *drawn:
		err = draw(os.Stdout, flag.Arg(0), *seed)
	default:
		ok, err = run(os.Stdout, *file, flag.Arg(0), *verbose)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "files: %v\n", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run measures and prints. ok is false when a labelled file is not in the
// corpus: then the numbers speak of something else than the labels.
func run(w io.Writer, file, dir string, verbose bool) (ok bool, err error) {
	set, err := load(file)
	if err != nil {
		return false, err
	}
	said, err := check(set, dir)
	if err != nil {
		return false, err
	}
	t := compare(set, said)
	t.write(w, verbose)
	return len(t.absent) == 0, nil
}
