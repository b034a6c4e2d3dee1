package perimeter

import (
	_ "embed"
	"slices"
)

// schema is generated from the types of this package and the lists of
// words.go; see TestSchemaIsCurrent.
//
//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (2020-12) of a perimeter, for editors. It is
// the same document as docs/spec/perimeter.schema.json. What a schema cannot
// say (that a class exists, that a day is in the calendar) only [Parse] checks.
func Schema() []byte { return slices.Clone(schema) }
