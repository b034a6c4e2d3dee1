package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// european is the least that a perimeter can say: data stays in the EU.
const european = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: labelled}
spec:
  jurisdictions: {allow: [EU]}
`

// asOf is the day whose law counts.
var asOf = time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)

// An answer is what Bailiwick says of one file.
type answer struct {
	there    bool // in the corpus
	calls    []call
	assets   []thing
	unknown  int // assets of which it knows no kind
	problems int
	defaults map[string]string // hosts of words
}

// A call is an edge that leaves.
type call struct {
	host     string // "" where it is not known
	purposes []string
}

// A thing is an asset that holds, processes or passes on data.
type thing struct {
	address string
	bearing graph.Bearing
	places  []string
}

// check reads each repository of the labels and keeps what is said of the
// labelled files.
func check(s *set, dir string) (map[string]*answer, error) {
	k, err := kb.Open()
	if err != nil {
		return nil, err
	}
	p, err := perimeter.Parse("perimeter.yaml", []byte(european))
	if err != nil {
		return nil, err
	}
	rs, err := policy.Load(rules.FS, "rules")
	if err != nil {
		return nil, err
	}
	said := map[string]*answer{}
	var folders []string
	for i := range s.Files {
		l := &s.Files[i]
		a := &answer{defaults: k.Defaults()}
		_, err := os.Stat(filepath.Join(dir, l.key()))
		a.there = err == nil
		said[l.key()] = a
		folders = append(folders, l.Repository)
	}
	slices.Sort(folders)
	for _, folder := range slices.Compact(folders) {
		facts := all.Read([]string{filepath.Join(dir, folder)}, all.Known(k))
		res, err := assess.Run(context.Background(), &facts, assess.Options{KB: k, Perimeter: p, Rules: rs, At: asOf, All: true})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		about := func(o graph.Origin) *answer {
			rel, err := filepath.Rel(dir, o.File)
			if err != nil {
				return nil
			}
			return said[filepath.ToSlash(rel)]
		}
		for i := range res.Assets {
			if a := about(res.Assets[i].Origin); a != nil {
				a.asset(&res.Assets[i])
			}
		}
		for i := range res.Flows {
			if a := about(res.Flows[i].Origin); a != nil && !res.Flows[i].Within {
				a.call(&res.Flows[i])
			}
		}
		for i := range res.Problems {
			if a := about(res.Problems[i].Origin); a != nil {
				a.problems++
			}
		}
	}
	return said, nil
}

func (a *answer) asset(x *finding.Asset) {
	switch {
	case x.Kind == graph.UnknownKind:
		a.unknown++
		return
	case x.Kind.Bearing() == graph.BearsNothing || strings.Contains(string(x.Subject), " → "):
		return // an edge is among the calls
	}
	t := thing{address: string(x.Subject), bearing: x.Kind.Bearing()}
	for _, p := range x.Places {
		if p.Purpose == "" {
			for _, c := range p.Countries {
				t.places = append(t.places, string(c))
			}
		}
	}
	slices.Sort(t.places)
	t.places = slices.Compact(t.places)
	a.assets = append(a.assets, t)
}

// call adds an edge; those to one host are one, and so are those to nobody knows
// whom.
func (a *answer) call(e *finding.Edge) {
	host := hostOf(string(e.To))
	i := slices.IndexFunc(a.calls, func(c call) bool { return c.host == host })
	if i < 0 {
		i = len(a.calls)
		a.calls = append(a.calls, call{host: host})
	}
	a.calls[i].purposes = append(a.calls[i].purposes, e.Purposes...)
}

// hostOf cuts scheme, path and port off.
func hostOf(to string) string {
	if _, rest, ok := strings.Cut(to, "://"); ok {
		to = rest
	}
	to, _, _ = strings.Cut(to, "/")
	if host, port, ok := strings.Cut(to, ":"); ok && strings.Trim(port, "0123456789") == "" {
		to = host
	}
	return to
}
