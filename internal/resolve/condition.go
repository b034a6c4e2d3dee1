package resolve

import (
	"github.com/bailiwick-dev/bailiwick/kb"
)

// holds evaluates conditions: true, false, or unknown with its reason.
func (n *node) holds(ws []kb.When) (ok bool, unknown string) {
	for i := range ws {
		w := &ws[i]
		vs := n.scalars(n.fact.Attrs.Read(w.Attr), w.Attr, "text")
		if w.Set != nil {
			set, why := isSet(vs)
			if why != "" {
				return false, why
			}
			if set != *w.Set {
				return false, ""
			}
			continue
		}
		if len(vs) == 0 {
			if !anyOf(w.Is, w.Unset) {
				return false, ""
			}
			continue
		}
		hit, why := false, ""
		for _, v := range vs {
			if v.unknown != "" {
				why = v.unknown
				continue
			}
			for _, is := range w.Is {
				hit = hit || matches(is, v.text)
			}
		}
		if !hit && why != "" {
			return false, why
		}
		if !hit {
			return false, ""
		}
	}
	return true, ""
}

// anyOf reports whether one of the values that count as unset is wanted.
func anyOf(want, unset []string) bool {
	for _, u := range unset {
		for _, w := range want {
			if matches(w, u) {
				return true
			}
		}
	}
	return false
}

// isSet reports whether something is written. An unknown value may be null,
// unless it names an asset.
func isSet(vs []value) (set bool, why string) {
	for i := range vs {
		if vs[i].unknown == "" || vs[i].node != nil {
			return true, ""
		}
		why = vs[i].unknown
	}
	return false, why
}
