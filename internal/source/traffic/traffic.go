// Package traffic reads records of what was sent: access logs of proxies and
// meshes, their metrics, flow logs of clouds and kernels, DNS logs and the log of
// a gateway. A record says who called whom; many records are one observed flow,
// with counts, bytes and the window in which it was seen.
//
// A log is evidence of what happened and none of what did not: records get
// lost, are sampled, rotate away. What is known to be missing stands in
// [graph.Traffic.Incomplete], never nowhere.
//
// Traffic that stays inside of the own network and calls that come in are no
// flows to somebody; they are summed up in [graph.Facts.Asides]. A destination
// inside that the medium names as a workload is a flow.
//
// Files are streamed. The number of flows is bounded, so that a scan of the
// whole internet costs no more memory than a quarter of a million flows.
package traffic

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree/logs"
)

// Match reports whether a file holds records of traffic, by its name and its
// beginning; head may be the beginning of an archive.
func Match(file string, head []byte) bool {
	return Name(file) && mediumOf(head) != nil
}

// Name reports whether a file may hold records by its name, so that not every
// file of a repository is opened.
func Name(file string) bool {
	base := strings.ToLower(filepath.Base(file))
	base = strings.TrimSuffix(base, ".gz")
	base = strings.TrimRight(base, "0123456789-") // access.log.1, access.log-20260101
	base = strings.TrimSuffix(base, ".")
	switch path.Ext(base) {
	case ".log", ".jsonl", ".json", ".ndjson", ".har", ".txt", ".prom", ".metrics":
		return true
	}
	return strings.HasSuffix(strings.ToLower(file), ".gz") || strings.HasSuffix(base, parquetName)
}

// Read reads files that [Match] accepts. Files of one folder are one unit: a
// rotated log is one log, and a DNS log beside a connection log names its
// addresses.
func Read(files []string) graph.Facts {
	var out graph.Facts
	units := map[string][]string{}
	for _, f := range files {
		dir := path.Dir(filepath.ToSlash(f))
		units[dir] = append(units[dir], f)
	}
	dirs := make([]string, 0, len(units))
	for d := range units {
		dirs = append(dirs, d)
	}
	slices.Sort(dirs)
	for _, d := range dirs {
		readUnit(d, units[d], &out)
	}
	slices.Sort(out.Files)
	return out
}

// readUnit reads the files of one folder: first those that tell names.
func readUnit(root string, files []string, out *graph.Facts) {
	slices.Sort(files)
	u := newUnit(root)
	type job struct {
		file string
		m    *medium
	}
	var jobs []job
	for _, f := range slices.Compact(files) {
		head, err := headOf(f)
		name := filepath.ToSlash(f)
		out.Files = append(out.Files, name)
		if err != nil {
			out.Problems = append(out.Problems, problem(name, err.Error()))
			continue
		}
		if m := mediumOf(head); m != nil {
			jobs = append(jobs, job{f, m})
		} else {
			out.Problems = append(out.Problems, problem(name, "it is no log, metrics or flow file of a kind that is known"))
		}
	}
	slices.SortStableFunc(jobs, func(a, b job) int { return b.m.names - a.m.names })
	for _, j := range jobs {
		if why := u.read(j.file, j.m); why != "" {
			out.Problems = append(out.Problems, problem(filepath.ToSlash(j.file), why))
		}
	}
	u.facts(out)
}

func problem(file, text string) graph.Problem {
	return graph.Problem{Origin: graph.Origin{File: file}, Message: text}
}

func headOf(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, logs.Unreadable(err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, logs.HeadBytes))
	if err != nil {
		return nil, logs.Unreadable(err)
	}
	return head, nil
}
