package kb

import (
	"slices"
	"strings"
)

func (c *checker) model(v *Model, errorf complain) {
	required(errorf, "id", v.ID, "name", v.Name, "developer", string(v.Developer))
	c.isCountry(errorf, "country", v.Country)
	if len(v.Match) == 0 {
		errorf("match is missing: how is the family recognised in a model name?")
	}
	for _, m := range v.Match {
		re, err := expression(m)
		switch {
		case err != nil:
			errorf("match: %v", err)
		case re.MatchString(""):
			errorf("match %q matches everything", m)
		case strings.ToLower(m) != m && !strings.Contains(m, `\`):
			errorf("match %q has capitals, but names are matched in lower case", m)
		}
	}
	for i := range v.Base {
		c.base(v, &v.Base[i], errorf)
	}
	for i := range v.Terms {
		c.term(&v.Terms[i], errorf)
	}
}

func (c *checker) term(t *Term, errorf complain) {
	oneOf(errorf, "terms: by", t.By, "place", "seat")
	required(errorf, "terms: clause", t.Clause)
	if _, err := expression(t.Match); t.Match != "" && err != nil {
		errorf("terms: match: %v", err)
	}
	if len(t.Countries)+len(t.Blocs) == 0 {
		errorf("terms: in which countries, or blocs, does the licence give no rights?")
	}
	for _, k := range t.Countries {
		c.isCountry(errorf, "terms: countries", k)
	}
	c.isBloc(errorf, t.Blocs...)
}

func (c *checker) base(v *Model, b *Base, errorf complain) {
	if (b.Family == "") == (len(b.OneOf) == 0) {
		errorf("a base has exactly one of family and one_of")
		return
	}
	if len(b.OneOf) == 1 {
		errorf("one_of names one family; write family: %s", b.OneOf[0])
	}
	for _, id := range slices.Concat(b.OneOf, []string{b.Family}) {
		switch {
		case id == "":
		case c.models[id] == nil:
			errorf("base: there is no model family %q%s", id, didYouMean(id, sortedKeys(c.models)))
		case c.derives(id, v.ID, map[string]bool{}):
			errorf("base: %s derives from %s itself", id, v.ID)
		}
	}
}

// derives reports whether a family is another one, or comes from it.
func (c *checker) derives(id, from string, seen map[string]bool) bool {
	if id == from {
		return true
	}
	if seen[id] || c.models[id] == nil {
		return false
	}
	seen[id] = true
	for _, b := range c.models[id].Base {
		for _, next := range slices.Concat(b.OneOf, []string{b.Family}) {
			if c.derives(next, from, seen) {
				return true
			}
		}
	}
	return false
}
