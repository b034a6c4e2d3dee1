package perimeter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Parse reads a perimeter from src; file is its name as the user would type
// it. What is left out is filled in with its default, except Frameworks,
// whose default needs the knowledge base, and the limits of classes: a nil
// limit is the perimeter's own, or not asked. The error is of type [Errors]
// and holds everything that is wrong.
func Parse(file string, src []byte) (*Perimeter, error) {
	root, bad := document(file, src)
	if bad != nil {
		return nil, Errors{*bad}
	}
	d := &decoder{file: file, lines: map[string]int{}}
	d.refuseAliases(root)
	if len(d.errs) > 0 {
		return nil, d.done()
	}
	p := &Perimeter{File: file, Digest: digest(src), lines: d.lines}
	d.decode(root, p)
	if len(d.errs) == 0 {
		// A perimeter that could be read is checked as a whole; before that,
		// what is missing would only be reported twice.
		fill(p)
		d.errs = append(d.errs, check(p)...)
	}
	if len(d.errs) > 0 {
		return nil, d.done()
	}
	return p, nil
}

// document returns the one YAML document of src.
func document(file string, src []byte) (*yaml.Node, *Error) {
	fail := func(line int, format string, args ...any) (*yaml.Node, *Error) {
		return nil, &Error{File: file, Line: line, Message: fmt.Sprintf(format, args...)}
	}
	if len(src) > MaxBytes {
		return fail(0, "the file is larger than %d MiB: a perimeter has a few KiB", MaxBytes>>20)
	}
	if !utf8.Valid(src) {
		return fail(badLine(src), "the file is not valid UTF-8: save it as UTF-8")
	}
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(src))
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return fail(0, "the file is empty: write a perimeter with bailiwick init")
	case err != nil:
		line, text := yamlError(err)
		return fail(line, "this is not valid YAML: %s", text)
	}
	var second yaml.Node
	if err := dec.Decode(&second); !errors.Is(err, io.EOF) {
		line := second.Line
		if err != nil {
			line, _ = yamlError(err)
		}
		return fail(line, "a perimeter is one document: remove what follows the line ---")
	}
	if len(doc.Content) != 1 || doc.Content[0].ShortTag() == "!!null" {
		return fail(0, "the file is empty: write a perimeter with bailiwick init")
	}
	return doc.Content[0], nil
}

// badLine is the line of the first byte that is not UTF-8.
func badLine(src []byte) int {
	line := 1
	for len(src) > 0 {
		r, n := utf8.DecodeRune(src)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		src = src[n:]
	}
	return line
}

var yamlPrefix = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// low matches errors of the library's grammar, as opposed to its scanner: it
// counts their lines from 0.
var low = regexp.MustCompile(`^did not find expected (<|node content|'-' indicator|key$|',' or)`)

// yamlError splits the message of the YAML reader into line and text.
func yamlError(err error) (int, string) {
	text := err.Error()
	m := yamlPrefix.FindStringSubmatch(text)
	if m == nil {
		return 0, text
	}
	text = text[len(m[0]):]
	line, _ := strconv.Atoi(m[1]) // 0 when it names none
	if low.MatchString(text) {
		line++
	}
	return line, text
}

// refuseAliases reports anchors, aliases and explicit tags: a requirement
// must be readable where it stands, and aliases can grow without bound.
func (d *decoder) refuseAliases(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.fail(n, "anchors and aliases (& and *) are not used in a perimeter: write the value out, or put the text in quotes")
		return
	case n.Style&yaml.TaggedStyle != 0:
		d.fail(n, "the tag %s is not used in a perimeter: remove it", show(n.Tag))
		return
	}
	for _, c := range n.Content {
		d.refuseAliases(c)
	}
}

// done returns the errors in the order of the file.
func (d *decoder) done() Errors {
	d.errs.sort()
	return d.errs
}
