package resolve

import (
	"errors"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A Doing is one way in which a package reaches out by itself.
type Doing struct {
	Kind       string           `json:"kind"` // a word of [kb.Behaviours]
	Versions   string           `json:"versions,omitempty"`
	Default    string           `json:"default"` // on, off, unknown
	When       string           `json:"when,omitempty"`
	Off        []string         `json:"off,omitempty"` // any one of them turns it off
	On         []string         `json:"on,omitempty"`
	To         []Destination    `json:"to,omitempty"`
	Confidence graph.Confidence `json:"confidence"`
	Unknown    string           `json:"unknown,omitempty"` // why it cannot be told whether it happens, or where it goes
}

// A Destination is one host that a package reaches.
type Destination struct {
	Host     string          `json:"host"`
	Places   []graph.Place   `json:"places,omitempty"`
	Operator *graph.Operator `json:"operator,omitempty"`
}

// wherePackage answers for a package, in every ecosystem that has the name
// when the query names none. A package URL that cannot be read is an answer
// that says so.
func (r *Resolver) wherePackage(query string) []Answer {
	ref, err := ecosystem.Parse(query)
	switch {
	case errors.Is(err, ecosystem.ErrNoPackage):
		return nil
	case err != nil:
		return []Answer{{Kind: "package", Name: query, Unknown: err.Error()}}
	}
	if image, ok := imageOf(query, ref); ok {
		ref = ecosystem.Reference{Ecosystem: ecosystem.OCI, Name: image.familiar, Version: image.tag}
	}
	found := r.kb.FindPackages(ref.Name)
	if ref.Ecosystem != "" {
		found = nil
		if p, ok := r.kb.Package(ref.Ecosystem, ref.Name); ok {
			found = append(found, p)
		}
	}
	var out []Answer
	for i := range found {
		out = append(out, r.packageAnswer(&found[i], ref.Version))
	}
	return out
}

func (r *Resolver) packageAnswer(p *kb.Package, version string) Answer {
	a := Answer{Kind: "package", Name: string(p.Ecosystem) + ":" + p.Name, Version: version}
	for i := range p.Does {
		b := &p.Does[i]
		what := b.Kind + cite(b.Fact)
		if b.Note != "" {
			what += "; " + b.Note
		}
		d := Doing{Kind: b.Kind, Versions: b.Versions, Default: b.Default, When: b.When, Confidence: b.Standing(r.at)}
		if version != "" && b.Versions != "" {
			rng, err := p.Ecosystem.ParseRange(b.Versions)
			if err != nil {
				d.Unknown = err.Error() // the knowledge base is checked; an answer all the same
			} else if holds, known := rng.Holds(version); !known {
				d.Unknown = fmt.Sprintf("whether %s is in %s cannot be told", version, b.Versions)
			} else if !holds {
				a.Because = append(a.Because, fmt.Sprintf("%s does not do this, only %s does: %s", version, b.Versions, what))
				continue
			}
		}
		for _, s := range b.Off {
			d.Off = append(d.Off, s.String())
		}
		for _, s := range b.On {
			d.On = append(d.On, s.String())
		}
		for _, host := range b.Destinations() {
			to := Destination{Host: host}
			to.Places, to.Operator = r.Host(host)
			d.To = append(d.To, to)
		}
		if len(d.To) == 0 && d.Unknown == "" {
			d.Unknown = "where it goes is not known"
		}
		a.Because = append(a.Because, what)
		a.Does = append(a.Does, d)
	}
	for i := range p.Variables {
		v := &p.Variables[i]
		a.Because = append(a.Because, fmt.Sprintf("it takes an address to call (%s) from the variable %s%s", v.Purpose, v.Env, cite(v.Fact)))
	}
	return a
}

// Known reports whether nothing about the answer is unknown: neither a place,
// nor the entity, nor who controls it, nor what the weights derive from.
func (a *Answer) Known() bool {
	if a.Unknown != "" || a.Kind != "package" && len(a.Places) == 0 && a.Operator == nil || !knownHost(a.Places, a.Operator) {
		return false
	}
	for i := range a.Does {
		d := &a.Does[i]
		if d.Unknown != "" || d.Default == "unknown" {
			return false
		}
		for j := range d.To {
			if !knownHost(d.To[j].Places, d.To[j].Operator) {
				return false
			}
		}
	}
	if a.Maker != nil {
		for _, from := range a.Maker.Lineage {
			if from.Unknown != "" {
				return false
			}
		}
	}
	return true
}

func knownHost(places []graph.Place, o *graph.Operator) bool {
	if o != nil && (o.Entity == "" || o.Unknown != "") {
		return false
	}
	for i := range places {
		if places[i].Unknown != "" {
			return false
		}
	}
	return true
}
