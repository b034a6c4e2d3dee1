package resolve

import (
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// What a coordinate of ownership is, seen from the EU.
const (
	inEU    = "inside"
	outEU   = "outside"
	perhaps = "unsure"
)

// ownership is who owns an operator, by its record and by a document that the
// perimeter names, of which the document counts for the shares.
func (r *Resolver) ownership(p *Asset) *graph.Ownership {
	o := &graph.Ownership{Seat: perhaps, Control: perhaps, Veto: perhaps, Rest: 100, Age: -1, ControlAge: -1}
	rec, ok := r.kb.Operator(p.Operator.Entity)
	if ok {
		r.controlled(o, &rec)
		r.held(o, &rec, p)
	}
	if e := r.newest("ownership", func(about string) bool { return about == string(p.Operator.Entity) }); e != nil {
		if s, err := perimeter.ParseShares(e.Value); err == nil {
			o.Shares, o.Firm, o.Largest, o.Together, o.Rest, o.Age = true, true, s.Largest, s.Together, 0, r.age(e.Dated)
			if o.Veto = outEU; s.NoVeto {
				o.Veto = "none"
			}
			if o.ControlAge < 0 || o.Age < o.ControlAge {
				o.ControlAge = o.Age // whoever looked at the shares saw who controls
			}
			p.Papers.Because = append(p.Papers.Because, fmt.Sprintf("%s, as of %s", said(e), e.Dated))
		}
	}
	return o
}

// controlled says where an operator and everyone who controls it are seated.
func (r *Resolver) controlled(o *graph.Ownership, rec *kb.Operator) {
	o.Seat = r.side(rec.Seat, rec.Fact)
	o.ControlAge = r.age(rec.AsOf)
	if rec.Independent {
		o.Control = r.side(rec.Seat, rec.Fact)
	}
	for i, c := range rec.Control {
		side := r.side(c.Country, c.Fact)
		switch {
		case i == 0, side == outEU, side == perhaps && o.Control == inEU:
			o.Control = side
		}
		if o.Control == outEU {
			break
		}
		o.ControlAge = max(o.ControlAge, r.age(c.AsOf))
	}
}

// side says on which side of the border of the EU a country is. What is only
// claimed is unsure.
func (r *Resolver) side(c graph.Country, f kb.Fact) string {
	switch {
	case c == "" || !f.Standing(r.at).Firm():
		return perhaps
	case r.european(c):
		return inEU
	}
	return outEU
}

func (r *Resolver) european(c graph.Country) bool {
	_, ok := slices.BinarySearch(r.memo.eu(), c)
	return ok
}

// held adds up the holders of the record.
func (r *Resolver) held(o *graph.Ownership, rec *kb.Operator, p *Asset) {
	o.Firm = len(rec.Holders) > 0
	for _, h := range rec.Holders {
		o.Shares = true
		o.Rest -= h.Share
		if !r.european(h.Country) {
			o.Largest, o.Together = max(o.Largest, h.Share), o.Together+h.Share
		}
		o.Firm = o.Firm && h.Standing(r.at).Firm()
		o.Age = max(o.Age, r.age(h.AsOf))
		p.Papers.Because = append(p.Papers.Because, fmt.Sprintf("%s, %s, has %v %% of it%s", h.Name, h.Country, h.Share, cite(h.Fact)))
	}
	o.Rest = max(o.Rest, 0)
	if v := rec.Veto; v != nil && v.Standing(r.at).Firm() {
		if o.Veto = "none"; v.Outside {
			o.Veto = outEU
		}
		p.Papers.Because = append(p.Papers.Because, "veto"+cite(v.Fact))
	}
}
