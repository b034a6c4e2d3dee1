package kb

import "strings"

// reads checks readings: each names exactly one thing to read.
func (c *checker) reads(errorf complain, what string, rs []Read, as []string) {
	for _, r := range rs {
		ways := 0
		for _, s := range []string{r.Attr, r.Provider, r.Ref, r.Const} {
			if s != "" {
				ways++
			}
		}
		if ways != 1 {
			errorf("%s: a reading has exactly one of attr, provider, ref and const", what)
		}
		if r.Then != "" && r.Ref == "" {
			errorf("%s: then without ref", what)
		}
		if r.JSON != "" {
			if r.Attr == "" {
				errorf("%s: json without attr", what)
			}
			if _, err := ParseJSONPath(r.JSON); err != nil {
				errorf("%s: %v", what, err)
			}
		}
		oneOf(errorf, "as", r.As, as...)
		for _, m := range r.Map {
			c.mapped(errorf, m)
		}
	}
}

func (c *checker) mapped(errorf complain, m MapEntry) {
	if len(m.When) > 1 && strings.HasPrefix(m.When, "/") && strings.HasSuffix(m.When, "/") {
		if _, err := expression(m.When[1 : len(m.When)-1]); err != nil {
			errorf("map: %v", err)
		}
	}
}
