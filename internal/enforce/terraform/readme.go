package terraform

import (
	"bytes"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/block"
)

// readme says which modules there are, which are not and why, and what they
// cannot see.
func readme(b *bounds.Bounds, offers []block.Offer, withheld []block.Withheld) (enforce.File, error) {
	var out bytes.Buffer
	err := templates().ExecuteTemplate(&out, "readme.tmpl", map[string]any{
		"Header": enforce.Header(b, "Modules for Terraform and OpenTofu", holds...), "Offers": offers, "Withheld": withheld,
	})
	return enforce.File{Name: "README.md", Data: out.Bytes()}, err
}
