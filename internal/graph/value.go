package graph

// A Reader reads the attributes of one asset or provider block. Readers are
// lazy: nothing is evaluated until asked for, so an asset with a hundred
// attributes of which three matter costs three evaluations.
type Reader interface {
	// Read returns every reading of a dotted path. Blocks and lists on the way
	// are crossed element by element ("rule.destination.bucket" reads the
	// bucket of every destination of every rule), so several readings may come
	// back, in source order. Map elements are addressed by their key
	// ("tags.data_class"). Nothing is returned when the attribute is absent;
	// one reading with Null set when it is written as null.
	//
	// When something on the way is itself unknown (a dynamic block over an
	// unknown collection), one unknown reading comes back, never nothing.
	Read(path string) []Reading
}

// A Reading is one value of an attribute, or the reason why there is none.
type Reading struct {
	// Value is nil, bool, float64, string, []any or map[string]any. It is nil
	// when Null or Unknown is set.
	Value any
	Null  bool
	// Unknown says why the value cannot be known, for a person: "var.region
	// has no value". Empty when the value is known.
	Unknown string
	// Refs are the assets that the value was computed from, directly or
	// through locals, variables and module outputs, sorted. A value may be
	// unknown ("known after apply") and still tell which asset it names.
	Refs   []Address
	Origin Origin
}

// Known reports whether the reading holds a usable, non-null value.
func (r Reading) Known() bool { return r.Unknown == "" && !r.Null }

// NoAttrs is the reader of something without attributes.
var NoAttrs Reader = noAttrs{}

type noAttrs struct{}

func (noAttrs) Read(string) []Reading { return nil }
