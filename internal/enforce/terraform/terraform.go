// Package terraform writes Terraform modules for the building blocks of each
// cloud: one folder per cloud and block, whose variables, preconditions and
// postconditions refuse what is outside, and which leave no argument open that
// bears a place, a replica, a key or exposure.
//
// OpenTofu reads the same modules. Arguments are those of the schemas of the
// plugins (see kb/providers/*/terraform.yaml).
package terraform

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"sync"
	"text/template"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/block"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

var holds = []graph.RuleID{"LOC-001", "LOC-004", "LOC-005", "LOC-006", "LOC-010", "LOC-011", "LOC-012", "KEY-001", "KEY-002", "KEY-003", "KEY-011", "ENC-003", "EGR-012", "MDL-002"}

// Target is the target terraform.
var Target = enforce.Target{
	Name:  "terraform",
	Title: "Terraform modules: object stores, databases, keys, clusters and model endpoints that can only be inside",
	Holds: holds,
	Write: write,
}

// OpenTofu is the target opentofu.
var OpenTofu = enforce.Target{
	Name:  "opentofu",
	Title: "OpenTofu modules: the same as those of terraform",
	Holds: holds,
	Write: write,
}

//go:embed modules
var files embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"q": enforce.HCL, "list": enforce.HCLList, "pattern": pattern, "words": func(s []string) string { return strings.Join(s, ", ") },
		"alternatives": func(s []string) string { return strings.Join(s, "|") },
	}).ParseFS(files, "modules/*.tmpl"))
})

// A module is what a template is given.
type module struct {
	*block.Offer
}

func (m *module) Header() string {
	return enforce.Comment("#", enforce.Header(m.Bounds, fmt.Sprintf("Module %s at %s", m.ID(), m.Cloud.Name), m.Holds...))
}

// Inside are the places inside, in words.
func (m *module) Inside() string { return m.Bounds.Limits.Places.String() }

// Perimeter is its name, on one line.
func (m *module) Perimeter() string { return enforce.Line(m.Bounds.Perimeter.Name) }

// Models are the developers that the cloud's name for a model may begin with or
// be of; nil for any.
func (m *module) Models() []string {
	if m.Folder == "azure" {
		return block.AzureFormats(m.Bounds)
	}
	return block.ScalewayMakers(m.Bounds)
}

func write(b *bounds.Bounds) ([]enforce.File, error) {
	offers, withheld := block.Offers(b)
	var out []enforce.File
	for i := range offers {
		m := &module{&offers[i]}
		var buf bytes.Buffer
		if err := templates().ExecuteTemplate(&buf, m.Folder+"-"+m.Name+".tmpl", m); err != nil {
			return nil, fmt.Errorf("write the module %s: %w", m.ID(), err)
		}
		out = append(out, enforce.File{Name: m.ID() + "/main.tf", Data: buf.Bytes()})
	}
	read, err := readme(b, offers, withheld)
	if err != nil {
		return nil, err
	}
	if len(offers) > 0 {
		root, err := example(b, offers)
		if err != nil {
			return nil, err
		}
		out = append(out, root)
	}
	return append(out, read), nil
}
