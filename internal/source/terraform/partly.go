package terraform

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A policy names the bucket that it belongs to, and the bucket does not exist
// yet; so the text of the policy is unknown, and whom it lets in is not. A
// documentMark is carried by such a text: the value that it would encode. Like a
// placeholder it does not survive an operation that makes another text of it.
type documentMark struct{ v *cty.Value }

// encoded marks the unknown text that jsonencode made of v.
func encoded(text, v cty.Value) cty.Value {
	if raw, _ := text.Unmark(); raw.IsKnown() {
		return text
	}
	return text.Mark(documentMark{&v})
}

// documentOf returns what an unknown text encodes. ok is false when that is not
// known, or when several went into it.
func documentOf(v cty.Value) (doc cty.Value, ok bool) {
	raw, marks := v.Unmark()
	if raw.IsKnown() {
		return cty.NilVal, false
	}
	for m := range marks {
		d, is := m.(documentMark)
		switch {
		case is && ok:
			return cty.NilVal, false
		case is:
			doc, ok = *d.v, true
		}
	}
	return doc, ok
}

// maxPart bounds the parts of a document that are looked at.
const maxPart = 20_000

// partOf is what is known of a document, with holes for the rest; nil when it
// has too many parts.
func partOf(v cty.Value, left *int) any {
	if *left--; *left < 0 {
		return graph.Hole{Unknown: "the document is too large to be read in part"}
	}
	if doc, ok := documentOf(v); ok {
		v = doc // a document within a document
	}
	raw, marks := v.Unmark()
	ty := raw.Type()
	switch {
	case isSecret(marks):
		return graph.Hole{Unknown: sensitive, Refs: refsOf(marks)}
	case !raw.IsKnown():
		return graph.Hole{Unknown: causeOf(marks), Refs: refsOf(marks)}
	case raw.IsNull():
		return nil
	case ty.IsListType() || ty.IsTupleType() || ty.IsSetType():
		out := make([]any, 0, min(raw.LengthInt(), maxPart))
		for it := raw.ElementIterator(); it.Next() && *left >= 0; {
			_, e := it.Element()
			out = append(out, partOf(e, left))
		}
		return out
	case ty.IsMapType() || ty.IsObjectType():
		out := map[string]any{}
		for it := raw.ElementIterator(); it.Next() && *left >= 0; {
			k, e := it.Element()
			out[k.AsString()] = partOf(e, left)
		}
		return out
	}
	return plainValue(raw)
}

// A user's script names the address of a store that does not exist yet; so its text is
// unknown, and the rest of it is not. A piecesMark is carried by such a text, and like a
// document it does not survive an operation that makes another text of it.
type piecesMark struct{ v *[]cty.Value }

// Bounds of what is kept of a text that is known in part.
const (
	maxPieces    = 2_000
	maxPieceText = 256 << 10
)

// inPieces marks an unknown text with the pieces that it would be made of.
func inPieces(text cty.Value, pieces []cty.Value) cty.Value {
	size := 0
	for _, p := range pieces {
		if raw, _ := p.Unmark(); raw.IsKnown() {
			size += len(raw.AsString())
		}
	}
	if len(pieces) > maxPieces || size > maxPieceText || size == 0 {
		return text
	}
	return text.Mark(piecesMark{&pieces})
}

// piecesOf is what is known of a text that carries these marks; nil where nothing is, or
// where several went into it.
func piecesOf(marks cty.ValueMarks) graph.Pieces {
	var found *[]cty.Value
	for m := range marks {
		if p, ok := m.(piecesMark); ok {
			if found != nil {
				return nil
			}
			found = p.v
		}
	}
	if found == nil {
		return nil
	}
	var out graph.Pieces
	for _, v := range *found {
		raw, m := v.Unmark()
		switch {
		case isSecret(m):
			out = append(out, graph.Hole{Unknown: sensitive})
		case raw.IsKnown() && raw.AsString() == "":
		case raw.IsKnown():
			out = append(out, raw.AsString())
		default:
			out = append(out, graph.Hole{Unknown: causeOf(m), Refs: refsOf(m)})
		}
	}
	return out
}

// piecesMarks are the marks of pieces of a value: base64encode keeps them, as whoever
// reads the text decodes it first.
func piecesMarks(v cty.Value) cty.ValueMarks {
	out := cty.ValueMarks{}
	for m := range v.Marks() {
		if _, ok := m.(piecesMark); ok {
			out[m] = struct{}{}
		}
	}
	return out
}
