// Command sources reads every repository below some folders as check does, with
// all readers, and prints what each reader found in all of them, and what was
// found in each repository. It is how a part of docs/corpus.md is made.
//
//	go run ./bench/sources [-format text|markdown] [-limit 10m] [-skip NAME,…] DIR…
//
// Each repository is read in a process of its own, so that a panic is one
// repository's, and CPU seconds and memory are too. Exit 1: a repository could
// not be read to the end, or a file that readers took is not among those that
// one of them says it read or had a problem with. Exit 2: wrong usage, or nothing to read.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/bench/corpora"
)

func main() {
	format := flag.String("format", "text", "text or markdown")
	child := flag.String("child", "", "read `DIR` as one repository and write its row as JSON")
	limit := flag.Duration("limit", 10*time.Minute, "time that one repository may take")
	skip := flag.String("skip", "", "folders to leave out, separated by commas")
	flag.Parse()
	var err error
	ok := true
	switch {
	case *child != "":
		err = one(*child)
	case flag.NArg() == 0:
		err = errors.New("name folders with a repository in each of their folders")
	case *format != "text" && *format != "markdown":
		err = fmt.Errorf("-format %q is not known; the known ones are text, markdown", *format)
	default:
		ok, err = every(flag.Args(), strings.Split(*skip, ","), *limit, *format)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "sources: %v\n", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func one(dir string) error {
	r, err := read(dir)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// every reads every folder below the given ones; ok is false when one of them
// breaks a promise.
func every(dirs, skip []string, limit time.Duration, format string) (ok bool, err error) {
	left := map[string]bool{}
	for _, s := range skip {
		left[s] = true
	}
	var rows []row
	ok = true
	for _, dir := range dirs {
		names, err := corpora.Repositories(dir)
		if err != nil {
			return false, err
		}
		for _, name := range names {
			if left[name] {
				continue
			}
			var r row
			cost, err := corpora.Apart(filepath.Join(dir, name), limit, &r)
			if err != nil {
				r.Unread = append(r.Unread, err.Error())
			}
			r.Name, r.Cost = name, cost
			for _, wrong := range append(r.Unread, r.Over...) {
				fmt.Fprintf(os.Stderr, "sources: %s: %s\n", name, wrong)
				ok = false
			}
			rows = append(rows, r)
		}
	}
	return ok, write(os.Stdout, format, rows)
}
