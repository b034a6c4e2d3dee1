// Command recall holds what the rules say against what people said of the same
// resources: assets of the corpus, drawn by seed and labelled by hand, with the
// reason beside each label (labels.yaml). It prints recall and precision of the
// failures, how often coordinates agree, and every difference.
//
//	go run ./bench/recall [-v] CORPUS           measure
//	go run ./bench/recall -draw N -seed S CORPUS   write N assets to be labelled
//
// CORPUS is a folder with the repositories of docs/corpus.md. Exit 1: a labelled
// asset is not there. Exit 2: wrong usage, or nothing to read.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	drawn := flag.Int("draw", 0, "write so many assets to be labelled")
	seed := flag.Uint64("seed", 1, "of the draw")
	file := flag.String("labels", "bench/recall/labels.yaml", "the labels")
	verbose := flag.Bool("v", false, "print the reasons of the labels with the differences")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./bench/recall [-draw N -seed S] [-labels FILE] [-v] CORPUS")
		flag.PrintDefaults()
	}
	flag.Parse()
	var err error
	ok := true
	switch {
	case flag.NArg() != 1:
		err = errors.New("name one folder with a repository in each of its folders: docs/corpus.md names them")
	case *drawn > 0:
		err = draw(os.Stdout, flag.Arg(0), *seed, *drawn)
	default:
		ok, err = run(os.Stdout, *file, flag.Arg(0), *verbose)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "recall: %v\n", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run measures and prints. ok is false when a labelled asset is not in the
// corpus: then the numbers speak of something else than the labels.
func run(w *os.File, file, dir string, verbose bool) (ok bool, err error) {
	set, err := load(file)
	if err != nil {
		return false, err
	}
	said, err := check(set, dir)
	if err != nil {
		return false, err
	}
	t := compare(set.Labels, said)
	t.write(w, verbose)
	return len(t.absent) == 0, nil
}
