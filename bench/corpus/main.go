// Command corpus reads every repository below a folder as check does, and
// prints one row for each: what was read, what became of every resource block,
// and what the rules said. It is how docs/corpus.md is made.
//
//	go run ./bench/corpus [-format text|markdown] [-cpuprofile FILE -only NAME] DIR
//
// Each repository is read in a process of its own, so that a panic is one
// repository's, and CPU seconds and memory are too. Exit 1: a repository could
// not be read to the end, or a resource block is neither an asset nor without
// instances. Exit 2: wrong usage, or nothing to read.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"syscall"

	"github.com/bailiwick-dev/bailiwick/bench/corpora"
)

func main() {
	format := flag.String("format", "text", "text or markdown")
	child := flag.Bool("child", false, "read DIR as one repository and write its row as JSON")
	profile := flag.String("cpuprofile", "", "read DIR as one repository and write where its CPU time goes")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: go run ./bench/corpus [-format text|markdown] DIR")
		flag.PrintDefaults()
	}
	flag.Parse()
	var err error
	ok := true
	switch {
	case flag.NArg() != 1:
		err = errors.New("name one folder with a repository in each of its folders")
	case *format != "text" && *format != "markdown":
		err = fmt.Errorf("-format %q is not known; the known ones are text, markdown", *format)
	case *profile != "":
		err = profiled(*profile, flag.Arg(0))
	case *child:
		err = one(flag.Arg(0))
	default:
		ok, err = every(flag.Arg(0), *format)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "corpus: %v\n", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// one reads one repository and writes its row.
func one(dir string) error {
	r, err := read(dir)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

func profiled(file, dir string) error {
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("write the profile: %w", err)
	}
	defer f.Close()
	if err := pprof.StartCPUProfile(f); err != nil {
		return fmt.Errorf("write the profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	return one(dir)
}

// every reads every folder below dir; ok is false when one of them breaks a promise.
func every(dir, format string) (ok bool, err error) {
	names, err := corpora.Repositories(dir)
	if err != nil {
		return false, err
	}
	self, err := os.Executable()
	if err != nil {
		return false, fmt.Errorf("find this program: %w", err)
	}
	var rows []row
	ok = true
	for _, name := range names {
		r := apart(self, filepath.Join(dir, name))
		r.Name = name
		for _, wrong := range r.broken() {
			fmt.Fprintf(os.Stderr, "corpus: %s: %s\n", r.Name, wrong)
			ok = false
		}
		rows = append(rows, r)
	}
	return ok, write(os.Stdout, format, rows)
}

// apart reads one repository in another process and adds what that cost.
func apart(self, dir string) row {
	cmd := exec.Command(self, "-child", dir)
	var errw strings.Builder
	cmd.Stderr = &errw
	out, err := cmd.Output()
	var r row
	if err == nil {
		err = json.Unmarshal(out, &r)
	}
	if err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(errw.String()), "\n")
		r.Error = fmt.Sprintf("it was not read to the end: %v: %s", err, first)
	}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.CPU = float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
		r.PeakMiB = float64(u.Maxrss) / 1024 // Linux counts in KiB
	}
	return r
}
