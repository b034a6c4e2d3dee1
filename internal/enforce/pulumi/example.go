package pulumi

import (
	"bytes"
	"strconv"
	"text/template"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/block"
)

var templates = template.Must(template.New("").Funcs(template.FuncMap{"q": strconv.QuoteToASCII}).ParseFS(files, "*.tmpl"))

// example is a program in YAML with blocks that the pack lets be.
func example(b *bounds.Bounds, _ *Perimeter) (enforce.File, error) {
	regions := map[string]string{}
	offers, _ := block.Offers(b)
	for _, o := range offers {
		regions[o.ID()] = o.Codes[0]
	}
	return execute("example.tmpl", "example/Pulumi.yaml", map[string]any{
		"Header": enforce.Comment("#", enforce.Header(b, "An example with made-up ids of what the pack lets be")), "Regions": regions, "Class": string(b.Classes[0]),
		"Days": b.Limits.RetentionDays,
	})
}

// readme says how the pack is used, what it holds and what it cannot see.
func readme(b *bounds.Bounds, p *Perimeter) (enforce.File, error) {
	return execute("readme.tmpl", "README.md", map[string]any{"Header": enforce.Header(b, title, holds...), "Packages": p.Packages, "Rules": p.Rules})
}

func execute(name, file string, data any) (enforce.File, error) {
	var buf bytes.Buffer
	err := templates.ExecuteTemplate(&buf, name, data)
	return enforce.File{Name: file, Data: buf.Bytes()}, err
}
