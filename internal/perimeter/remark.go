package perimeter

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// form is how a remark is written, for messages.
const form = `waive LOC-001 until 2027-03-01 approved-by dpo@clinic.example reason "why"`

// ParseRemark reads the text of a remark beside a block:
//
//	waive LOC-001, KEY-002 until 2027-03-01 approved-by dpo@x reason "…"
//
// After the rules the three parts may come in any order, and all are needed.
// One waiver comes back for each rule. The error is one line and begins with
// the place of the remark.
func ParseRemark(note graph.Note) ([]Waiver, error) {
	fail := func(format string, args ...any) ([]Waiver, error) {
		e := Error{note.Origin.File, note.Origin.Line, fmt.Sprintf(format, args...)}
		return nil, e
	}
	words, err := split(note.Text)
	switch {
	case err != nil:
		return fail("%v", err)
	case len(words) == 0:
		return fail("the remark is empty; write: %s", form)
	case words[0] == implements:
		return nil, nil // [Implements] reads it
	case words[0] != "waive":
		return fail("a remark cannot say %s%s; write: %s, or: %s GDPR_ART_30", show(words[0]), suggest(words[0], []string{"waive", implements}), form, implements)
	case note.Subject == "":
		return fail("the remark stands beside no block: put it inside one, or directly above")
	}
	rules, rest, err := rulesOf(words[1:])
	if err != nil {
		return fail("%v", err)
	}
	w := Waiver{Subject: string(note.Subject), Root: note.Root, Origin: note.Origin}
	if err := w.parts(rest); err != nil {
		return fail("%v", err)
	}
	out := make([]Waiver, len(rules))
	for i, r := range rules {
		out[i] = w
		out[i].Rule = r
	}
	return out, nil
}

// implements opens a remark that says which clauses of law a block implements.
const implements = "implements"

// Implements reads the text of a remark such as
//
//	implements GDPR_ART_30, GDPR_ART_32
//
// as the ids of requirements; whether they exist is for others to say. Of any
// other remark it says nothing. The error is one line and begins with the place
// of the remark.
func Implements(note graph.Note) ([]graph.RequirementID, error) {
	words, err := split(note.Text)
	if err != nil || len(words) == 0 || words[0] != implements {
		return nil, nil // an error for [ParseRemark] to say
	}
	fail := func(why string) ([]graph.RequirementID, error) {
		return nil, Error{note.Origin.File, note.Origin.Line, why}
	}
	if note.Subject == "" {
		return fail("the remark stands beside no block: put it inside one, or directly above")
	}
	var out []graph.RequirementID
	for _, w := range words[1:] {
		for id := range strings.SplitSeq(w, ",") {
			if id != "" {
				out = append(out, graph.RequirementID(strings.ToUpper(strings.ReplaceAll(id, "-", "_"))))
			}
		}
	}
	if len(out) == 0 {
		return fail("no requirement is named; write: " + implements + " GDPR_ART_30, GDPR_ART_32")
	}
	return out, nil
}

// rulesOf reads the rules up to the first keyword.
func rulesOf(words []string) (rules []graph.RuleID, rest []string, err error) {
	for len(words) > 0 && !slices.Contains(keywords, words[0]) {
		for r := range strings.SplitSeq(words[0], ",") {
			if r == "" {
				continue // after the last comma
			}
			if err := checkRule(r); err != nil {
				if near := nearest(r, keywords); near != "" {
					err = fmt.Errorf("%s is no part of a waiver; did you mean %q?", show(r), near)
				}
				return nil, nil, err
			}
			if slices.Contains(rules, graph.RuleID(r)) {
				return nil, nil, fmt.Errorf("the rule %s is named twice: remove one", r)
			}
			rules = append(rules, graph.RuleID(r))
		}
		words = words[1:]
	}
	if len(rules) == 0 {
		return nil, nil, fmt.Errorf("no rule is named; write: %s", form)
	}
	return rules, words, nil
}

// keywords open the parts of a remark.
var keywords = []string{"until", "approved-by", "reason"}

// parts reads the parts after the rules.
func (w *Waiver) parts(words []string) error {
	into := map[string]*string{"until": &w.Expires, "approved-by": &w.ApprovedBy, "reason": &w.Reason}
	for len(words) > 0 {
		k := words[0]
		field, ok := into[k]
		switch {
		case !ok:
			return fmt.Errorf("%s is no part of a waiver%s; a reason of several words stands in quotes", show(k), suggest(k, keywords))
		case *field != "":
			return fmt.Errorf("%s stands twice: remove one", show(k))
		case len(words) < 2 || into[words[1]] != nil:
			return fmt.Errorf("%s has no value; write: %s", show(k), form)
		case strings.TrimSpace(words[1]) == "":
			return fmt.Errorf("%s is empty; write: %s", show(k), form)
		}
		*field, words = words[1], words[2:]
	}
	for _, k := range keywords {
		if *into[k] == "" {
			return fmt.Errorf("%q is missing; write: %s", k, form)
		}
	}
	return checkDate(w.Expires)
}

// split cuts text into words. A word may stand in double quotes, straight or
// typographic, and then holds spaces; a backslash takes the next character as
// it is.
func split(text string) ([]string, error) {
	var words []string
	var b strings.Builder
	quoted, open, escaped := false, false, false
	flush := func() {
		if open {
			words = append(words, b.String())
		}
		b.Reset()
		open = false
	}
	for _, r := range text {
		switch {
		case escaped:
			b.WriteRune(r)
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"' || r == '“' || r == '”':
			quoted, open = !quoted, true
		case !quoted && unicode.IsSpace(r):
			flush()
		case unicode.IsControl(r):
			return nil, fmt.Errorf("the remark holds control characters: remove them")
		default:
			b.WriteRune(r)
			open = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quotation mark is not closed: a remark ends with its line")
	}
	flush()
	return words, nil
}
