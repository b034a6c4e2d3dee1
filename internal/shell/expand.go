package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Expand puts the values of variables into a text, as the languages around
// shells do: $X, ${X}, ${X:-default}, ${X:+other}. Where one is not known,
// unknown says why, and text is what is known before it.
func Expand(text string, o Options) (expanded, unknown string) {
	if !strings.Contains(text, "$") {
		return clean(text), ""
	}
	r := newReader(&o)
	w, err := document(text)
	if err != nil {
		return "", "its variables are not understood"
	}
	out := r.quoted(w.Parts)
	if !out.known() {
		return out.part(), out.why
	}
	return out.text, ""
}

func document(text string) (w *syntax.Word, err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return syntax.NewParser(syntax.Variant(syntax.LangBash)).Document(strings.NewReader(text))
}
