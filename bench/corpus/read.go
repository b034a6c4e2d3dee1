package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/source/terraform"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/rules"
)

// european is the least that a perimeter can say: data stays in the EU.
const european = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: corpus}
spec:
  jurisdictions: {allow: [EU]}
`

// asOf is the day whose law counts, so that the table can be made again.
var asOf = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

// A row is what was read of one repository.
type row struct {
	Name    string
	Error   string // why it was not read to the end
	Files   int    // .tf files
	Written int    // resource blocks as the text has them, counted without our parser
	Blocks  int    // resource blocks as the reader counts them
	Absent  int    // of them without instances (count = 0)
	Present int    // of them among the assets
	Rows    int    // assets, backends and absent modules included
	Partial int    // rows that stand for an unknown number of instances
	Inert   int
	Unknown int // blocks of a type that no dialect knows

	Problems, Pass, Fail, Undecided int

	Types   map[string]int // blocks of each unknown type
	CPU     float64        // seconds, user and system
	PeakMiB float64
}

// broken says which promises the row breaks.
func (r *row) broken() []string {
	if r.Error != "" {
		return []string{r.Error}
	}
	var out []string
	if r.Present+r.Absent != r.Blocks {
		out = append(out, fmt.Sprintf("%d resource blocks, but %d are assets and %d have no instance", r.Blocks, r.Present, r.Absent))
	}
	if r.Written > r.Blocks {
		out = append(out, fmt.Sprintf("the text has %d resource blocks, the reader saw %d", r.Written, r.Blocks))
	}
	return out
}

// read does what check does of Terraform, with all rules. Of other sources bench/sources says more.
func read(dir string) (*row, error) {
	k, err := kb.Open()
	if err != nil {
		return nil, err
	}
	p, err := perimeter.Parse("perimeter.yaml", []byte(european))
	if err != nil {
		return nil, err
	}
	set, err := policy.Load(rules.FS, "rules")
	if err != nil {
		return nil, err
	}
	var files []string
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == ".git" || d.Name() == ".terraform") {
			return filepath.SkipDir
		}
		if err == nil && !d.IsDir() && terraform.Match(path) {
			files = append(files, path)
		}
		return err
	}); err != nil {
		return nil, err
	}
	facts := terraform.Read(files, terraform.Options{Data: k.DataAttributes("terraform")})
	res, err := assess.Run(context.Background(), &facts, assess.Options{KB: k, Perimeter: p, Rules: set, At: asOf})
	if err != nil {
		return nil, err
	}
	r := &row{Blocks: facts.Blocks, Absent: facts.Absent, Rows: len(facts.Assets), Types: map[string]int{}}
	r.count(&facts, k)
	if r.Files, r.Written, err = written(dir); err != nil {
		return nil, err
	}
	s := res.Summary
	r.Inert, r.Problems, r.Pass, r.Fail, r.Undecided = s.Inert, len(res.Problems), s.Pass, s.Fail, s.Undecided
	return r, nil
}

// count finds the blocks behind the assets.
func (r *row) count(f *graph.Facts, k *kb.KB) {
	blocks := map[string]bool{}
	for i := range f.Assets {
		a := &f.Assets[i]
		if a.Partial != "" {
			r.Partial++
		}
		if a.Type == "module" || strings.HasPrefix(a.Type, "backend.") {
			continue // assets, but not resource blocks
		}
		id := block(a)
		if blocks[id] {
			continue
		}
		blocks[id] = true
		source := ""
		if a.Provider != nil {
			source = a.Provider.Source
		}
		if _, ok := k.Type(a.Language, source, a.Type); !ok {
			r.Unknown++
			r.Types[a.Type]++
		}
	}
	r.Present = len(blocks)
}

// block names the block that an asset comes from, whatever root and module
// instance it was evaluated in. In JSON several blocks can share a line, so the
// last two parts of the group, type and name, belong to it.
func block(a *graph.Asset) string {
	parts := strings.Split(a.Group, ".")
	return fmt.Sprintf("%s:%d:%s", a.Origin.File, a.Origin.Line, strings.Join(parts[max(0, len(parts)-2):], "."))
}

var (
	resourceLine = regexp.MustCompile(`(?m)^[ \t]*resource[ \t]+"?[\w-]+"?[ \t]+"?[\w-]+"?[ \t]*\{`)
	heredoc      = regexp.MustCompile(`<<[-~]?([A-Za-z_]\w*)[ \t]*\r?\n`)
	longComment  = regexp.MustCompile(`(?ms)^[ \t]*/\*.*?\*/`) // within a line it may be the end of "bucket/*"
)

// written counts .tf files and the resource blocks that their text shows. It
// knows heredocs and comments, and nothing else of the language: a second
// opinion that shares no code with the reader.
func written(dir string) (files, blocks int, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == ".terraform"):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".tf" || !d.Type().IsRegular():
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		blocks += len(resourceLine.FindAll(longComment.ReplaceAll(withoutHeredocs(src), nil), -1))
		return nil
	})
	return files, blocks, err
}

// withoutHeredocs cuts the text of heredocs out.
func withoutHeredocs(src []byte) []byte {
	var out []byte
	for {
		m := heredoc.FindSubmatchIndex(src)
		if m == nil {
			return append(out, src...)
		}
		out = append(out, src[:m[1]]...)
		end := src[m[2]:m[3]]
		src = src[m[1]:]
		for len(src) > 0 {
			line, rest, _ := bytes.Cut(src, []byte("\n"))
			src = rest
			if bytes.Equal(bytes.TrimSpace(line), end) {
				break
			}
		}
	}
}
