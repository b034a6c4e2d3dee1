package kb

// fold writes types that mean the same once: the first by name keeps what they mean.
// The types of d are copied, not changed.
func (d *Dialect) fold() error {
	first := map[string]string{} // by what it means
	types := make(map[string]*Type, len(d.Types))
	d.Same = nil
	for _, name := range sortedKeys(d.Types) {
		b, err := canonical(d.Types[name])
		if err != nil {
			return err
		}
		if as, ok := first[string(b)]; ok && len(b) > 2*len(as) {
			if d.Same == nil {
				d.Same = map[string]string{}
			}
			d.Same[name] = as
			continue
		}
		first[string(b)] = name
		types[name] = d.Types[name]
	}
	d.Types = types
	return nil
}

// expand undoes fold.
func (d *Dialect) expand() {
	if d.Types == nil {
		return
	}
	for name, as := range d.Same {
		d.Types[name] = d.Types[as]
	}
	d.Same = nil
}
