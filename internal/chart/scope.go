package chart

import "github.com/bailiwick-dev/bailiwick/internal/finding"

// A scope is what belongs to the one system that is drawn, and the ends of its flows:
// of thousands of things only these are made. A sender that several systems share
// belongs to each of them.
type scope struct {
	system    string // "" for everything
	own, ends map[subject]bool
}

func scopeOf(r *finding.Result, system string) *scope {
	s := &scope{system, map[subject]bool{}, map[subject]bool{}}
	if system == "" {
		return s
	}
	for i := range r.Assets {
		if a := &r.Assets[i]; a.System == system {
			s.own[subject{a.Root, a.Subject}] = true
		}
	}
	for i := range r.Flows {
		if e := &r.Flows[i]; s.flow(e) {
			s.ends[subject{e.Root, e.From}], s.ends[subject{e.Root, e.To}] = true, true
		}
	}
	return s
}

func (s *scope) flow(e *finding.Edge) bool {
	return s.system == "" || e.System == s.system || s.own[subject{e.Root, e.From}] || s.own[subject{e.Root, e.To}]
}

func (s *scope) asset(a *finding.Asset) bool {
	k := subject{a.Root, a.Subject}
	return s.system == "" || s.own[k] || s.ends[k]
}
