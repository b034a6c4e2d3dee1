// Package envoy writes the bootstrap of an Envoy that lets connections out by the
// name of their host: one chain of filters and one cluster for each allowed host,
// each connection asked of Bailiwick's gateway first, and nothing for anybody else.
//
// Fields: Envoy's API v3.
package envoy

import (
	"embed"
	"text/template"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target envoy.
var Target = enforce.Target{
	Name:  "envoy",
	Title: title,
	Holds: holds,
	Write: write,
}

const title = "Envoy: a proxy that lets connections out to allowed hosts, by SNI"

var holds = []graph.RuleID{"EGR-001", "EGR-004", "EGR-007"}

//go:embed envoy.tmpl
var texts embed.FS

var templates = template.Must(template.ParseFS(texts, "*.tmpl"))

func write(b *bounds.Bounds) ([]enforce.File, error) {
	hosts, err := enforce.Named(b)
	if err != nil {
		return nil, err
	}
	return enforce.Templates(templates, enforce.Header(b, title, holds...), map[string]any{"Hosts": hosts, "Digest": b.Perimeter.Digest})
}
