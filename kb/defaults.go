package kb

import (
	"maps"
	"slices"
)

// Defaults tells which host an ecosystem of packages, or a tool, goes to unless
// its configuration names another: "pypi", "npm", "image", "huggingface". A word
// that is not there has no such host, or one that depends on the machine.
func (k *KB) Defaults() map[string]string { return maps.Clone(k.index.Defaults) }

// defaults is what the index says of them.
func (t *tree) defaults() map[string]string {
	out := map[string]string{}
	for i := range t.endpoints {
		e := &t.endpoints[i].V
		for _, word := range e.Default {
			out[word] = e.Name() + e.Suffix
		}
	}
	return out
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
		if len(r.V.Default) > 0 && r.V.Pattern != "" {
			c.errs = append(c.errs, r.errorf("a pattern is no host that anything goes to by default"))
		}
		if slices.Contains(r.V.Default, "") {
			c.errs = append(c.errs, r.errorf("default names nothing"))
		}
	}
}
