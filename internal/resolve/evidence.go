package resolve

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// evidence applies the documents that the perimeter names for some facts that
// no file shows. A document fills what is unknown or only claimed; what configuration says stands,
// except that only a contract can say whether an operator sees clear text.
func (r *Resolver) evidence(a *Asset, facts ...string) {
	for i := range r.p.Spec.Evidence {
		e := &r.p.Spec.Evidence[i]
		if !slices.Contains(facts, e.Fact) || !r.valid(e.Expires) || !r.speaksOf(e.About, a) {
			continue
		}
		switch e.Fact {
		case "place":
			r.statedPlace(a, e)
		case "operator":
			if (a.Operator == nil || a.Operator.Entity == "" || a.Operator.Presumed) && len(e.Value) > 0 {
				a.Operator = r.statedOperator(e)
			}
		case "cleartext":
			if c := a.Custody; c != nil && len(e.Value) == 1 && e.Value[0] == "never" {
				c.ClearText = false
				c.Because = append(c.Because, said(e))
			}
		case "retention":
			r.statedRetention(a, e)
		default:
			a.set(settingOf[e.Fact], graph.Setting{Value: true, Origin: e.Origin})
		}
	}
}

// settingOf are the settings that facts become which a document can only affirm.
var settingOf = map[string]string{"opt-out": "contract_opt_out", "substitute": "substitute", "energy": "energy_record", "mirror": "mirror"}

// statedSettings are those facts.
var statedSettings = slices.Sorted(maps.Keys(settingOf))

// said words who vouches for a document.
func said(e *perimeter.Evidence) string {
	return fmt.Sprintf("%s:%d: %s approved the document %s until %s", e.Origin.File, e.Origin.Line, e.ApprovedBy, e.Document, e.Expires)
}

func (r *Resolver) statedPlace(a *Asset, e *perimeter.Evidence) {
	var countries []graph.Country
	for _, name := range e.Value {
		cs, err := r.kb.Expand(name, r.at)
		if err != nil {
			return // the place stays unknown
		}
		countries = append(countries, cs...)
	}
	slices.Sort(countries)
	countries = slices.Compact(countries)
	for i := range a.Places {
		if p := &a.Places[i]; p.Purpose == "" && p.Unknown != "" {
			p.Countries, p.Confidence, p.Binding, p.Unknown = countries, graph.Documented, graph.Guaranteed, ""
			p.Because = append(slices.Clone(p.Because), said(e))
		}
	}
}

// statedOperator is the operator that a document names: an entity of the
// knowledge base, or a country in which an entity without a record is seated.
func (r *Resolver) statedOperator(e *perimeter.Evidence) *graph.Operator {
	id := graph.EntityID(e.Value[0])
	if _, known := r.kb.Operator(id); known {
		o := *r.findOperator(id)
		o.Because = append([]string{said(e)}, o.Because...)
		return &o
	}
	if _, isCountry := r.kb.Country(graph.Country(id)); !isCountry {
		return &graph.Operator{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("%s:%d: %q is neither an operator of the knowledge base nor a country", e.Origin.File, e.Origin.Line, e.Value[0])}
	}
	return &graph.Operator{Entity: graph.EntityID(e.About), Name: e.About, Seat: graph.Country(id), Confidence: graph.Documented, Because: []string{said(e)}}
}

// stated is the operator of a host by a document of the perimeter; nil without one.
func (r *Resolver) stated(host string) *graph.Operator {
	for i := range r.p.Spec.Evidence {
		e := &r.p.Spec.Evidence[i]
		if e.Fact == "operator" && e.About == host && r.valid(e.Expires) && len(e.Value) > 0 {
			return r.statedOperator(e)
		}
	}
	return nil
}

func (r *Resolver) statedRetention(a *Asset, e *perimeter.Evidence) {
	if s, ok := a.Settings["retention_days"]; ok && s.Unknown == "" || len(e.Value) != 1 {
		return
	}
	days, err := perimeter.ParseRetention(e.Value[0])
	if err != nil {
		return // it stays unknown
	}
	a.set("retention_days", graph.Setting{Value: float64(days), Origin: e.Origin})
}

func (a *Asset) set(name string, s graph.Setting) {
	if a.Settings == nil {
		a.Settings = map[string]graph.Setting{}
	}
	a.Settings[name] = s
}

// support says from where the operator's staff can reach in: what the
// perimeter holds a document for, else what the operator's record says.
func (r *Resolver) support(a *Asset) *graph.Support {
	for i := range r.p.Spec.Evidence {
		e := &r.p.Spec.Evidence[i]
		if e.Fact != "support" || !r.valid(e.Expires) || !r.speaksOf(e.About, a) {
			continue
		}
		s := &graph.Support{Confidence: graph.Documented, Because: []string{said(e)}}
		for _, name := range e.Value {
			cs, err := r.kb.Expand(name, r.at)
			if err != nil {
				return &graph.Support{Confidence: graph.NotKnown, Unknown: err.Error()}
			}
			s.Countries = append(s.Countries, cs...)
		}
		return s
	}
	if a.Operator == nil || a.Operator.Entity == "" {
		return &graph.Support{Confidence: graph.NotKnown, Unknown: "who operates it is not known, nor from where"}
	}
	rec, ok := r.kb.Operator(a.Operator.Entity)
	if !ok || rec.Support == nil {
		return &graph.Support{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("from where staff of %s can reach in is not known; a contract would tell, state it under evidence: in the perimeter", a.Operator.Entity)}
	}
	return &graph.Support{Countries: rec.Support.Countries, Confidence: rec.Support.Standing(r.at),
		Because: []string{fmt.Sprintf("staff of %s reach in from %s%s", a.Operator.Entity, countryList(rec.Support.Countries), cite(rec.Support.Fact))}}
}

// speaksOf reports whether evidence about something is about the asset.
func (r *Resolver) speaksOf(about string, a *Asset) bool {
	if a.Operator != nil && a.Operator.Entity != "" && about == string(a.Operator.Entity) || a.Provider != "" && about == string(a.Provider) {
		return true
	}
	if folder, ok := strings.CutPrefix(about, "folder:"); ok {
		return r.inFolder(folder, a.Root)
	}
	return strings.ContainsAny(about, ".*/") && perimeter.Match(about, string(a.Address))
}

// inFolder reports whether a root is a folder, or lies below it; the folder is
// written from where the perimeter is.
func (r *Resolver) inFolder(folder, root string) bool {
	base, err := filepath.Abs(filepath.Join(filepath.Dir(r.p.File), filepath.FromSlash(folder)))
	if err != nil {
		return false
	}
	at, err := filepath.Abs(filepath.FromSlash(root))
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(base, at)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// valid reports whether something that ends on a day still holds.
func (r *Resolver) valid(expires string) bool {
	return expires >= r.at.Format(time.DateOnly)
}
