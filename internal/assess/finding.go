package assess

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// finding joins a decision, which holds for a shape, with what is particular
// to the asset: its address, its lines, its reasons.
func (r *run) finding(a *resolve.Asset, q *policy.Question, d *policy.Decision, why func(*policy.Decision) string) finding.Finding {
	f := finding.Finding{
		Rule: d.Rule.ID, Title: d.Rule.Title, Severity: d.Rule.Severity, Basis: d.Basis, Remedy: d.Remedy,
		Subject: a.Address, Root: a.Root, Type: a.Asset.Type, Kind: a.Kind, Classes: a.Classes, Origin: a.Origin, Operator: a.Operator, About: d.About,
	}
	if f.Basis == "" {
		f.Basis = d.Rule.Basis
	}
	if f.Remedy == "" {
		f.Remedy = d.Rule.Remedy
	}
	f.Blocks = d.Status == finding.Undecided && q.Limits.Block && !d.Rule.Advisory
	f.Message = d.Message
	if strings.Contains(f.Message, "{why}") {
		f.Message = strings.ReplaceAll(f.Message, "{why}", why(d))
	}
	if e := a.Edge; e != nil {
		f.Flow = &finding.Flow{From: e.From, To: e.To, State: state(e), States: e.States, Purposes: e.Purposes, Traffic: e.Traffic}
		f.Because = append(f.Because, e.Via...)
	}
	r.evidence(&f, a, d)
	f.Because = append(f.Because, fmt.Sprintf("the perimeter allows %s for %s", q.Limits.Places.String(), classes(a)))
	f.Fingerprint = finding.Print(f.Rule, r.stable(f.Root), f.Subject, detail(&f, d, a))
	return f
}

// state is the most real way in which an edge is known.
func state(e *graph.Edge) graph.FlowState {
	for _, s := range []graph.FlowState{graph.Observed, graph.Planned} {
		if slices.Contains(e.States, s) {
			return s
		}
	}
	return graph.Declared
}

// stable is a root relative to the folder of the perimeter, so that a
// fingerprint does not depend on where the command was run or how the path was
// typed. A root outside of that folder stays as typed.
func (r *run) stable(root string) string {
	if s, ok := r.roots[root]; ok {
		return s
	}
	s := root
	base, err := filepath.Abs(filepath.Dir(r.o.Perimeter.File))
	if abs, err2 := filepath.Abs(root); err == nil && err2 == nil {
		if rel, err := filepath.Rel(base, abs); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			s = filepath.ToSlash(rel)
		}
	}
	r.roots[root] = s
	return s
}

// evidence attaches the coordinates that the decision is about, with their
// reasons, and moves the origin to the line that decides.
func (r *run) evidence(f *finding.Finding, a *resolve.Asset, d *policy.Decision) {
	ps := a.Places
	if d.Target >= 0 && d.Target < len(a.Targets) {
		t := &a.Targets[d.Target]
		ps = t.Places
		f.Operator = t.Operator
		if !t.Origin.IsZero() {
			f.Origin = t.Origin
		}
		if f.Flow == nil {
			f.Flow = &finding.Flow{From: a.Address, To: graph.Address(t.Name), State: graph.Planned}
		}
		if t.Operator != nil {
			f.Because = append(f.Because, t.Operator.Because...)
		}
	}
	for n, i := range d.Places {
		if i >= len(ps) {
			continue
		}
		f.Places = append(f.Places, ps[i])
		for _, b := range ps[i].Because {
			if !slices.Contains(f.Because, b) {
				f.Because = append(f.Because, b)
			}
		}
		if n == 0 && d.Target < 0 && ps[i].Origin.Line > 0 {
			f.Origin = ps[i].Origin
		}
	}
	for _, about := range d.About {
		name, isSetting := strings.CutPrefix(about, "setting:")
		fact, isDocument := strings.CutPrefix(about, "document:")
		switch {
		case isDocument:
			if doc, ok := a.Papers.Documents[fact]; ok {
				f.Origin = doc.Origin
				f.Because = append(f.Because, doc.Because)
			}
		case isSetting:
			if s, ok := a.Settings[name]; ok && s.Origin.Line > 0 {
				f.Origin = s.Origin
				f.Because = append(f.Because, fmt.Sprintf("%s:%d decides %s", s.Origin.File, s.Origin.Line, name))
			}
		case about == "operator" && f.Operator != nil && d.Target < 0:
			f.Because = append(f.Because, f.Operator.Because...)
		case (about == "custody" || about == "cleartext") && a.Custody != nil:
			f.Custody = a.Custody
			f.Because = append(f.Because, a.Custody.Because...)
			if a.Custody.Origin.Line > 0 {
				f.Origin = a.Custody.Origin
			}
		case about == "maker" && a.Maker != nil:
			f.Maker = a.Maker
			f.Because = append(f.Because, a.Maker.Because...)
			if a.Maker.Origin.Line > 0 {
				f.Origin = a.Maker.Origin
			}
		case about == "transfers":
			for _, t := range a.Transfers {
				f.Because = append(f.Because, t.Origin.At()+": the perimeter records the tool "+t.Tool)
			}
		case about == "papers":
			f.Because = append(f.Because, a.Papers.Because...)
		case about == "support" && a.Support != nil:
			f.Support = a.Support
			f.Because = append(f.Because, a.Support.Because...)
		}
	}
}

// detail is what is wrong about the subject, for the fingerprint: stable
// words, no lines and no sentences.
func detail(f *finding.Finding, d *policy.Decision, a *resolve.Asset) string {
	var out []string
	for i := range f.Places {
		p := &f.Places[i]
		out = append(out, fmt.Sprintf("%s:%s:%s:%v", p.Role, p.Purpose, p.Region, p.Countries))
	}
	out = append(out, d.About...)
	out = append(out, string(d.Basis))
	for _, q := range d.Also {
		out = append(out, string(q))
	}
	for _, q := range d.RestsOn {
		out = append(out, string(q))
	}
	if d.Target >= 0 && d.Target < len(a.Targets) {
		out = append(out, a.Targets[d.Target].Purpose, a.Targets[d.Target].Name)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), "|")
}

func classes(a *resolve.Asset) string {
	s := graph.Listed(a.Classes)
	if !a.Bound {
		s += " (nothing binds the asset to a class)"
	}
	return s
}

// inventory is one line of the list of everything that was resolved.
func inventory(a *resolve.Asset) finding.Asset {
	out := finding.Asset{Subject: a.Address, Root: a.Root, Type: a.Asset.Type, Kind: a.Kind, Classes: a.Classes, System: a.System,
		Places: a.Places, Operator: a.Operator, Custody: a.Custody, Maker: a.Maker, Origin: a.Origin}
	for i := range a.Places {
		if why := a.Places[i].Unknown; why != "" && !slices.Contains(out.Because, "not known: "+why) {
			out.Because = append(out.Because, "not known: "+why)
		}
		for _, b := range a.Places[i].Because {
			if !slices.Contains(out.Because, b) {
				out.Because = append(out.Because, b)
			}
		}
	}
	if a.Operator != nil {
		out.Because = append(out.Because, a.Operator.Because...)
	}
	if a.Custody != nil {
		out.Because = append(out.Because, a.Custody.Because...)
	}
	return out
}
