// Package airgap writes what machines need that fetch from inside only: the
// configuration of package managers, of model hubs and of container engines,
// templates for build servers, and mirrors to run.
//
// Files: pip, uv, npm, Go, Cargo, Maven and apt after their own manuals;
// containers-registries.conf(5), containers-policy.json(5); containerd's docs/hosts.md.
package airgap

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target airgap.
var Target = enforce.Target{
	Name:  "airgap",
	Title: "Package managers, container engines and build servers that fetch from mirrors inside, and the mirrors",
	Holds: holds,
	Write: write,
}

var holds = []graph.RuleID{"MDL-004", "MDL-005", "SCM-001", "SCM-002", "SCM-006", "SCM-009"}

// files are templates that lie where what they make will lie. What is below root
// belongs at / of a machine.
//
//go:embed all:files
var files embed.FS

func write(b *bounds.Bounds) ([]enforce.File, error) {
	s, err := newSite(b)
	if err != nil {
		return nil, err
	}
	out, err := s.engines()
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(files, "files", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(p, "files/"), ".tmpl")
		if strings.HasPrefix(name, "mirrors/") && len(s.Services()) == 0 {
			return nil // there is none to run
		}
		src, err := files.ReadFile(p)
		if err != nil {
			return err
		}
		text, err := s.render(name, string(src), s)
		if err != nil {
			return err
		}
		out = append(out, enforce.File{Name: name, Data: []byte(text)})
		return nil
	})
	return out, err
}
