package oscal

import (
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

type (
	results struct {
		UUID     string      `json:"uuid"`
		Metadata metadata    `json:"metadata"`
		Plan     rlink       `json:"import-ap"`
		Results  []result    `json:"results"`
		Back     *backMatter `json:"back-matter"`
	}
	result struct {
		UUID         string           `json:"uuid"`
		Title        string           `json:"title"`
		Description  string           `json:"description"`
		Start        string           `json:"start"`
		End          string           `json:"end"`
		Props        []property       `json:"props,omitempty"`
		Local        localDefinitions `json:"local-definitions"`
		Reviewed     selections       `json:"reviewed-controls"`
		Observations []observation    `json:"observations,omitempty"`
		Risks        []risk           `json:"risks,omitempty"`
		Findings     []found          `json:"findings,omitempty"`
	}
	localDefinitions struct {
		Components []component     `json:"components,omitempty"`
		Items      []inventoryItem `json:"inventory-items,omitempty"`
		Assets     *assets         `json:"assessment-assets,omitempty"`
	}
)

// results are the assessment results. The plan that they follow is the perimeter
// itself: it says what is asked.
func (w *writer) results() (any, error) {
	r := w.Case.Result
	t := w.all()
	o := w.observe(func(*finding.Finding) bool { return true })
	res := result{
		UUID: w.document("result"), Title: line(w.say("results", evidence.Values{"perimeter": w.Case.Perimeter.Metadata.Name}, evidence.In("perimeter"))),
		Description: w.say("summary", evidence.Values{
			"assets": r.Summary.Assets, "flows": r.Summary.Flows, "pass": r.Summary.Pass, "fail": r.Summary.Fail, "undecided": r.Summary.Undecided, "waived": r.Summary.Waived, "verdict": evidence.WordOf(w.Builder, "verdict", r.Verdict),
		}, evidence.In("summary")),
		Start: w.at, End: w.at, Props: append(props("verdict", string(r.Verdict)), each("why", r.Why)...),
		Local:        localDefinitions{t.components, t.items, w.assets()},
		Reviewed:     w.reviewed(),
		Observations: o.observations, Risks: o.risks, Findings: w.targets(o),
	}
	for _, p := range r.Problems {
		res.Props = append(res.Props, props("not-read", p.Origin.At()+": "+p.Message)...)
	}
	plan := w.perimeter()
	return results{w.document("results"), w.metadata("results"), rlink{Href: "#" + plan.UUID}, []result{res}, &backMatter{[]resource{plan}}}, nil
}

// perimeter is the file that says what is asked.
func (w *writer) perimeter() resource {
	p := w.Case.Perimeter
	at := w.Case.Key("spec")
	out := resource{UUID: w.id("perimeter", p.Digest), Title: line(p.Metadata.Name), Description: w.say("plan", evidence.Values{"perimeter": p.Metadata.Name}, at), Props: props("origin", at.At)}
	l := rlink{Href: evidence.Href(graph.Origin{File: p.File})}
	if sum, ok := strings.CutPrefix(p.Digest, "sha256:"); ok {
		l.Hashes = []hash{{"SHA-256", sum}}
	}
	out.Links = []rlink{l}
	return out
}

// assets are what assessed: this program.
func (w *writer) assets() *assets {
	t := w.tool()
	return &assets{[]component{t}, []platform{{w.id("platform"), "Bailiwick", []usesPart{{t.UUID}}}}}
}

// reviewed are the clauses that checks were run against; without one, every one of
// the catalogue, which is then empty.
func (w *writer) reviewed() selections {
	var out []selected
	for _, g := range w.Case.Goals(w.Case.Every()) {
		out = append(out, selected{token(g.ID)})
	}
	if len(out) == 0 {
		return selections{[]selection{{All: &struct{}{}}}}
	}
	return selections{[]selection{{Include: out}}}
}
