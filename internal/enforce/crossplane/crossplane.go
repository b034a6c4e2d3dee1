// Package crossplane writes building blocks for Crossplane: a definition per
// block, whose schema lists the regions inside so that the API server refuses
// claims of others, and the one composition that it enforces, which fixes every
// field that bears a place, a replica, a key or exposure.
//
// Fields are those of the providers of github.com/crossplane-contrib (aws, azure,
// gcp), github.com/edixos/provider-ovh and
// github.com/scaleway/crossplane-provider-scaleway.
package crossplane

import (
	"bytes"
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"text/template"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/block"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// group is that of the claims.
const group = "build.bailiwick.dev"

var holds = []graph.RuleID{"LOC-001", "LOC-004", "LOC-005", "LOC-006", "LOC-012", "KEY-001", "KEY-003", "KEY-011", "EGR-012", "MDL-002"}

// Target is the target crossplane.
var Target = enforce.Target{
	Name:  "crossplane",
	Title: "Crossplane: claims of object stores, databases, keys, clusters and model endpoints that can only be inside",
	Holds: holds,
	Write: write,
}

//go:embed *.tmpl compositions
var files embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"q": quote, "list": listed, "copy": copied, "classes": classes, "words": func(s []string) string { return strings.Join(s, ", ") },
		"of": func(b *building, to string) placed { return placed{b, to} },
	}).ParseFS(files, "*.tmpl", "compositions/*.tmpl"))
})

// A placed field of a composed resource takes the region of the claim.
type placed struct {
	*building
	To string
}

func write(b *bounds.Bounds) ([]enforce.File, error) {
	offers, withheld := block.Offers(b)
	var out []enforce.File
	var written []*building
	for i := range offers {
		k, why := newBuilding(b, &offers[i], offers)
		if why != "" {
			withheld = append(withheld, block.Withheld{What: offers[i].ID(), Why: why})
			continue
		}
		written = append(written, k)
		for _, f := range []struct{ template, folder string }{{"building.tmpl", "apis"}, {"claim.tmpl", "examples"}} {
			file, err := execute(f.template, f.folder+"/"+k.Composition()+".yaml", k)
			if err != nil {
				return nil, err
			}
			out = append(out, file)
		}
	}
	read, err := execute("readme.tmpl", "README.md", map[string]any{
		"Header": enforce.Header(b, "Claims for Crossplane", holds...), "Buildings": written, "Withheld": withheld,
	})
	return append(out, read), err
}

func execute(name, file string, data any) (enforce.File, error) {
	var buf bytes.Buffer
	if err := templates().ExecuteTemplate(&buf, name, data); err != nil {
		return enforce.File{}, fmt.Errorf("write %s: %w", file, err)
	}
	return enforce.File{Name: file, Data: buf.Bytes()}, nil
}

// quote writes a text as YAML reads it between double quotes.
func quote(s string) string { return strconv.QuoteToASCII(s) }

func listed(s []string) string {
	out := make([]string, len(s))
	for i := range s {
		out[i] = quote(s[i])
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// copied is the patch that copies what a claim must say.
func copied(from, to string) string {
	return fmt.Sprintf("{type: FromCompositeFieldPath, fromFieldPath: %s, toFieldPath: %s, policy: {fromFieldPath: Required}}", quote(from), quote(to))
}

// classes is the patch that labels a resource with the classes of its data.
func classes(to, separator, format string) string {
	return fmt.Sprintf("{type: FromCompositeFieldPath, fromFieldPath: spec.data, toFieldPath: %s, policy: {fromFieldPath: Required}, transforms: [{type: string, string: {type: Join, join: {separator: %s}}}, {type: string, string: {type: Format, fmt: %s}}]}",
		quote(to), quote(separator), quote(format))
}
