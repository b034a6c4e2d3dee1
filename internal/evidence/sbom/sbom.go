// Package sbom hands out the bill of materials of a tree: its packages, the models
// that it holds or calls, and the services that data goes to. It is written by the
// package that bailiwick sbom writes with.
package sbom

import (
	"embed"
	"errors"
	"io"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	bill "github.com/bailiwick-dev/bailiwick/internal/sbom"
)

//go:embed *.yaml
var messages embed.FS

// Document is the kind of bills. Their texts are no sentences, so that the language
// does not matter.
var Document = evidence.Kind{Name: "sbom", Messages: messages, Exports: exports()}

func exports() map[string]evidence.Export {
	out := map[string]evidence.Export{}
	for _, format := range bill.Formats() {
		out[format] = func(w io.Writer, c *evidence.Case, _ string) error {
			content, err := gather(c)
			if err != nil {
				return err
			}
			return bill.Write(w, format, content)
		}
	}
	return out
}

// gather resolves the facts of the case once more: a result does not keep packages.
func gather(c *evidence.Case) (*bill.Content, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if c.Facts == nil {
		return nil, errors.New("a bill of materials is made from what was read, and a result alone does not have it: give the paths of the tree")
	}
	book, err := limits.New(c.KB, c.Perimeter, c.At)
	if err != nil {
		return nil, err
	}
	return bill.Gather(bill.Content{Subject: bill.Subject{Name: c.Perimeter.Metadata.Name}, Tool: c.Version, At: c.At}, c.Facts, resolve.New(c.KB, c.Perimeter, book, c.At)), nil
}
