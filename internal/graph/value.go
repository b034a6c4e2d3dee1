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
	// when Null or Unknown is set. The map that a whole block is has a [Hole]
	// where an attribute is not known.
	Value any
	Null  bool
	// Unknown says why the value cannot be known, for a person: "var.region
	// has no value". Empty when the value is known.
	Unknown string
	// Part is what is known of an unknown document, such as a policy that names
	// a resource which does not exist yet: objects, lists and values as in Value,
	// with a [Hole] where something is not known. Of a text it is a [Pieces]. Nil
	// where nothing is.
	Part any
	// Refs are the assets that the value was computed from, directly or
	// through locals, variables and module outputs, sorted. A value may be
	// unknown ("known after apply") and still tell which asset it names.
	Refs   []Address
	Origin Origin
	// Literals are the tokens that the value was computed from, when the source
	// was asked to trace them; sorted.
	Literals []Literal
}

// A Hole stands within [Reading.Part], and within a block, for what is not known.
type Hole struct {
	Unknown string    // why, for a person
	Refs    []Address // the assets that it would be computed from, sorted
}

// Pieces are those of a text that is known in part, in their order: strings, and a
// [Hole] for what is put in between.
type Pieces []any

// A Derived says how an attribute of a data source follows from configuration,
// so that nobody has to ask the provider. Exactly one field is set.
type Derived struct {
	Provider   string // a path of the provider configuration
	Expression string // in the language itself; self is the data source, with null for what is not written
}

// A Literal is a constant as it stands in a file: where somebody would change
// it. It is a token of one line; what spans several is never one.
type Literal struct {
	Origin        // its file by the one real name, absolute and without links
	Column int    // bytes before it in its line
	Bytes  int    // how long it is, quotes included
	Text   string // what it means: a text without quotes, a number or boolean as written
}

// A Mentioner is a reader that knows every literal that its attributes are
// computed from, whether anybody asks for them or not. Only tracing sources
// have one.
type Mentioner interface {
	// Mentions returns the paths of the attributes by literal.
	Mentions() map[Literal][]string
}

// An Edit changes what a file says: a literal gets another value, or an
// attribute that nobody wrote is added to a block.
type Edit struct {
	Literal Literal // what is replaced; of an addition only File and Line, those of the block
	Add     string  // the path of the attribute that is added, below the block; "" for a replacement
	Value   string  // what stands there then: the text, number or boolean that is meant
}

// Known reports whether the reading holds a usable, non-null value.
func (r Reading) Known() bool { return r.Unknown == "" && !r.Null }

// NoAttrs is the reader of something without attributes.
var NoAttrs Reader = noAttrs{}

type noAttrs struct{}

func (noAttrs) Read(string) []Reading { return nil }
