package proxy

import (
	"net/netip"
	"strings"
)

// access goes through the rules of http_access. An allow that names destinations lets
// these through; one that names none lets through whatever the rules before it did not
// refuse: nobody knows whom, unless one of them refused all but a list. Squid ends with the
// opposite of the last rule.
//
// A deny of single destinations takes nothing away here: that it is refused for some
// clients does not mean that it is for all.
func (s *squidConf) access() {
	var only []string // the lists that were left by: deny !list
	for i := range s.rules {
		r := &s.rules[i]
		switch r.verb {
		case "deny":
			if everybody(r.lists) {
				return
			}
			if name, ok := s.except(r.lists); ok {
				only = append(only, name)
			}
		case "allow":
			s.allow(r, only)
			if everybody(r.lists) {
				return
			}
		}
	}
	if n := len(s.rules); n > 0 && s.rules[n-1].verb == "deny" {
		s.p.add(reach{unknown: "it lets clients through to any host: the last rule refuses some, and Squid then lets the rest through; end with http_access deny all", via: "http_access", at: s.rules[n-1].at})
	}
}

// everybody reports whether a rule fits always.
func everybody(lists []string) bool { return len(lists) == 1 && lists[0] == "all" }

// except is the list of destinations that a rule refuses all others of.
func (s *squidConf) except(lists []string) (string, bool) {
	if len(lists) != 1 {
		return "", false
	}
	name, ok := strings.CutPrefix(lists[0], "!")
	a := s.acls[name]
	return name, ok && a != nil && a.about
}

// inner are lists that Squid itself has, which are about the own machine: who is on it
// needs no proxy to leave it.
var inner = map[string]bool{"manager": true, "localhost": true, "to_localhost": true, "to_linklocal": true}

func (s *squidConf) allow(r *squidRule, only []string) {
	via := "http_access"
	if s.through {
		via += ", through a parent"
	}
	var named []string
	for _, l := range r.lists {
		if a := s.acls[l]; inner[l] || a != nil && a.inner {
			return
		} else if a != nil && a.about {
			named = append(named, l)
		}
	}
	lists := append(named, only...)
	if len(lists) == 0 {
		s.p.add(reach{unknown: "it lets clients through to any host", via: via + ", " + strings.Join(r.lists, " "), at: r.at})
		return
	}
	for _, d := range s.within(lists) {
		s.p.add(reach{to: d.to, unknown: d.unknown, via: via + ", " + strings.Join(lists, " and "), at: d.at})
	}
}

// within is what stands in all of the lists. What one of them knows only by a pattern,
// the others still name.
func (s *squidConf) within(lists []string) []destination {
	out := s.acls[lists[0]].all
	for _, l := range lists[1:] {
		if len(out)*len(s.acls[l].all) > maxPairs {
			break // what is left is too much, and never too little
		}
		var both []destination
		for _, a := range out {
			for _, b := range s.acls[l].all {
				if d, ok := narrower(a, b); ok {
					both = append(both, d)
				}
			}
		}
		out = both
	}
	return out
}

// maxPairs bounds how many entries of two lists are held against each other.
const maxPairs = 10_000_000

// narrower is what two entries have in common. Whether a name leads to an address nobody
// knows here: the name counts.
func narrower(a, b destination) (destination, bool) {
	switch {
	case a.unknown == "" && b.unknown == "" && isAddress(a.to) != isAddress(b.to):
		if isAddress(a.to) {
			return b, true
		}
		return a, true
	case a.unknown != "":
		return b, true
	case b.unknown != "" || covers(b.to, a.to):
		return a, true
	}
	return b, covers(a.to, b.to)
}

func isAddress(to string) bool {
	_, err := netip.ParseAddr(to)
	return err == nil
}

// covers reports whether a destination is one of those that a list's entry means.
func covers(entry, to string) bool {
	end, ok := strings.CutPrefix(entry, "*")
	return entry == to || ok && strings.HasSuffix(to, end)
}

// bumped reads whom TLS connections reach by the names in them: of ssl_bump the rules
// that let go on.
func (s *squidConf) bumped() {
	for i := range s.bump {
		r := &s.bump[i]
		if r.verb != "splice" && r.verb != "bump" && r.verb != "allow" {
			continue
		}
		for _, l := range r.lists {
			a := s.acls[l]
			if a == nil || !a.about {
				continue
			}
			for _, d := range a.all {
				s.p.add(reach{to: d.to, unknown: d.unknown, via: "ssl_bump " + r.verb + ", " + l, at: d.at})
			}
		}
	}
}
