package kb

import "regexp"

// reads checks readings: each names exactly one thing to read.
func (c *checker) reads(errorf complain, what string, rs []Read, as []string) {
	for _, r := range rs {
		if many(r.Attr != "", r.Provider != "", r.Ref != "", r.Const != "") != 1 {
			errorf("%s: a reading has exactly one of attr, provider, ref and const", what)
		}
		if r.Then != "" && r.Ref == "" {
			errorf("%s: then without ref", what)
		}
		if r.At != "" && c.providers[r.At] == nil {
			errorf("%s: at names no provider: %s", what, r.At)
		}
		if r.At != "" && r.As != "" && r.As != "region" {
			errorf("%s: at is for regions, not as: %s", what, r.As)
		}
		if r.Unset != "" && r.Attr == "" && r.Then == "" {
			errorf("%s: unset without attr or then", what)
		}
		if r.JSON != "" {
			if r.Attr == "" && r.Then == "" {
				errorf("%s: json without attr or then", what)
			}
			if _, err := ParseJSONPath(r.JSON); err != nil {
				errorf("%s: %v", what, err)
			}
		}
		oneOf(errorf, "as", r.As, as...)
		for _, m := range r.Map {
			c.mapped(errorf, m)
		}
		for _, m := range r.Instead {
			c.mapped(errorf, m)
			if m.To == "" {
				errorf("%s: instead proposes nothing: write to", what)
			}
			if r.Attr == "" {
				errorf("%s: instead is for values of an attr", what)
			}
		}
	}
}

// flagged is an expression with a flag behind its last slash, which would be
// taken as a literal that nothing equals.
var flagged = regexp.MustCompile(`^/.*[\\^$()|\[\]].*/[a-z]{1,3}$`)

func (c *checker) mapped(errorf complain, m MapEntry) {
	if flagged.MatchString(m.When) {
		errorf("map: %q is taken as a literal; flags stand in front: /(?i)…/", m.When)
	}
	if expr, ok := Slashed(m.When); ok {
		if _, err := expression(expr); err != nil {
			errorf("map: %v", err)
		}
	}
}

// Slashed is the RE2 expression of a pattern that is written between slashes.
func Slashed(pattern string) (expr string, ok bool) {
	if len(pattern) > 2 && pattern[0] == '/' && pattern[len(pattern)-1] == '/' {
		return pattern[1 : len(pattern)-1], true
	}
	return "", false
}
