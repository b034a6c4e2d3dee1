package terraform

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// quote writes a text as HCL does: nothing in it is a template.
func quote(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case (r == '$' || r == '%') && i+1 < len(runes) && runes[i+1] == '{':
			out.WriteRune(r)
			out.WriteRune(r) // $${ and %%{ are the signs themselves
		case r > 0xffff && !unicode.IsPrint(r):
			out.WriteRune(unicode.ReplacementChar)
		case !unicode.IsPrint(r):
			out.WriteString(`\u` + hex4(r))
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}

func hex4(r rune) string {
	s := strconv.FormatInt(int64(r&0xffff), 16)
	return strings.Repeat("0", 4-len(s)) + s
}

// listed writes a list of texts.
func listed(s []string) string {
	out := make([]string, len(s))
	for i := range s {
		out[i] = quote(s[i])
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// pattern writes codes as alternatives of a regular expression.
func pattern(s []string) string {
	out := make([]string, len(s))
	for i := range s {
		out[i] = regexp.QuoteMeta(s[i])
	}
	return strings.Join(out, "|")
}
