package kb

import (
	"maps"
	"slices"
)

// Defaults tells which host an ecosystem of packages, or a tool, goes to unless
// its configuration names another: "pypi", "npm", "image", "huggingface". A word
// that is not there has no such host, or one that depends on the machine. Of a
// word that ends in {region}, so does the host have it.
func (k *KB) Defaults() map[string]string { return maps.Clone(k.index.Defaults) }

// defaults is what the index says of them.
func (t *tree) defaults() map[string]string {
	out := map[string]string{}
	for i := range t.endpoints {
		e := &t.endpoints[i].V
		for _, word := range e.Default {
			out[word] = e.standard()
		}
	}
	return out
}

// standard is the host that the endpoint is called by: of a pattern its example,
// with {region} where the region stands.
func (e *Endpoint) standard() string {
	if e.Pattern == "" {
		return e.Name() + e.Suffix
	}
	re, err := expression(e.Pattern)
	if err != nil {
		return ""
	}
	m, i := re.FindStringSubmatchIndex(e.Example), re.SubexpIndex("region")
	if m == nil || i < 0 {
		return e.Example
	}
	return e.Example[:m[2*i]] + "{region}" + e.Example[m[2*i+1]:]
}

// defaults checks that each word leads to one host that has a name.
func (c *checker) defaults(t *tree) {
	said := map[string]string{}
	for i := range t.endpoints {
		r := &t.endpoints[i]
		for _, word := range r.V.Default {
			if other, twice := said[word]; twice {
				c.errs = append(c.errs, r.errorf("%s goes to %s by default as well: take it away in one of the two", word, other))
			}
			said[word] = r.V.key()
		}
		if slices.Contains(r.V.Default, "") {
			c.errs = append(c.errs, r.errorf("default names nothing"))
		}
	}
}
