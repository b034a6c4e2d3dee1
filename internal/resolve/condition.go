package resolve

import (
	"github.com/bailiwick-dev/bailiwick/kb"
)

// holds evaluates conditions: true, false, or unknown with its reason. One that
// is surely false decides, whatever is not known of the others.
func (n *node) holds(ws []kb.When) (ok bool, unknown string) {
	for i := range ws {
		one, why := n.holdsOne(&ws[i])
		if !one && why == "" {
			return false, ""
		}
		if unknown == "" {
			unknown = why
		}
	}
	return unknown == "", unknown
}

func (n *node) holdsOne(w *kb.When) (ok bool, unknown string) {
	vs := n.scalars(n.fact.Attrs.Read(w.Attr), w.Attr, "text")
	if w.Set != nil {
		set, why := isSet(vs)
		return why == "" && set == *w.Set, why
	}
	if len(vs) == 0 {
		return anyOf(w.Is, w.Unset), ""
	}
	why := ""
	for _, v := range vs {
		if v.unknown != "" {
			why = v.unknown
			continue
		}
		for _, is := range w.Is {
			if matches(is, v.text) {
				return true, ""
			}
		}
	}
	return false, why
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
