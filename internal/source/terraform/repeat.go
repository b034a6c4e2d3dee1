package terraform

// A repeat is what a resource or module block says about how often it exists:
// at most one of the three, the others are nil.
type repeat struct {
	count, forEach expr
	enabled        expr // OpenTofu's lifecycle.enabled
}

// takeRepeat takes the three out of a body.
func (b *body) takeRepeat() repeat {
	r := repeat{b.take("count"), b.take("for_each"), b.enabled()}
	if r.count != nil && r.forEach != nil || r.enabled != nil && (r.count != nil || r.forEach != nil) {
		// The tool takes one of them; which one is meant cannot be known.
		return repeat{count: &bad{"count, for_each and enabled exclude each other"}}
	}
	return r
}

// merge lays that of an override file over r. There each kind replaces its own
// kind only, and of several the tools take count first. OpenTofu passes over
// enabled in an override file; of an enabled elsewhere and a for_each there it
// takes the former for a resource and the latter for a module call.
func (r *repeat) merge(over repeat, ofModule bool) {
	switch {
	case over.count != nil:
		*r = repeat{count: over.count}
	case over.forEach != nil && r.count == nil && (ofModule || r.enabled == nil):
		*r = repeat{forEach: over.forEach}
	}
}

// enabled returns lifecycle.enabled, in either syntax; nil without.
func (b *body) enabled() expr {
	for _, n := range b.blocks {
		if n.name == "lifecycle" {
			if a := n.body.find("enabled"); a != nil {
				return a.ex
			}
		}
	}
	if a := b.find("lifecycle"); a != nil {
		if o, ok := a.ex.(*object); ok {
			for _, it := range o.items {
				if constString(it.key) == "enabled" {
					return it.val
				}
			}
		}
	}
	return nil
}
