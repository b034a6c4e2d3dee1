package tfplan

// chosen reports whether an attribute that the configuration does not write,
// and that is not known, is left to the provider. An attribute always is. A
// block (something with a path below it) may also come from a dynamic block
// over an unknown collection, which leaves no trace in the configuration.
// Then a resource of the same type, to be created as well, for which the
// block is known and not written shows that the provider does not choose it.
func (in *instance) chosen(name, rest string) bool {
	if rest == "" {
		return true
	}
	p := in.plan
	k := in.typ + "|" + name
	p.mu.Lock()
	defer p.mu.Unlock()
	if c, ok := p.chosen[k]; ok {
		return c
	}
	c := true
	for _, o := range p.types[in.typ] {
		o.open()
		if !o.created || o.config == nil {
			continue
		}
		_, written := find(o.config.expressions, name)
		if _, isValue := find(o.members, name); isValue && !written && !p.doc.isTrue(p.doc.get(o.unknown, name)) {
			c = false
			break
		}
	}
	p.chosen[k] = c
	return c
}
