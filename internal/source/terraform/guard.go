package terraform

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Some functions make much of little. guard refuses such a call before it is
// made; bounded looks at what came out of the others.

// guard looks at known arguments only: an unknown one makes nothing large.
func guard(name string, args []cty.Value) error {
	text := func(i int) string {
		if i >= len(args) {
			return ""
		}
		v, _ := args[i].Unmark()
		if v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
			return ""
		}
		return v.AsString()
	}
	count := func(i int) int { return lengthOf(args, i) }
	large := func(n int) error {
		if n > maxText {
			return faultf("the result would be longer than %d MiB", maxText>>20)
		}
		return nil
	}
	many := func(n int) error {
		if n > maxElements {
			return faultf("the result would have more than %d elements", maxElements)
		}
		return nil
	}
	switch name {
	case "format", "formatlist":
		f := text(0)
		if wide(f) {
			return fault("a width or precision is too large")
		}
		n := 1
		for i := range args[min(1, len(args)):] {
			n = max(n, count(i+1))
		}
		return large(product(n, len(f)))
	case "replace":
		s, old, with := text(0), text(1), text(2)
		n := strings.Count(s, old)
		if len(old) > 1 && old[0] == '/' && old[len(old)-1] == '/' {
			n = len(s) + 1
			if !strings.Contains(with, "$") && len(with) <= 64 {
				n = 0 // each match shrinks or grows the text by a few bytes
			}
		}
		return large(len(s) + product(n, len(with)))
	case "join":
		n := 0
		for i := range args {
			n += count(i)
		}
		return large(product(n, len(text(0))))
	case "indent":
		n, _ := wholeNumberOf(args, 0)
		return large(product(strings.Count(text(1), "\n"), n))
	case "split":
		return many(strings.Count(text(1), text(0)))
	case "regexall":
		return many(len(text(1)))
	case "csvdecode":
		return many(strings.Count(text(0), ",") + strings.Count(text(0), "\n"))
	case "setproduct":
		n := 1
		for i := range args {
			n = product(n, count(i))
		}
		return many(product(n, len(args)))
	case "matchkeys":
		return many(product(count(1), count(2)) / 64)
	case "distinct":
		return many(product(count(0), count(0)) / 1024)
	case "jsondecode":
		return plainDocument(text(0), true)
	case "yamldecode":
		return plainDocument(text(0), false)
	case "parseint":
		if len(text(0)) > maxDigits {
			return fault("a number is too large")
		}
	}
	return nil
}

// parses are the functions that can make numbers of text.
var parses = map[string]bool{"jsondecode": true, "yamldecode": true, "convert": true, "tonumber": true, "tolist": true, "toset": true, "tomap": true}

// wide reports a format with a width or precision of more than four digits.
func wide(format string) bool {
	for {
		_, verb, found := strings.Cut(format, "%")
		if !found {
			return false
		}
		end := len(verb) - len(strings.TrimLeft(verb, "+-# 0123456789.*[]"))
		if longestRun(verb[:end]) > 4 {
			return true
		}
		format = verb[min(end+1, len(verb)):]
	}
}

// plainDocument bounds the nesting and the number of elements of a document,
// because its parser recurses.
func plainDocument(doc string, isJSON bool) error {
	depth, parts, quoted, escaped := 0, 0, false, false
	dashes := 0
	for i := range len(doc) {
		c := doc[i]
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted && isJSON
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' || c == '\n':
			parts++
		}
		if !isJSON {
			switch c {
			case '\n':
				dashes = 0
			case '-', '?', ':':
				dashes++
			}
		}
		if depth > maxNesting || dashes > maxNesting*4 && !isJSON && onlyDashes(doc, i) {
			return faultf("the document is nested more than %d deep", maxNesting)
		}
	}
	if parts > maxElements {
		return faultf("the document has more than %d elements", maxElements)
	}
	if longestRun(doc) > maxDigits {
		return fault("a number in the document is too large")
	}
	return nil
}

// onlyDashes reports whether the line up to i consists of list markers.
func onlyDashes(doc string, i int) bool {
	line := doc[strings.LastIndexByte(doc[:i], '\n')+1 : i]
	return strings.Trim(line, "-?: \t") == "" && strings.Contains(line, "- -")
}
